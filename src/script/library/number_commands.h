// The commands of this theme as rows of the library (commands.md 4), with the Boolean ones.
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> numberCommands();

// remainder of the division of the rounded numbers, with the sign of the first; error -20006 when the second is 0.
Result<double> modulo(double dividend, double divisor);

}  // namespace qodly::script::library
