// Comparing trees: what a conversion between the surfaces must keep.
#pragma once

#include "script/syntax/tree.h"

namespace qodly::script::syntax {

// Same structure: kinds, names, values, order. Positions, comments, redundant parentheses, formula sources and spelling
// (numbers, case of names that match without regard to case, `var` or directive) do not count, nor how locals are
// called as long as each stands for one of the other tree.
bool sameStructure(const Tree& a, const Tree& b);

}  // namespace qodly::script::syntax
