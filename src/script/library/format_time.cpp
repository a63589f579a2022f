#include "script/library/format_time.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace qodly::script::library {

namespace {

constexpr std::int64_t blankIfNull = 100;
constexpr std::int64_t mostSeconds = std::int64_t{596'000} * 3600;

// A time without its sign.
struct Parts {
  std::int64_t hours, minutes, seconds;
};

std::string counted(std::int64_t count, std::string_view unit) {
  return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
}

std::string twelveHours(const Parts& parts) {
  const std::int64_t hour = parts.hours % 24;
  return fmt::format("{}:{:02} {}", hour % 12 == 0 ? 12 : hour % 12, parts.minutes, hour < 12 ? "AM" : "PM");
}

std::string withoutSign(const Parts& parts, std::int64_t format) {
  const std::int64_t allMinutes = parts.hours * 60 + parts.minutes;
  switch (format) {
    case 2:
      return fmt::format("{:02}:{:02}", parts.hours, parts.minutes);
    case 3:
      return counted(parts.hours, "hour") + " " + counted(parts.minutes, "minute") + " " +
             counted(parts.seconds, "second");
    case 4:
      return counted(parts.hours, "hour") + " " + counted(parts.minutes, "minute");
    case 5:
      return twelveHours(parts);
    case 6:
      return fmt::format("{:02}:{:02}", allMinutes, parts.seconds);
    case 7:
      return counted(allMinutes, "minute") + " " + counted(parts.seconds, "second");
    case 8:
      return fmt::format("0000-00-00T{:02}:{:02}:{:02}", parts.hours, parts.minutes, parts.seconds);
    default:
      return fmt::format("{:02}:{:02}:{:02}", parts.hours, parts.minutes, parts.seconds);
  }
}

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Length of a date and the T behind it at the start of the text.
std::size_t isoDateLength(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T";
  if (text.size() < shape.size()) return 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '0' ? !isDigit(text[i]) : text[i] != shape[i]) return 0;
  }
  return shape.size();
}

// The hour counts from noon or from midnight when a word behind it says so.
std::int64_t hourWithHalf(std::int64_t hour, std::string_view behind) {
  const std::string lower = lowerAscii(behind);
  std::string letters;
  for (const char c : lower) {
    if (c != '.' && c != ' ') letters.push_back(c);
  }
  const bool afternoon = letters.ends_with("pm");
  if (!afternoon && !letters.ends_with("am")) return hour;
  if (hour > 12) return hour;
  return hour % 12 + (afternoon ? 12 : 0);
}

}  // namespace

std::string formatTime(Duration time, std::int64_t format) {
  const std::int64_t seconds = (time.ms < 0 ? -time.ms : time.ms) / 1000;
  if (format >= blankIfNull) {
    if (seconds == 0) return {};
    format -= blankIfNull;
  }
  const std::string text = withoutSign({seconds / 3600, seconds / 60 % 60, seconds % 60}, format);
  return time.ms < 0 && seconds != 0 ? "-" + text : text;
}

Duration parseTimeText(std::string_view text) {
  text = trim(text);
  text.remove_prefix(isoDateLength(text));
  const bool negative = text.starts_with('-');
  std::array<std::int64_t, 3> numbers{};
  std::size_t found = 0;
  std::size_t end = 0;  // of the last number
  for (std::size_t at = 0; at < text.size() && found < numbers.size();) {
    if (!isDigit(text[at])) {
      ++at;
      continue;
    }
    std::int64_t& number = numbers[found++];
    for (; at < text.size() && isDigit(text[at]); ++at) {
      number = std::min(number * 10 + (text[at] - '0'), mostSeconds + 1);
    }
    end = at;
  }
  const std::int64_t hours = hourWithHalf(numbers[0], text.substr(end));
  const std::int64_t seconds = hours * 3600 + numbers[1] * 60 + numbers[2];
  if (hours > mostSeconds || seconds > mostSeconds) return {};
  return {(negative ? -seconds : seconds) * 1000};
}

}  // namespace qodly::script::library
