// Numbers as decimal text, put where a pointer says: what is printed by the thousand goes through these.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace qodly::decimal {

// So much room every function here needs at `at`; it may write all of it, the end it returns says what counts.
inline constexpr std::size_t room = 32;

namespace detail {

inline constexpr std::array<char, 200> pairs = [] {
  std::array<char, 200> table{};
  for (std::size_t i = 0; i < 100; ++i) {
    table[2 * i] = static_cast<char>('0' + i / 10);
    table[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return table;
}();

inline void putPair(char* at, std::uint64_t below100) { std::memcpy(at, pairs.data() + 2 * below100, 2); }

}  // namespace detail

inline char* putUnsigned(char* at, std::uint64_t value) {
  using detail::putPair;
  if (value < 10) {
    *at = static_cast<char>('0' + value);
    return at + 1;
  }
  if (value < 100) {
    putPair(at, value);
    return at + 2;
  }
  if (value < 10'000) {
    const bool three = value < 1000;
    if (three) {
      *at = static_cast<char>('0' + value / 100);
    } else {
      putPair(at, value / 100);
    }
    at += three ? 1 : 2;
    putPair(at, value % 100);
    return at + 2;
  }
  if (value < 100'000'000) {
    at = putUnsigned(at, value / 10'000);
    putPair(at, value % 10'000 / 100);
    putPair(at + 2, value % 100);
    return at + 4;
  }
  return std::to_chars(at, at + 20, value).ptr;
}

inline char* putInteger(char* at, std::int64_t value) {
  if (value >= 0) return putUnsigned(at, static_cast<std::uint64_t>(value));
  *at = '-';
  return putUnsigned(at + 1, std::uint64_t{0} - static_cast<std::uint64_t>(value));
}

// A real with few decimals, as people enter them, or a whole one. Its digits, at most 15, are a whole number of
// millionths; a decimal of so few digits is the only one that reads as its number, hence the shortest form. nullptr:
// the number has more digits, nothing that counts was written.
inline char* putFewDecimals(char* at, double value) {
  constexpr double exactIntegers = 9007199254740992.0;  // 2^53
  constexpr double scale = 1e6, most = 1e15;
  const double magnitude = std::fabs(value);
  if (!(magnitude < exactIntegers)) return nullptr;
  const auto integral = static_cast<std::int64_t>(magnitude);
  if (static_cast<double>(integral) == magnitude) return putInteger(at, value < 0 ? -integral : integral);
  const double scaled = magnitude * scale + 0.5;
  if (!(scaled < most)) return nullptr;
  const auto all = static_cast<std::uint64_t>(scaled);
  if (static_cast<double>(all) / scale != magnitude) return nullptr;
  *at = '-';
  if (value < 0) ++at;
  at = putUnsigned(at, all / 1'000'000);
  *at++ = '.';
  const std::uint64_t fraction = all % 1'000'000;
  detail::putPair(at, fraction / 10'000);
  detail::putPair(at + 2, fraction / 100 % 100);
  detail::putPair(at + 4, fraction % 100);
  at += 6;
  while (at[-1] == '0') --at;
  return at;
}

}  // namespace qodly::decimal
