#include "script/library/blob_base64.h"

#include <array>

#include "base/text.h"

namespace qodly::script::library {

namespace {

constexpr std::string_view standardDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::int8_t blank = -2;

constexpr std::array<std::int8_t, 256> valuesOf(Base64 form) {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < standardDigits.size(); ++i) {
    values[static_cast<unsigned char>(standardDigits[i])] = static_cast<std::int8_t>(i);
  }
  if (form == Base64::url) {
    values['+'] = values['/'] = -1;
    values['-'] = 62;
    values['_'] = 63;
  }
  for (const unsigned char skipped : {' ', '\r', '\n'}) values[skipped] = blank;
  return values;
}

}  // namespace

std::string encodeBase64(std::string_view bytes, Base64 form) {
  std::string text = toBase64(bytes);
  if (form == Base64::standard) return text;
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::optional<std::string> decodeBase64(std::string_view text, Base64 form) {
  static constexpr std::array tables = {valuesOf(Base64::standard), valuesOf(Base64::url)};
  const auto& values = tables[static_cast<std::size_t>(form)];
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    const std::int8_t value = values[static_cast<unsigned char>(c)];
    if (value == blank) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    if (value < 0 || padding > 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    if (++digits % 4 != 0) continue;
    bytes.push_back(static_cast<char>(bits >> 16));
    bytes.push_back(static_cast<char>(bits >> 8));
    bytes.push_back(static_cast<char>(bits));
  }
  const std::size_t rest = digits % 4;
  // One digit alone is less than a byte; padding fills up a group of four or is left out.
  if (rest == 1 || (padding > 0 && (rest == 0 || rest + padding != 4))) return std::nullopt;
  if (rest == 2) bytes.push_back(static_cast<char>(bits >> 4));
  if (rest == 3) {
    bytes.push_back(static_cast<char>(bits >> 10));
    bytes.push_back(static_cast<char>(bits >> 2));
  }
  return bytes;
}

}  // namespace qodly::script::library
