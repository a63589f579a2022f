// The commands of this theme as rows of the library: string(), conversions, type tests, Choose (commands.md 6, 7,
// 24.1).
#pragma once

#include <span>

#include "script/library/format_regional.h"
#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> convertCommands();

// What `string` makes of a value without format, as concatenations and messages want it, too. Error -20002 for
// objects, collections, blobs and pictures.
Result<std::string> textOf(const Value& value, const Regional& regional);

// The server's setting: a service of the runtime, else the default.
const Regional& regionalOf(const vm::Process& process);

}  // namespace qodly::script::library
