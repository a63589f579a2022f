// UTF-8 and number tools. Encodings for the wire (percent, HTML, hexadecimal, base64) are in encoding.cpp.
#include "base/text.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/decimal.h"
#include "base/utf8.h"

namespace qodly {

namespace {

constexpr std::uint64_t highBits = 0x8080808080808080U;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool isBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Bytes from `offset` on that are certainly ASCII, in steps of eight.
std::size_t asciiRun(std::string_view text, std::size_t offset) {
  while (offset + 8 <= text.size()) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + offset, 8);
    if ((word & highBits) != 0) return offset;
    offset += 8;
  }
  return offset;
}

// Grammar: [-+] digits [. digits] [e [-+] digits], at least one digit before the exponent.
bool looksLikeNumber(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && isDigit(text[at])) ++at;
    return at - from;
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  std::size_t count = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    count += digits();
  }
  if (count == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

// A number that from_chars finds out of range: too small (then it is 0) or too large?
bool isTiny(std::string_view number) {
  const std::size_t exponent = number.find_first_of("eE");
  if (exponent != std::string_view::npos && exponent + 1 < number.size() && number[exponent + 1] == '-') return true;
  const std::size_t firstSignificant = number.find_first_not_of("+-0");
  return exponent == std::string_view::npos && firstSignificant != std::string_view::npos &&
         number[firstSignificant] == '.';
}

}  // namespace

bool isAscii(std::string_view text) {
  std::size_t at = asciiRun(text, 0);
  for (; at < text.size(); ++at) {
    if (static_cast<unsigned char>(text[at]) >= 0x80) return false;
  }
  return true;
}

bool isValidUtf8(std::string_view text) {
  std::size_t at = 0;
  while ((at = asciiRun(text, at)) < text.size()) {
    const std::size_t end = std::min(at + 8, text.size());
    while (at < end) {
      const DecodedCodePoint decoded = decodeUtf8(text, at);
      if (!decoded.valid) return false;
      at += decoded.length;
    }
  }
  return true;
}

std::string repairUtf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCodePoint decoded = decodeUtf8(text, at);
    if (decoded.valid) {
      repaired.append(text.substr(at, decoded.length));
    } else {
      appendCodePoint(replacementCharacter, repaired);
    }
    at += decoded.length;
  }
  return repaired;
}

std::size_t utf16Length(std::string_view text) {
  std::size_t units = asciiRun(text, 0);
  for (const char c : text.substr(units)) {
    const auto byte = static_cast<unsigned char>(c);
    units += static_cast<std::size_t>((byte & 0xC0) != 0x80) + static_cast<std::size_t>(byte >= 0xF0);
  }
  return units;
}

std::size_t utf16Offset(std::string_view text, std::size_t unit) {
  std::size_t at = asciiRun(text.substr(0, unit), 0);
  std::size_t units = at;
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte & 0xC0) == 0x80) continue;
    if (units >= unit) break;
    units += byte >= 0xF0 ? 2 : 1;
  }
  return at;
}

std::string_view utf16Prefix(std::string_view text, std::size_t units) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte & 0xC0) != 0x80) {
      const std::size_t needed = byte >= 0xF0 ? 2 : 1;
      if (units < needed) break;
      units -= needed;
    }
    ++at;
  }
  return text.substr(0, at);
}

void appendCodePoint(char32_t codePoint, std::string& out) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (codePoint > 0x10FFFF || (codePoint >= 0xD800 && codePoint < 0xE000)) codePoint = replacementCharacter;
  if (codePoint < 0x80) {
    put(codePoint);
  } else if (codePoint < 0x800) {
    put(0xC0 | (codePoint >> 6));
    put(0x80 | (codePoint & 0x3F));
  } else if (codePoint < 0x10000) {
    put(0xE0 | (codePoint >> 12));
    put(0x80 | ((codePoint >> 6) & 0x3F));
    put(0x80 | (codePoint & 0x3F));
  } else {
    put(0xF0 | (codePoint >> 18));
    put(0x80 | ((codePoint >> 12) & 0x3F));
    put(0x80 | ((codePoint >> 6) & 0x3F));
    put(0x80 | (codePoint & 0x3F));
  }
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  for (;;) {
    const std::size_t to = text.find(separator, from);
    parts.push_back(text.substr(from, to == std::string_view::npos ? to : to - from));
    if (to == std::string_view::npos) return parts;
    from = to + 1;
  }
}

bool equalsIgnoringAsciiCase(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::string lowerAscii(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

std::optional<std::int64_t> parseInteger(std::string_view text) {
  if (text.size() > 1 && text.front() == '+' && isDigit(text[1])) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parseReal(std::string_view text) {
  if (!looksLikeNumber(text)) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range && isTiny(text)) return 0.0;
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  return value;
}

void appendInteger(std::int64_t value, std::string& out) {
  std::array<char, decimal::room> digits;
  out.append(digits.data(), decimal::putInteger(digits.data(), value));
}

void appendReal(double value, std::string& out) {
  std::array<char, 64> digits;
  if (char* const end = decimal::putFewDecimals(digits.data(), value)) {
    out.append(digits.data(), end);
    return;
  }
  // Positional while that stays readable, scientific beyond, with the limits browsers use.
  const double magnitude = std::abs(value);
  const auto format = magnitude >= 1e-6 && magnitude < 1e21 ? std::chars_format::fixed : std::chars_format::scientific;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value, format);
  out.append(digits.data(), result.ptr);
}

}  // namespace qodly
