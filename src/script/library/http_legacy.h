// HTTP commands of the 4D surface that real applications still use.
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> httpLegacyCommands();

}  // namespace qodly::script::library
