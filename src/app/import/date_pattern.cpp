// Compiling and matching date patterns.
#include "app/import/date_pattern.h"

#include <array>
#include <map>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"

namespace qodly::app {

namespace {

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<DatePattern::Token> DatePattern::tokenOf(std::string_view letters) {
  struct Known {
    std::string_view letters;
    Token token;
  };
  static const std::array known = {
      Known{"yyyy", {Part::year, 4, 5, {}}},    Known{"y", {Part::year, 1, 5, {}}},
      Known{"yy", {Part::shortYear, 2, 2, {}}}, Known{"MM", {Part::month, 2, 2, {}}},
      Known{"M", {Part::month, 1, 2, {}}},      Known{"dd", {Part::day, 2, 2, {}}},
      Known{"d", {Part::day, 1, 2, {}}},        Known{"HH", {Part::hour, 2, 2, {}}},
      Known{"H", {Part::hour, 1, 2, {}}},       Known{"mm", {Part::minute, 2, 2, {}}},
      Known{"m", {Part::minute, 1, 2, {}}},     Known{"ss", {Part::second, 2, 2, {}}},
      Known{"s", {Part::second, 1, 2, {}}},     Known{"SSS", {Part::millisecond, 3, 3, {}}},
  };
  for (const Known& candidate : known) {
    if (candidate.letters == letters) return candidate.token;
  }
  return std::nullopt;
}

Result<DatePattern> DatePattern::make(std::string_view pattern) {
  DatePattern made;
  bool dated = false;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '\'') {
      const std::size_t end = std::min(pattern.find('\'', at + 1), pattern.size());
      made.tokens_.push_back({Part::literal, 0, 0, std::string(pattern.substr(at + 1, end - at - 1))});
      at = end + 1;
      continue;
    }
    if (!isLetter(pattern[at])) {
      made.tokens_.push_back({Part::literal, 0, 0, std::string(1, pattern[at++])});
      continue;
    }
    const std::size_t end = std::min(pattern.find_first_not_of(pattern[at], at), pattern.size());
    const std::string_view letters = pattern.substr(at, end - at);
    auto token = tokenOf(letters);
    if (!token) {
      return std::unexpected(
          Error(code::wrongArgument, "dbmg",
                fmt::format("\"{}\" in the date format \"{}\" is no token; known are yyyy yy MM M dd d "
                            "HH H mm m ss s SSS. Put text between ' '.",
                            letters, pattern)));
    }
    made.timed_ = made.timed_ || token->part >= Part::hour;
    dated = dated || token->part == Part::day;
    made.tokens_.push_back(std::move(*token));
    at = end;
  }
  if (dated) return made;
  return std::unexpected(
      Error(code::wrongArgument, "dbmg",
            fmt::format("The date format \"{}\" names no day; one such as dd/MM/yyyy is expected.", pattern)));
}

std::optional<Value> DatePattern::parse(std::string_view text) const {
  std::map<Part, int> parts;
  std::size_t at = 0;
  for (const Token& token : tokens_) {
    if (token.part == Part::literal) {
      if (!text.substr(at).starts_with(token.literal)) return std::nullopt;
      at += token.literal.size();
      continue;
    }
    int number = 0;
    std::size_t digits = 0;
    while (digits < token.maximumDigits && at < text.size() && isDigit(text[at])) {
      number = number * 10 + (text[at++] - '0');
      ++digits;
    }
    if (digits < token.minimumDigits) return std::nullopt;
    parts[token.part] = number;
  }
  if (at != text.size()) return std::nullopt;
  // Two digits: 1970 to 2069.
  if (parts.contains(Part::shortYear))
    parts[Part::year] = parts[Part::shortYear] + (parts[Part::shortYear] < 70 ? 2000 : 1900);
  const auto date =
      Date::fromCivil(parts[Part::year], parts.contains(Part::month) ? parts[Part::month] : 1, parts[Part::day]);
  if (!date || parts[Part::hour] > 23 || parts[Part::minute] > 59 || parts[Part::second] > 59) return std::nullopt;
  if (!timed_) return Value::date(*date);
  // Read as local time, so that a change of summer time inside the day is minded.
  std::string iso;
  appendDate(*date, iso);
  iso += fmt::format("T{:02}:{:02}:{:02}.{:03}", parts[Part::hour], parts[Part::minute], parts[Part::second],
                     parts[Part::millisecond]);
  const auto instant = parseInstant(iso);
  if (!instant) return std::nullopt;
  return Value::instant(*instant);
}

}  // namespace qodly::app
