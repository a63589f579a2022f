// ASCII is mapped byte by byte; other texts go to ICU.
#include "script/library/text_case.h"

#include <algorithm>
#include <array>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include "base/text.h"
#include "script/library/text_utf16.h"

namespace qodly::script::library {

namespace {

enum class Case : bool { lower, upper };

constexpr std::array<char, 256> asciiTable(Case wanted) {
  std::array<char, 256> table{};
  for (int byte = 0; byte < 256; ++byte) {
    const bool letter = wanted == Case::upper ? byte >= 'a' && byte <= 'z' : byte >= 'A' && byte <= 'Z';
    table[static_cast<std::size_t>(byte)] = static_cast<char>(letter ? byte ^ 0x20 : byte);
  }
  return table;
}

template <Case wanted>
void mapAscii(std::string_view text, char* out) {
  constexpr char first = wanted == Case::upper ? 'a' : 'A';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto distance = static_cast<unsigned char>(text[i] - first);
    out[i] = static_cast<char>(text[i] ^ (distance < 26 ? 0x20 : 0));
  }
}

template <Case wanted>
Value mapAsciiText(const Value& source) {
  static constexpr std::array<char, 256> table = asciiTable(wanted);
  const std::string_view text = source.asText();
  std::array<char, 14> shortText;
  if (text.size() <= shortText.size()) {
    for (std::size_t i = 0; i < text.size(); ++i) shortText[i] = table[static_cast<unsigned char>(text[i])];
    return Value::text(std::string_view(shortText.data(), text.size()));
  }
  std::string mapped;
  mapped.resize_and_overwrite(text.size(), [&](char* out, std::size_t) {
    mapAscii<wanted>(text, out);
    return text.size();
  });
  return Value::text(std::move(mapped));
}

std::u16string mapUnits(std::u16string_view units, Case wanted) {
  std::u16string mapped(units.size() + units.size() / 8 + 16, u'\0');
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    const auto map = wanted == Case::upper ? u_strToUpper : u_strToLower;
    const std::int32_t length = map(mapped.data(), static_cast<std::int32_t>(mapped.size()), units.data(),
                                    static_cast<std::int32_t>(units.size()), "", &status);
    mapped.resize(static_cast<std::size_t>(std::max(length, 0)));
    if (status != U_BUFFER_OVERFLOW_ERROR) return mapped;
  }
}

std::u16string normalised(const UNormalizer2* form, std::u16string_view units) {
  std::u16string result(units.size() * 2 + 16, u'\0');
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length = unorm2_normalize(form, units.data(), static_cast<std::int32_t>(units.size()),
                                                 result.data(), static_cast<std::int32_t>(result.size()), &status);
    result.resize(static_cast<std::size_t>(std::max(length, 0)));
    if (status != U_BUFFER_OVERFLOW_ERROR) return result;
  }
}

std::u16string unitsWithoutAccents(std::u16string_view units) {
  UErrorCode status = U_ZERO_ERROR;
  const std::u16string decomposed = normalised(unorm2_getNFDInstance(&status), units);
  std::u16string plain;
  plain.reserve(decomposed.size());
  for (std::size_t at = 0; at < decomposed.size();) {
    const std::size_t start = at;
    UChar32 codePoint = 0;
    U16_NEXT(decomposed.data(), at, decomposed.size(), codePoint);
    if (u_charType(codePoint) != U_NON_SPACING_MARK) plain.append(decomposed, start, at - start);
  }
  return normalised(unorm2_getNFCInstance(&status), plain);
}

template <Case wanted>
Value mapped(const Value& source, Accents accents) {
  if (source.isAsciiText()) return mapAsciiText<wanted>(source);
  std::u16string units = mapUnits(toUtf16(source.asText()), wanted);
  if (accents == Accents::removed) units = unitsWithoutAccents(units);
  return Value::text(toUtf8(units));
}

}  // namespace

Value uppercase(const Value& source, Accents accents) { return mapped<Case::upper>(source, accents); }
Value lowercase(const Value& source, Accents accents) { return mapped<Case::lower>(source, accents); }

}  // namespace qodly::script::library
