// Reading UTF-8 one code point at a time. Everything that walks text uses this one decoder, so that all parts agree on
// what an invalid byte counts as.
#pragma once

#include <cstdint>
#include <string_view>

namespace qodly {

inline constexpr char32_t replacementCharacter = 0xFFFD;

struct DecodedCodePoint {
  char32_t codePoint;
  std::uint8_t length;  // bytes consumed, 1 to 4
  bool valid;           // false: codePoint is U+FFFD in place of a maximal ill-formed sequence (Unicode 3.9, D93b)
};

// The code point at text[offset]. offset < text.size().
inline DecodedCodePoint decodeUtf8(std::string_view text, std::size_t offset) {
  const auto byteAt = [&](std::size_t index) -> std::uint8_t {
    return index < text.size() ? static_cast<std::uint8_t>(text[index]) : std::uint8_t{0};
  };
  const std::uint8_t lead = byteAt(offset);
  if (lead < 0x80) return {lead, 1, true};
  if (lead < 0xC2 || lead > 0xF4) return {replacementCharacter, 1, false};

  const std::uint8_t second = byteAt(offset + 1);
  if (lead < 0xE0) {
    if ((second & 0xC0) != 0x80) return {replacementCharacter, 1, false};
    return {static_cast<char32_t>(((lead & 0x1F) << 6) | (second & 0x3F)), 2, true};
  }
  // The second byte alone rules out overlong forms, surrogates and values above U+10FFFF.
  const std::uint8_t lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < lowest || second > highest) return {replacementCharacter, 1, false};

  const std::uint8_t third = byteAt(offset + 2);
  if ((third & 0xC0) != 0x80) return {replacementCharacter, 2, false};
  if (lead < 0xF0) {
    return {static_cast<char32_t>(((lead & 0x0F) << 12) | ((second & 0x3F) << 6) | (third & 0x3F)), 3, true};
  }
  const std::uint8_t fourth = byteAt(offset + 3);
  if ((fourth & 0xC0) != 0x80) return {replacementCharacter, 3, false};
  return {
      static_cast<char32_t>(((lead & 0x07) << 18) | ((second & 0x3F) << 12) | ((third & 0x3F) << 6) | (fourth & 0x3F)),
      4, true};
}

}  // namespace qodly
