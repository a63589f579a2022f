// Values that are known before the code runs: literals, constants, and arithmetic on them.
#pragma once

#include <optional>

#include "script/compile/environment.h"
#include "script/syntax/tree.h"

namespace qodly::script::compile {

// Numbers are reals, also where a literal is written without point. nullopt when the value is not known, or when
// computing it could fail.
std::optional<Value> foldConstant(const syntax::Expression& node, const Environment& environment);

}  // namespace qodly::script::compile
