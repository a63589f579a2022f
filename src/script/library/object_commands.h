// Commands on objects and the constructors of objects and collections (commands.md 8, 10, 24.1).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> objectCommands();
const vm::NativeClass& objectClass();

}  // namespace qodly::script::library
