#include "script/library/charset.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include "base/text.h"
#include "script/library/io_error.h"
#include "script/library/text_utf16.h"

namespace qodly::script::library {

namespace {

struct Numbered {
  int mibEnum;
  std::string_view name;
};

// Names as IANA or the vendor registered them.
constexpr std::array numbers{
    Numbered{3, "US-ASCII"},        Numbered{4, "ISO-8859-1"},
    Numbered{5, "ISO-8859-2"},      Numbered{6, "ISO-8859-3"},
    Numbered{7, "ISO-8859-4"},      Numbered{8, "ISO-8859-5"},
    Numbered{9, "ISO-8859-6"},      Numbered{10, "ISO-8859-7"},
    Numbered{11, "ISO-8859-8"},     Numbered{12, "ISO-8859-9"},
    Numbered{13, "ISO-8859-10"},    Numbered{17, "Shift_JIS"},
    Numbered{38, "EUC-KR"},         Numbered{39, "ISO-2022-JP"},
    Numbered{57, "GB_2312-80"},     Numbered{106, "UTF-8"},
    Numbered{109, "ISO-8859-13"},   Numbered{111, "ISO-8859-15"},
    Numbered{113, "GBK"},           Numbered{1012, "UTF-7"},
    Numbered{1013, "UTF-16BE"},     Numbered{1014, "UTF-16LE"},
    Numbered{1015, "UTF-16"},       Numbered{1017, "UTF-32"},
    Numbered{1018, "UTF-32BE"},     Numbered{1019, "UTF-32LE"},
    Numbered{1250, "x-mac-ce"},     Numbered{1251, "x-mac-cyrillic"},
    Numbered{1253, "x-mac-greek"},  Numbered{1254, "x-mac-turkish"},
    Numbered{1255, "x-mac-hebrew"}, Numbered{1256, "x-mac-arabic"},
    Numbered{1257, "x-mac-ce"},     Numbered{2011, "IBM437"},
    Numbered{2024, "Windows-31J"},  Numbered{2025, "GB2312"},
    Numbered{2026, "Big5"},         Numbered{2027, "MacRoman"},
    Numbered{2028, "IBM037"},       Numbered{2084, "KOI8-R"},
    Numbered{2250, "windows-1250"}, Numbered{2251, "windows-1251"},
    Numbered{2252, "windows-1252"}, Numbered{2253, "windows-1253"},
    Numbered{2254, "windows-1254"}, Numbered{2255, "windows-1255"},
    Numbered{2256, "windows-1256"}, Numbered{2257, "windows-1257"},
};

struct Alias {
  std::string_view name;       // lower case
  std::string_view converter;  // ICU's name
};

// Names of the documents that ICU does not know, and the two forms without byte order, which are little-endian here.
constexpr std::array aliases{
    Alias{"utf-16", "UTF-16LE"},
    Alias{"utf-32", "UTF-32LE"},
    Alias{"x-mac-ce", "macos-29-10.2"},
    Alias{"macce", "macos-29-10.2"},
    Alias{"x-mac-roman", "macintosh"},
    Alias{"macroman", "macintosh"},
    Alias{"csmacintosh", "macintosh"},
    Alias{"x-mac-chinesesimp", "GB2312"},
    Alias{"gb_2312-80", "GB2312"},
    Alias{"csiso58gb231280", "GB2312"},
    Alias{"latin-9", "ISO-8859-15"},
    Alias{"iso-8859-10:1992", "ISO-8859-10"},
    Alias{"iso_8859-10:1992", "ISO-8859-10"},
    Alias{"iso-ir-157", "ISO-8859-10"},
    Alias{"csisolatin6", "ISO-8859-10"},
    Alias{"latin6", "ISO-8859-10"},
    Alias{"l6", "ISO-8859-10"},
    Alias{"greek8", "ISO-8859-7"},
    Alias{"iso-8859-3:1988", "ISO-8859-3"},
    Alias{"iso-8859-4:1988", "ISO-8859-4"},
    Alias{"iso-8859-5:1988", "ISO-8859-5"},
    Alias{"iso-8859-6:1987", "ISO-8859-6"},
    Alias{"iso-8859-8:1988", "ISO-8859-8"},
    Alias{"iso-8859-9:1989", "ISO-8859-9"},
};

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter open(const std::string& name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(name.c_str(), &status));
  if (U_FAILURE(status)) converter.reset();
  return converter;
}

struct Mark {
  std::string_view bytes;
  std::string_view name;
};

// Longer marks first: that of UTF-32LE starts with that of UTF-16LE.
constexpr std::array marks{
    Mark{std::string_view("\xFF\xFE\0\0", 4), "UTF-32LE"},
    Mark{std::string_view("\0\0\xFE\xFF", 4), "UTF-32BE"},
    Mark{"\xEF\xBB\xBF", "UTF-8"},
    Mark{"\xFF\xFE", "UTF-16LE"},
    Mark{"\xFE\xFF", "UTF-16BE"},
};

icu::UnicodeString wide(std::string_view utf8) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
}

// Texts are converted piece by piece: of bytes or of UTF-16 units.
constexpr std::size_t pieceSize = 65'536;

// The bytes of the whole characters at the start of a text, at most `size` of them.
std::size_t wholeCharacters(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text.size();
  constexpr int mostBytesBehind = 3;
  std::size_t end = size;
  for (int i = 0; i < mostBytesBehind && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; ++i) --end;
  return end;
}

}  // namespace

Charset Charset::utf8() { return {"UTF-8", "UTF-8", true}; }

Result<Charset> Charset::named(std::string_view name) {
  const std::string lower = lowerAscii(trim(name));
  if (lower == "utf-8" || lower == "utf8") return utf8();
  const auto* alias = std::ranges::find(aliases, lower, &Alias::name);
  std::string converter(alias == aliases.end() ? std::string_view(lower) : alias->converter);
  // A comma starts options in ICU's names, and a zero byte would cut the name.
  const bool plain =
      !lower.empty() && lower.size() <= 60 && lower.find_first_of(std::string_view(",\0", 2)) == lower.npos;
  if (!plain || !open(converter)) {
    return fail(
        fault::unknownCharset,
        fmt::format("\"{}\" is not a known character set: a standard name such as UTF-8 or ISO-8859-1 is expected.",
                    repairUtf8(utf16Prefix(repairUtf8(name), 60))));
  }
  const auto* listed =
      std::ranges::find_if(numbers, [&](const Numbered& row) { return equalsIgnoringAsciiCase(row.name, lower); });
  return Charset(listed == numbers.end() ? std::string(trim(name)) : std::string(listed->name), std::move(converter),
                 false);
}

Result<Charset> Charset::numbered(std::int64_t mibEnum) {
  const auto* row = std::ranges::find(numbers, mibEnum, &Numbered::mibEnum);
  if (row == numbers.end()) {
    return fail(fault::unknownCharset,
                fmt::format("{} is not the number of a known character set (MIBEnum).", mibEnum));
  }
  return named(row->name);
}

std::string Charset::encode(std::string_view text) const {
  if (utf8_) return std::string(text);
  const Converter converter = open(converter_);
  UErrorCode status = U_ZERO_ERROR;
  const char16_t substitute[] = u"?";
  ucnv_setSubstString(converter.get(), substitute, 1, &status);
  ucnv_setFallback(converter.get(), false);
  std::string bytes;
  bytes.reserve(text.size());
  std::vector<char> buffer(pieceSize);
  do {
    const std::size_t length = wholeCharacters(text, pieceSize);
    const icu::UnicodeString piece = wide(text.substr(0, length));
    text.remove_prefix(length);
    const UChar* at = piece.getBuffer();
    const UChar* const end = at + piece.length();
    do {
      status = U_ZERO_ERROR;
      char* target = buffer.data();
      ucnv_fromUnicode(converter.get(), &target, buffer.data() + buffer.size(), &at, end, nullptr, text.empty(),
                       &status);
      bytes.append(buffer.data(), target);
    } while (status == U_BUFFER_OVERFLOW_ERROR);
  } while (!text.empty() && U_SUCCESS(status));
  return U_SUCCESS(status) ? bytes : std::string();
}

bool Charset::canEncode(std::string_view text) const {
  if (utf8_) return true;
  const Converter converter = open(converter_);
  UErrorCode status = U_ZERO_ERROR;
  ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  ucnv_setFallback(converter.get(), false);
  const icu::UnicodeString source = wide(text);
  status = U_ZERO_ERROR;
  ucnv_fromUChars(converter.get(), nullptr, 0, source.getBuffer(), source.length(), &status);
  return status == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(status);
}

std::string Charset::decode(std::string_view bytes) const {
  if (utf8_) return isValidUtf8(bytes) ? std::string(bytes) : repairUtf8(bytes);
  const Converter converter = open(converter_);
  std::string utf8;
  std::u16string units(pieceSize, u'\0');
  std::size_t held = 0;  // the first half of a pair, which waits for the other one
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
  while (status == U_BUFFER_OVERFLOW_ERROR) {
    status = U_ZERO_ERROR;
    UChar* target = units.data() + held;
    ucnv_toUnicode(converter.get(), &target, units.data() + units.size(), &at, end, nullptr, true, &status);
    const auto count = static_cast<std::size_t>(target - units.data());
    held = status == U_BUFFER_OVERFLOW_ERROR && count > 0 && U16_IS_LEAD(units[count - 1]) ? 1 : 0;
    utf8 += toUtf8(std::u16string_view(units).substr(0, count - held));
    if (held > 0) units.front() = units[count - 1];
  }
  return U_SUCCESS(status) ? utf8 : std::string();
}

std::string_view Charset::byteOrderMark() const {
  const std::string_view name = utf8_ ? "UTF-8" : std::string_view(converter_);
  const auto* mark =
      std::ranges::find_if(marks, [&](const Mark& row) { return equalsIgnoringAsciiCase(row.name, name); });
  return mark == marks.end() ? std::string_view() : mark->bytes;
}

std::string Charset::decodeMarked(std::string_view bytes) const {
  const auto marked = markedCharset(bytes);
  return marked ? marked->charset.decode(bytes.substr(marked->markLength)) : decode(bytes);
}

std::optional<MarkedCharset> markedCharset(std::string_view bytes) {
  const auto* mark = std::ranges::find_if(marks, [&](const Mark& row) { return bytes.starts_with(row.bytes); });
  if (mark == marks.end()) return std::nullopt;
  auto charset = Charset::named(mark->name);
  if (!charset) return std::nullopt;
  return MarkedCharset{std::move(*charset), mark->bytes.size()};
}

struct CharsetDecoder::State {
  Converter converter;
};

CharsetDecoder::CharsetDecoder(const Charset& charset) : state_(std::make_unique<State>(open(charset.converter_))) {}
CharsetDecoder::~CharsetDecoder() = default;
CharsetDecoder::CharsetDecoder(CharsetDecoder&&) noexcept = default;
CharsetDecoder& CharsetDecoder::operator=(CharsetDecoder&&) noexcept = default;

std::string CharsetDecoder::decode(std::string_view bytes, bool last) {
  std::string text;
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  std::array<char16_t, 4096> units{};
  UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
  while (status == U_BUFFER_OVERFLOW_ERROR) {
    char16_t* target = units.data();
    status = U_ZERO_ERROR;
    ucnv_toUnicode(state_->converter.get(), &target, units.data() + units.size(), &source, end, nullptr, last, &status);
    icu::UnicodeString(false, units.data(), static_cast<int32_t>(target - units.data())).toUTF8String(text);
  }
  return isValidUtf8(text) ? text : repairUtf8(text);
}

}  // namespace qodly::script::library
