#include "script/library/text_edit.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "base/utf8.h"

namespace qodly::script::library {

namespace {

// The three pieces joined; nothing is allocated while they are short.
Value joined(std::string_view one, std::string_view two, std::string_view three) {
  std::array<char, 14> shortText;
  const std::size_t size = one.size() + two.size() + three.size();
  if (size <= shortText.size()) {
    char* end = std::copy(one.begin(), one.end(), shortText.data());
    end = std::copy(two.begin(), two.end(), end);
    std::copy(three.begin(), three.end(), end);
    return Value::text(std::string_view(shortText.data(), size));
  }
  std::string text;
  text.reserve(size);
  text.append(one).append(two).append(three);
  return Value::text(std::move(text));
}

std::size_t offsetOf(const Value& source, std::int64_t unit) {
  return source.textOffset(static_cast<std::size_t>(std::max<std::int64_t>(unit, 0)));
}

}  // namespace

Value substring(const Value& source, std::int64_t first, std::int64_t count) {
  const std::string_view text = source.asText();
  if (count <= 0) return Value::text("");
  first = std::max<std::int64_t>(first, 1);
  const std::size_t from = offsetOf(source, first - 1);
  if (from >= text.size()) return Value::text("");
  // No character has more units than bytes; one more, as `from` may be behind the second unit of a character.
  if (static_cast<std::uint64_t>(count) > text.size() - from) {
    return from == 0 ? source : Value::text(text.substr(from));
  }
  const std::size_t to = offsetOf(source, first - 1 + count);
  return to <= from ? Value::text("") : Value::text(text.substr(from, to - from));
}

Value changeString(const Value& source, const Value& newCharacters, std::int64_t where) {
  const std::string_view text = source.asText();
  const auto length = static_cast<std::int64_t>(source.textUnits());
  if (newCharacters.asText().empty() || where < 1 || where > length) return source;
  const auto overlaid = std::min(static_cast<std::int64_t>(newCharacters.textUnits()), length - where + 1);
  const std::size_t from = offsetOf(source, where - 1);
  const std::size_t to = offsetOf(source, where - 1 + overlaid);
  return joined(text.substr(0, from), utf16Prefix(newCharacters.asText(), static_cast<std::size_t>(overlaid)),
                text.substr(to));
}

Value deleteString(const Value& source, std::int64_t where, std::int64_t count) {
  const std::string_view text = source.asText();
  where = std::max<std::int64_t>(where, 1);
  const std::size_t from = offsetOf(source, where - 1);
  if (count <= 0 || from >= text.size()) return source;
  if (static_cast<std::uint64_t>(count) > text.size() - from) return Value::text(text.substr(0, from));
  return joined(text.substr(0, from), text.substr(offsetOf(source, where - 1 + count)), {});
}

Value insertString(const Value& source, const Value& what, std::int64_t where) {
  const std::string_view inserted = what.asText();
  if (inserted.empty()) return source;
  const std::string_view text = source.asText();
  const std::size_t at = offsetOf(source, where - 1);
  return joined(text.substr(0, at), inserted, text.substr(at));
}

Value characterOfCode(std::int64_t code) {
  if (code < 1 || code > 0xFFFF) return Value::text("");
  if (code < 0x80) {
    const char character = static_cast<char>(code);
    return Value::text(std::string_view(&character, 1));
  }
  std::string character;
  appendCodePoint(static_cast<char32_t>(code), character);
  return Value::text(std::string_view(character));
}

std::int64_t codeOfCharacter(std::string_view text) {
  if (text.empty()) return 0;
  const char32_t codePoint = decodeUtf8(text, 0).codePoint;
  return codePoint < 0x10000 ? static_cast<std::int64_t>(codePoint)
                             : static_cast<std::int64_t>(0xD7C0 + (codePoint >> 10));
}

}  // namespace qodly::script::library
