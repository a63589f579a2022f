// JSON commands (commands.md 9).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> jsonCommands();

}  // namespace qodly::script::library
