// The commands of this theme as rows of the library (commands.md 5).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> dateCommands();

}  // namespace qodly::script::library
