// 4D.Function: formulas and functions as objects (language.md 13), and the command that makes one from a text.
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& functionClass();
std::span<const vm::FunctionRow> functionCommands();

}  // namespace qodly::script::library
