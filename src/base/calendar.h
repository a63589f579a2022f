// Dates, instants and durations, their textual forms, and nothing else. No time-zone database: an instant is UTC, and
// "the server's time zone" (orda.md 4.2) is asked from the C library.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qodly {

// A calendar day, as days since 1970-01-01. The language's null date !00-00-00! is Date::none(), which is a value of
// its own and orders before every other day.
struct Date {
  std::int32_t days = INT32_MIN;
  static constexpr Date none() { return {}; }
  constexpr bool isNone() const { return days == INT32_MIN; }
  static std::optional<Date> fromCivil(int year, int month,
                                       int day);  // nullopt when no such day, or outside 0100..32767
  struct Civil {
    int year, month, day;
  };
  Civil civil() const;
  auto operator<=>(const Date&) const = default;
};

// A point in time: milliseconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t ms = 0;
  static Instant now();
  auto operator<=>(const Instant&) const = default;
};

// A length of time in milliseconds; may be negative.
struct Duration {
  std::int64_t ms = 0;
  auto operator<=>(const Duration&) const = default;
};

// Text to value. Whole input must match; blanks around are not accepted.
// YYYY-MM-DD, YYYY/MM/DD, !!YYYY-MM-DD!!, !YYYY-MM-DD!, D!M!YYYY, or an ISO instant, of which the written day counts
// (rest.md 7.2: time and zone are dropped). All zeros give Date::none().
std::optional<Date> parseDate(std::string_view text);
// The loose form of the language's date() (commands.md 7.3): the first three numbers are month, day, year of two or
// four digits, whatever stands between them. nullopt when they are no day.
std::optional<Date> parseShortDate(std::string_view text);
std::optional<Instant> parseInstant(
    std::string_view text);  // YYYY-MM-DDTHH:MM:SS[.mmm][Z|+hh:mm]; no zone = server's zone
std::optional<Duration> parseDuration(std::string_view text);  // [-]H+:MM:SS[.mmm]

// Value to text, appended.
void appendDate(Date date, std::string& out);              // YYYY-MM-DD; none: 0000-00-00
void appendInstant(Instant instant, std::string& out);     // YYYY-MM-DDTHH:MM:SS.mmmZ
void appendDuration(Duration duration, std::string& out);  // [-]HH:MM:SS, milliseconds cut off

// Midnight of that day in the server's time zone. Date::none() has an instant of its own, Instant{INT64_MIN}, which
// orders before every other and is written 0000-00-00T00:00:00.000Z.
Instant startOfDay(Date date);
Date dayOf(Instant instant);  // calendar day of the instant in the server's time zone
Date today();

}  // namespace qodly
