// Character classes of RFC 9110, inlined for the head parser.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace qodly::http {

namespace ascii {

enum : std::uint8_t { Token = 1, Value = 2, Target = 4, Host = 8 };

constexpr std::array<std::uint8_t, 256> makeClasses() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    if (c == '\t' || (c >= 0x20 && c != 0x7F)) classes[c] |= Value;
    if (c > 0x20 && c != 0x7F && c != '#') classes[c] |= Target;
  }
  for (const char c :
       std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    classes[static_cast<unsigned char>(c)] |= Token;
  }
  for (const char c : std::string_view("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~:[]")) {
    classes[static_cast<unsigned char>(c)] |= Host;
  }
  return classes;
}

inline constexpr std::array<std::uint8_t, 256> classes = makeClasses();

inline bool is(char c, std::uint8_t kind) { return (classes[static_cast<unsigned char>(c)] & kind) != 0; }

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

constexpr int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace ascii

// Comparison of header names and tokens, which ignores the case of ASCII letters.
inline bool sameToken(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (ascii::lower(left[i]) != ascii::lower(right[i])) return false;
  }
  return true;
}

inline std::string_view trimBlanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls visit(element) for each element of a comma-separated list, blanks trimmed, empty ones skipped.
template <class Visit>
void forEachElement(std::string_view list, Visit&& visit) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view element = trimBlanks(list.substr(0, comma));
    if (!element.empty()) visit(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace qodly::http
