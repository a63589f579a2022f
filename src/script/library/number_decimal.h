// Numbers as people see them: fifteen significant decimal digits (commands.md 4). Rounding, cutting and formats work
// on these, not on the binary value, so that round(1.005, 2) is 1.01.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace qodly::script::library {

// 0.d1d2d3... x 10^point, without trailing zeros; zero has no digits. Only finite numbers have this form.
struct Decimal {
  static constexpr int mostDigits = 15;
  bool negative = false;
  int count = 0;
  int point = 0;
  std::array<char, mostDigits + 2> digits{};  // '0'..'9'

  static Decimal of(double value);
  double value() const;
  bool isZero() const { return count == 0; }
  // The digit `place` places right of the point (0: the first decimal; -1: the ones); '0' where there is none.
  char at(int place) const {
    const int index = place + point;
    return index >= 0 && index < count ? digits[static_cast<std::size_t>(index)] : '0';
  }

  // To that many decimals; negative: left of the point.
  void cut(int decimals);          // toward zero
  void raise(int decimals);        // away from zero, when anything is cut off
  void roundHalfUp(int decimals);  // away from zero in the middle

 private:
  void keep(int length);  // drops digits from there on, and zeros before
};

double roundNumber(double value, std::int64_t places);  // half away from zero
double truncNumber(double value, std::int64_t places);  // toward negative infinity
double roundHalfAway(double value);                     // to an integer, as conversions to integers do

}  // namespace qodly::script::library
