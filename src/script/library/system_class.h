// 4D.SystemWorker (classes.md 13) and the commands about the server (commands.md 21 and 24.1).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& systemWorkerClass();
std::span<const vm::FunctionRow> systemCommands();

}  // namespace qodly::script::library
