// Commands of legacy arrays (language.md 35.3).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> arrayCommands();

}  // namespace qodly::script::library
