// Whether code is well formed: what the machine relies on and does not check itself. For tests and fuzzers.
#pragma once

#include <string>

#include "script/compile/code.h"

namespace qodly::script::compile {

// What is wrong, with the place; "" when the code is well formed: operands name registers, constants, names and shapes
// that exist, windows lie inside the frame, jumps and tables lead to instructions, and execution cannot run off the
// end.
std::string verify(const Code& code);

}  // namespace qodly::script::compile
