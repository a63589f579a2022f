// The default form, the forms that begin with &, and reading. Sections are in format_sections.cpp.
#include "script/library/format_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/text.h"
#include "script/library/format_sections.h"
#include "script/library/format_time.h"
#include "script/library/number_decimal.h"

namespace qodly::script::library {

namespace {

constexpr int significantDigits = 13;

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

// The value as a 32-bit pattern: rounded, then cut.
std::uint32_t patternOf(double value) {
  const double whole = roundHalfAway(value);
  if (!(std::fabs(whole) < 9.2e18)) return 0;
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(whole));
}

std::string hexadecimal(double value, std::string_view prefix, int leastDigits, bool eightWhenLong) {
  const std::uint32_t pattern = patternOf(value);
  std::array<char, 8> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), pattern, 16).ptr;
  const auto length = static_cast<int>(end - digits.data());
  int width = std::max(leastDigits, length + length % 2);
  if (eightWhenLong && length > 4) width = 8;
  std::string text(prefix);
  text.append(static_cast<std::size_t>(width - length), '0');
  for (const char* digit = digits.data(); digit != end; ++digit) {
    text.push_back(static_cast<char>(*digit >= 'a' ? *digit - 32 : *digit));
  }
  return text;
}

// &N: one digit before the point, N - 1 behind it.
std::string scientific(double value, std::int64_t digits, const Regional& regional) {
  const auto shown = static_cast<int>(std::clamp<std::int64_t>(digits, 1, 100));
  Decimal decimal = Decimal::of(value);
  decimal.roundHalfUp(shown - decimal.point);
  std::string text;
  if (decimal.negative && !decimal.isZero()) text.push_back('-');
  const int exponent = decimal.isZero() ? 0 : decimal.point - 1;
  decimal.point = 1;
  text.push_back(decimal.at(-1));
  if (shown > 1) text += regional.decimal;
  for (int place = 0; place < shown - 1; ++place) text.push_back(decimal.at(place));
  text.push_back('e');
  text.push_back(exponent < 0 ? '-' : '+');
  appendInteger(std::abs(exponent), text);
  return text;
}

// What a format that begins with & gives; false when it is none of these.
bool formatSpecial(double value, std::string_view format, const Regional& regional, std::string& out) {
  const std::string_view rest = format.substr(1);
  if (equalsIgnoringAsciiCase(rest, "x")) {
    out = hexadecimal(value, "0x", 4, true);
  } else if (rest == "$") {
    out = hexadecimal(value, "$", 2, false);
  } else if (equalsIgnoringAsciiCase(rest, "xml")) {
    appendNumber(value, ".", out);
  } else if (rest.starts_with('/')) {
    const auto timeFormat = parseInteger(rest.substr(1));
    if (!timeFormat) return false;
    const double milliseconds = std::clamp(roundHalfAway(value), -9e12, 9e12) * 1000;
    out = formatTime(Duration{static_cast<std::int64_t>(milliseconds)}, *timeFormat);
  } else {
    const auto digits = parseInteger(rest);
    if (!digits || !isDigit(rest.front())) return false;
    out = scientific(value, *digits, regional);
  }
  return true;
}

}  // namespace

void appendNumber(double value, std::string_view decimalSeparator, std::string& out) {
  if (std::fabs(value) < 1e13 && value == std::floor(value)) {
    appendInteger(static_cast<std::int64_t>(value), out);
    return;
  }
  if (std::isnan(value)) return;
  if (std::isinf(value)) {
    out += value > 0 ? "INF" : "-INF";
    return;
  }
  std::array<char, 40> text;
  const char* const end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, significantDigits).ptr;
  for (const char* at = text.data(); at != end; ++at) {
    if (*at == '.') {
      out += decimalSeparator;
    } else {
      out.push_back(*at);
    }
    const bool exponentSign = (*at == '+' || *at == '-') && at != text.data();
    while (exponentSign && at + 2 < end && at[1] == '0') ++at;
  }
}

std::string numberText(double value, const Regional& regional) {
  std::string text;
  appendNumber(value, regional.decimal, text);
  return text;
}

std::string formatNumber(double value, std::string_view format, const Regional& regional) {
  std::string text;
  if (std::isnan(value)) return text;
  const bool asDefault = format.empty() || format.starts_with('|') || !std::isfinite(value);
  if (asDefault) {
    appendNumber(value, regional.decimal, text);
  } else if (!format.starts_with('&') || !formatSpecial(value, format, regional, text)) {
    text = formatSections(value, format, regional);
  }
  return text;
}

}  // namespace qodly::script::library
