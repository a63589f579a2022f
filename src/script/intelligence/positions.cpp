#include "script/intelligence/positions.h"

#include <algorithm>

#include "base/text.h"
#include "script/syntax/source_text.h"

namespace qodly::script::intelligence {

Positions::Positions(std::string_view text) : text_(text), lines_(syntax::findLineStarts(text)) {}

EditorPosition Positions::at(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const auto behind = std::ranges::upper_bound(lines_, offset);
  const auto line = static_cast<std::uint32_t>(behind - lines_.begin() - 1);
  return {line, static_cast<std::uint32_t>(utf16Length(text_.substr(lines_[line], offset - lines_[line])))};
}

std::uint32_t Positions::offsetOf(EditorPosition position) const {
  if (position.line >= lines_.size()) return static_cast<std::uint32_t>(text_.size());
  const std::uint32_t begin = lines_[position.line];
  const std::size_t end = std::min(text_.find('\n', begin), text_.size());
  return begin + static_cast<std::uint32_t>(utf16Offset(text_.substr(begin, end - begin), position.character));
}

}  // namespace qodly::script::intelligence
