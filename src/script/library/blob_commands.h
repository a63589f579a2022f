// The commands of this theme as rows of the library (commands.md 12).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> blobCommands();

}  // namespace qodly::script::library
