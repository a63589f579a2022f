// Places as editors count them: lines and UTF-16 units from 0.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace qodly::script::intelligence {

struct EditorPosition {
  std::uint32_t line = 0;
  std::uint32_t character = 0;

  bool operator==(const EditorPosition&) const = default;
};

// The text (normalised: LF) must outlive it.
class Positions {
 public:
  explicit Positions(std::string_view text);
  EditorPosition at(std::uint32_t offset) const;
  // Places behind the end of a line or of the text are taken as that end.
  std::uint32_t offsetOf(EditorPosition position) const;

 private:
  std::string_view text_;
  std::vector<std::uint32_t> lines_;
};

}  // namespace qodly::script::intelligence
