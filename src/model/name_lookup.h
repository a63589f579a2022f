// Finding files by names that were written on a case-insensitive file system (project-format.md 1.5).
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace qodly::model {

struct FoundPath {
  std::filesystem::path path;
  bool exact = true;       // false: found by ignoring case (diagnostic `case-mismatch`)
  bool ambiguous = false;  // several candidates differ by case only; the first in byte order was taken
};

// `relative` below `folder`: every step first by exact name, then ignoring case (Unicode simple folding). nullopt when
// it does not exist, or when a step is empty, "." or ".." - the result never leaves `folder` by its name.
std::optional<FoundPath> findIgnoringCase(const std::filesystem::path& folder, std::string_view relative);

// Unicode simple case folding compared; invalid UTF-8 only equals itself.
bool equalsIgnoringCase(std::string_view left, std::string_view right);

}  // namespace qodly::model
