// 4D.HTTPRequest (classes.md 10) and httpParseMessage.
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& httpRequestClass();
std::span<const vm::FunctionRow> httpCommands();

}  // namespace qodly::script::library
