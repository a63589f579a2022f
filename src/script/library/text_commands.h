// The commands of this theme as rows of the library (commands.md 2, 3).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> textCommands();

}  // namespace qodly::script::library
