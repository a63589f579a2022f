// What "the system" is for commands that depend on it: one setting for the whole server (commands.md 1.5). The time
// zone is that of the C library (base/calendar.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace qodly::script::library {

enum class DateOrder : std::uint8_t { monthDayYear, dayMonthYear, yearMonthDay };

// Immutable once the server runs.
struct Regional {
  std::string locale = "en_US";  // as ICU names it
  std::string decimal = ".";
  std::string thousands = ",";
  DateOrder order = DateOrder::monthDayYear;

  // The separators of that locale ("fr", "de-CH"...); an unknown one counts as en-US. `order` is "mdy", "dmy", "ymd" or
  // "" for that of the locale.
  static Regional of(std::string_view locale, std::string_view order = {});
};

}  // namespace qodly::script::library
