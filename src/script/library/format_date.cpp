#include "script/library/format_date.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/date_zone.h"
#include "script/library/format_pattern.h"

namespace qodly::script::library {

namespace {

constexpr std::int64_t blankIfNull = 100;

enum DateFormat : std::int64_t {
  systemShort = 1,
  systemAbbreviated = 2,
  systemLong = 3,
  internalShortSpecial = 4,
  internalLong = 5,
  internalAbbreviated = 6,
  internalShort = 7,
  iso = 8,
  isoGmt = 9,
  rfc1123 = 10,
};

// Formats that are English whatever the locale.
constexpr std::array<std::string_view, 12> months = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::string_view monthName(int month) { return months[static_cast<std::size_t>(month - 1)]; }
std::string_view weekdayName(Date date) { return weekdays[static_cast<std::size_t>(dayNumber(date) - 1)]; }

std::string shortDate(const Date::Civil& civil, DateOrder order) {
  switch (order) {
    case DateOrder::dayMonthYear:
      return fmt::format("{:02}/{:02}/{:04}", civil.day, civil.month, civil.year);
    case DateOrder::yearMonthDay:
      return fmt::format("{:04}/{:02}/{:02}", civil.year, civil.month, civil.day);
    case DateOrder::monthDayYear:
      break;
  }
  return fmt::format("{:02}/{:02}/{:04}", civil.month, civil.day, civil.year);
}

std::string isoDate(const Moment& moment) {
  std::string text;
  appendDate(moment.date, text);
  const std::int64_t seconds = moment.timeOfDay / 1000;
  return text + fmt::format("T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string rfcDate(const Moment& utc) {
  const Date::Civil civil = utc.date.civil();
  const std::int64_t seconds = utc.timeOfDay / 1000;
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", weekdayName(utc.date), civil.day,
                     monthName(civil.month).substr(0, 3), civil.year, seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string nullDate(std::int64_t format) {
  switch (format) {
    case iso:
      return "0000-00-00T00:00:00";
    case isoGmt:
      return "0000-00-00T00:00:00Z";
    case rfc1123:
      return {};
    default:
      return "00/00/00";
  }
}

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

// The first three numbers in the order of the locale.
Date parseShort(std::string_view text, DateOrder order) {
  struct Run {
    int value = 0;
    int digits = 0;
  };
  std::array<Run, 3> runs;
  std::size_t found = 0;
  for (std::size_t at = 0; at < text.size() && found < runs.size();) {
    if (!isDigit(text[at])) {
      ++at;
      continue;
    }
    Run& run = runs[found++];
    for (; at < text.size() && isDigit(text[at]); ++at) {
      if (++run.digits > 4) return Date::none();
      run.value = run.value * 10 + (text[at] - '0');
    }
  }
  if (found < runs.size()) return Date::none();
  Run month = runs[0];
  Run day = runs[1];
  Run year = runs[2];
  if (order == DateOrder::dayMonthYear) std::swap(month, day);
  if (order == DateOrder::yearMonthDay) {
    year = runs[0];
    month = runs[1];
    day = runs[2];
  }
  if (month.digits > 2 || day.digits > 2 || (year.digits != 2 && year.digits != 4)) return Date::none();
  if (year.digits == 2) year.value += year.value < 30 ? 2000 : 1900;
  return Date::fromCivil(year.value, month.value, day.value).value_or(Date::none());
}

bool looksLikeIso(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00";
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '0' ? !isDigit(text[i]) : text[i] != shape[i]) return false;
  }
  return true;
}

}  // namespace

std::string formatDate(Date date, std::int64_t format, Duration time, const Regional& regional) {
  if (format >= blankIfNull) {
    if (date.isNone()) return {};
    format -= blankIfNull;
  }
  if (date.isNone()) return nullDate(format);
  const Date::Civil civil = date.civil();
  switch (format) {
    case systemAbbreviated:
      return formatDatePattern(date, time, systemDatePattern(regional, false), regional);
    case systemLong:
      return formatDatePattern(date, time, systemDatePattern(regional, true), regional);
    case internalShortSpecial:
      if (civil.year >= 1930 && civil.year <= 2029) {
        return fmt::format("{:02}/{:02}/{:02}", civil.month, civil.day, civil.year % 100);
      }
      return shortDate(civil, DateOrder::monthDayYear);
    case internalLong:
      return fmt::format("{} {}, {}", monthName(civil.month), civil.day, civil.year);
    case internalAbbreviated:
      return fmt::format("{} {}, {}", monthName(civil.month).substr(0, 3), civil.day, civil.year);
    case internalShort:
      return shortDate(civil, DateOrder::monthDayYear);
    case iso:
      return isoDate(momentOf(date, time));
    case isoGmt:
      return isoDate(toUtc(momentOf(date, time))) + "Z";
    case rfc1123:
      return rfcDate(toUtc(momentOf(date, time)));
    default:
      return shortDate(civil, regional.order);
  }
}

Date parseDateText(std::string_view text, const Regional& regional) {
  text = trim(text);
  if (text.empty()) return Date::none();
  if (looksLikeIso(text)) {
    const std::string_view rest = text.substr(10);
    if (rest.empty()) return parseDate(text).value_or(Date::none());
    if (rest.starts_with('T')) {
      const bool hasZone = rest.find_first_of("Z+-") != std::string_view::npos;
      if (!hasZone) return parseDate(text.substr(0, 10)).value_or(Date::none());
      if (const auto instant = parseInstant(text)) return dayOf(*instant);
    }
  }
  return parseShort(text, regional.order);
}

}  // namespace qodly::script::library
