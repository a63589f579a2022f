// What the server tells about itself (commands.md 24.1).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> systemInfoCommands();

}  // namespace qodly::script::library
