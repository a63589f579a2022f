// What an editor may offer to do about a diagnostic.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "script/intelligence/workspace.h"

namespace qodly::script::intelligence {

struct Fix {
  std::string title;  // "Declare 'total'"
  syntax::Diagnostic diagnostic;
  // The change: this part of the text is replaced.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string text;
};

// Of the diagnostics whose places lie in the lines from `begin` to `end` (offsets).
std::vector<Fix> fixesIn(Workspace& workspace, const Document& document, std::uint32_t begin, std::uint32_t end);

}  // namespace qodly::script::intelligence
