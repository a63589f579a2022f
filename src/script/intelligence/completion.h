// What may stand at a place of a text.
#pragma once

#include <string>
#include <vector>

#include "script/intelligence/workspace.h"

namespace qodly::script::intelligence {

struct CompletionItem {
  enum class Kind : std::uint8_t { variable, function, method, classType, property, attribute, constant, keyword };
  Kind kind = Kind::variable;
  std::string label;          // what is written
  std::string detail;         // signature or type
  std::string documentation;  // "" when there is none
};

struct Completion {
  std::uint32_t begin = 0;  // offset of the word that an item replaces up to the place asked for
  std::vector<CompletionItem> items;
};

Completion completionAt(Workspace& workspace, const Document& document, std::uint32_t offset);

}  // namespace qodly::script::intelligence
