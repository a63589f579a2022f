// What is told about the name at a place.
#pragma once

#include <optional>
#include <string>

#include "script/intelligence/workspace.h"

namespace qodly::script::intelligence {

struct Hover {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string signature;
  std::string documentation;  // "" when there is none
};

std::optional<Hover> hoverAt(Workspace& workspace, const Document& document, std::uint32_t offset);

}  // namespace qodly::script::intelligence
