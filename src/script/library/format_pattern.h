// Dates and times by CLDR pattern letters (commands.md 6.6). Numbers are computed here; names come from ICU.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "script/library/date_zone.h"
#include "script/library/format_regional.h"

namespace qodly::script::library {

// The patterns of the system's abbreviated and long dates.
std::string systemDatePattern(const Regional& regional, bool longForm);

// What is printed: without a date its letters print nothing.
struct PatternInput {
  std::optional<Date> date;
  std::int64_t timeOfDay = 0;    // milliseconds
  std::int64_t secondsEast = 0;  // of UTC
};
std::string formatPattern(const PatternInput& input, std::string_view pattern, const Regional& regional);

}  // namespace qodly::script::library
