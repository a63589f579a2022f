// Commands about processes, workers, signals and semaphores (commands.md 15), and `storage`.
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> processCommands();

}  // namespace qodly::script::library
