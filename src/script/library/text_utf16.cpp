#include "script/library/text_utf16.h"

#include "base/text.h"
#include "base/utf8.h"

namespace qodly::script::library {

std::u16string toUtf16(std::string_view utf8) {
  std::u16string units;
  units.resize_and_overwrite(utf8.size(), [&](char16_t* out, std::size_t) {
    char16_t* to = out;
    for (std::size_t at = 0; at < utf8.size();) {
      const auto byte = static_cast<unsigned char>(utf8[at]);
      if (byte < 0x80) {
        *to++ = byte;
        ++at;
        continue;
      }
      const DecodedCodePoint decoded = decodeUtf8(utf8, at);
      at += decoded.length;
      if (decoded.codePoint < 0x10000) {
        *to++ = static_cast<char16_t>(decoded.codePoint);
      } else {
        *to++ = static_cast<char16_t>(0xD7C0 + (decoded.codePoint >> 10));
        *to++ = static_cast<char16_t>(0xDC00 + (decoded.codePoint & 0x3FF));
      }
    }
    return static_cast<std::size_t>(to - out);
  });
  return units;
}

std::string toUtf8(std::u16string_view units) {
  std::string text;
  text.reserve(units.size() + units.size() / 4);
  for (std::size_t at = 0; at < units.size(); ++at) {
    char32_t codePoint = units[at];
    const bool leads = codePoint >= 0xD800 && codePoint < 0xDC00;
    if (leads && at + 1 < units.size() && units[at + 1] >= 0xDC00 && units[at + 1] < 0xE000) {
      codePoint = (codePoint << 10) + units[++at] - 0x35FDC00;
    }
    appendCodePoint(codePoint, text);
  }
  return text;
}

}  // namespace qodly::script::library
