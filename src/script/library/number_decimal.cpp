#include "script/library/number_decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace qodly::script::library {

namespace {

constexpr std::array<double, 16> powersOfTen = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// Beyond this no double has digits.
constexpr std::int64_t farthestPlace = 400;

int clampPlaces(std::int64_t places) { return static_cast<int>(std::clamp(places, -farthestPlace, farthestPlace)); }

}  // namespace

Decimal Decimal::of(double value) {
  Decimal decimal;
  decimal.negative = std::signbit(value);
  if (value == 0 || !std::isfinite(value)) return decimal;
  std::array<char, 40> text;  // d.dddddddddddddde+XXX
  const auto end = std::to_chars(text.data(), text.data() + text.size(), std::fabs(value),
                                 std::chars_format::scientific, mostDigits - 1)
                       .ptr;
  decimal.digits[0] = text[0];
  std::copy_n(text.data() + 2, mostDigits - 1, decimal.digits.data() + 1);
  const char* exponent = text.data() + mostDigits + 2;  // behind the e
  if (*exponent == '+') ++exponent;
  int power = 0;
  std::from_chars(exponent, end, power);
  decimal.point = power + 1;
  decimal.count = mostDigits;
  decimal.keep(mostDigits);
  return decimal;
}

double Decimal::value() const {
  if (count == 0) return 0;
  std::array<char, 40> text;
  char* end = text.data();
  if (negative) *end++ = '-';
  end = std::copy_n(digits.data(), count, end);
  *end++ = 'e';
  end = std::to_chars(end, text.data() + text.size(), point - count).ptr;
  double result = 0;
  const auto read = std::from_chars(text.data(), end, result);
  if (read.ec == std::errc::result_out_of_range) return point > 0 ? (negative ? -HUGE_VAL : HUGE_VAL) : 0;
  return result;
}

void Decimal::keep(int length) {
  count = std::clamp(length, 0, count);
  while (count > 0 && digits[static_cast<std::size_t>(count - 1)] == '0') --count;
}

void Decimal::cut(int decimals) { keep(std::max(point + decimals, 0)); }

void Decimal::raise(int decimals) {
  const int length = point + decimals;
  if (length >= count) return;
  int index = length - 1;
  while (index >= 0 && digits[static_cast<std::size_t>(index)] == '9') --index;
  if (index >= 0) {
    ++digits[static_cast<std::size_t>(index)];
    count = index + 1;
    return;
  }
  // Nines only, or nothing kept: one unit of the place before.
  digits[0] = '1';
  point = length > 0 ? point + 1 : 1 - decimals;
  count = 1;
}

void Decimal::roundHalfUp(int decimals) {
  const int length = point + decimals;
  if (length >= count) return;
  if (length >= 0 && digits[static_cast<std::size_t>(length)] >= '5') {
    raise(decimals);
  } else {
    cut(decimals);
  }
}

double roundNumber(double value, std::int64_t places) {
  if (!std::isfinite(value)) return value;
  const double magnitude = std::fabs(value);
  if (places >= 0 && magnitude < 1e15 && magnitude == std::floor(magnitude)) return value;
  // Far from the middle between two results the binary value decides alike, and one division rounds correctly.
  if (places >= 0 && places <= 9 && magnitude < 1e6) {
    const double power = powersOfTen[static_cast<std::size_t>(places)];
    const double scaled = magnitude * power;
    const double below = std::floor(scaled);
    const double rest = scaled - below;
    if (std::fabs(rest - 0.5) > 1e-3) return std::copysign((rest > 0.5 ? below + 1 : below) / power, value) + 0.0;
  }
  Decimal decimal = Decimal::of(value);
  const int digits = decimal.count;
  const int point = decimal.point;
  decimal.roundHalfUp(clampPlaces(places));
  return decimal.count == digits && decimal.point == point ? value : decimal.value();
}

double truncNumber(double value, std::int64_t places) {
  if (!std::isfinite(value)) return value;
  if (places >= 0 && std::fabs(value) < 1e15 && value == std::floor(value)) return value;
  Decimal decimal = Decimal::of(value);
  const int decimals = clampPlaces(places);
  if (decimal.point + decimals >= decimal.count) return value;
  if (decimal.negative) {
    decimal.raise(decimals);
  } else {
    decimal.cut(decimals);
  }
  return decimal.value();
}

double roundHalfAway(double value) { return std::round(value); }

}  // namespace qodly::script::library
