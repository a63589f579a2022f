// Commands of the 4D surface that work on the data (language.md 35.3, commands.md 24.1).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::data {

std::span<const vm::FunctionRow> legacyDataCommands();

}  // namespace qodly::script::data
