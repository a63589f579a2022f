// Tree to text, in either surface (language.md 30 to 34, 37 "Round trip"). Comments, blank lines and the line breaks of
// long statements are kept where they stood; parentheses appear where the grouping of the surface needs them.
#pragma once

#include <string>

#include "script/syntax/names.h"
#include "script/syntax/tree.h"

namespace qodly::script::syntax {

struct Printed {
  std::string text;  // ends with a line end unless it is empty
  // What the target surface cannot say, at its place in the source: the text stands for something else there, or does
  // not parse. Warnings. Empty: parsing `text` gives the same structure (structure.h).
  Diagnostics losses;
};

// `names` gives commands, constants and tables their spelling; the ones the tree was parsed with. Locals lose or get
// their `$`, and another name where that name is taken. A tree with errors is printed as far as it was read.
Printed print(const Tree& tree, Surface target, const Names& names);

}  // namespace qodly::script::syntax
