// Diagnostics that a person wants beside syntax errors (language.md 24): what will fail when it is executed, and what
// is probably not meant. Nothing is said where the code may be right.
#pragma once

#include <string_view>

#include "script/check/knowledge.h"
#include "script/syntax/diagnostic.h"
#include "script/syntax/tree.h"

namespace qodly::script::check {

// Sorted by position; without the diagnostics of the tree itself. name: of the method or class; "" of a formula.
// Bodies with syntax errors are left out. May be called from a fiber.
syntax::Diagnostics check(const syntax::Tree& tree, std::string_view name, const Knowledge& knowledge);

}  // namespace qodly::script::check
