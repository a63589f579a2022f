#include "script/library/text_split.h"

#include <cstring>

#include "base/utf8.h"

namespace qodly::script::library {

namespace {

std::string_view withoutSpaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::size_t findFrom(std::string_view text, std::string_view wanted, std::size_t from) {
  const char* start = text.data() + from;
  const std::size_t left = text.size() - from;
  const void* place =
      wanted.size() == 1 ? std::memchr(start, wanted.front(), left) : memmem(start, left, wanted.data(), wanted.size());
  return place == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(place) - text.data());
}

}  // namespace

void splitString(std::string_view text, std::string_view separator, std::int64_t options, Collection& pieces) {
  const bool trim = (options & trimSpaces) != 0;
  const bool ignore = (options & ignoreEmptyStrings) != 0;
  const auto add = [&](std::string_view piece) {
    if (trim) piece = withoutSpaces(piece);
    if (!ignore || !piece.empty()) pieces.push(Value::text(piece));
  };
  if (separator.empty()) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = decodeUtf8(text, at).length;
      add(text.substr(at, length));
      at += length;
    }
    return;
  }
  for (std::size_t at = 0;;) {
    const std::size_t end = at < text.size() ? findFrom(text, separator, at) : text.size();
    add(text.substr(at, end - at));
    if (end == text.size()) return;
    at = end + separator.size();
  }
}

}  // namespace qodly::script::library
