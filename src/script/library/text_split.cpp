#include "script/library/text_split.h"

#include <algorithm>

#include "base/text_search.h"
#include "base/utf8.h"

namespace qodly::script::library {

namespace {

std::string_view withoutSpaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::size_t memoryOfPieces(std::string_view text, std::string_view separator) {
  constexpr std::size_t big = 4096;  // smaller results are counted by the machine alone
  if (text.size() < big) return 0;
  std::size_t pieces = text.size() + 1;
  if (!separator.empty()) {
    const auto seen = static_cast<std::size_t>(std::ranges::count(text, separator.front()));
    pieces = std::min(seen, text.size() / separator.size()) + 1;
  }
  constexpr std::size_t boxOfText = 96;  // of a piece that is not kept in the element itself
  const std::size_t boxes = std::min(pieces, text.size() / sizeof(Value));
  return pieces * sizeof(Value) + boxes * boxOfText + text.size();
}

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
  if (separator.size() == 1) {
    const auto count = std::count(text.begin(), text.end(), separator.front());
    pieces.elements().reserve(pieces.size() + static_cast<std::size_t>(count) + 1);
  }
  for (std::size_t at = 0;;) {
    const std::size_t end = findBytes(text, separator, at);
    if (end == std::string_view::npos) return add(text.substr(at));
    add(text.substr(at, end - at));
    at = end + separator.size();
  }
}

}  // namespace qodly::script::library
