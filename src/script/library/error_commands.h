// Commands about errors, assertions and the running code (commands.md 16).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> errorCommands();

}  // namespace qodly::script::library
