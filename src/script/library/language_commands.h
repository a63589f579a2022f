// Commands that belong to the language itself: parameters, formulas, pointers (commands.md 11, language.md 12,
// 13, 35.2). The compiler makes instructions of most of them; the rows are what help, completion and the checker know
// them by.
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> languageCommands();

}  // namespace qodly::script::library
