// Tree to code (language.md), for both surfaces.
#pragma once

#include <memory>
#include <string>

#include "script/compile/code.h"
#include "script/compile/environment.h"
#include "script/syntax/tree.h"

namespace qodly::script::compile {

// `name`: of the method or class, "" of a formula. Never fails: bodies that cannot be compiled are marked broken. The
// unit refers to nothing of `tree` or `environment`. May be called from a fiber: deep nesting is compiled on a thread
// of its own.
std::shared_ptr<const Unit> compile(const syntax::Tree& tree, std::string name, const Environment& environment);

}  // namespace qodly::script::compile
