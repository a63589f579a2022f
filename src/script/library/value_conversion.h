// Forced conversion of parsed and stored values to a type that a command was asked for (commands.md 9.1, 24.1 OB Get).
#pragma once

#include <string_view>

#include "base/error.h"
#include "script/vm/process.h"
#include "value/value.h"

namespace qodly::script::library {

// The value as the type with that number (language.md 3): texts become dates, times, numbers as date(), time(), num()
// read them, scalars become texts as string() writes them. A missing value gives the default of the type. Errors:
// -20002 when an object or collection is asked for and is not there, or the reverse; -20007 for a number that names no
// type.
Result<Value> convertedTo(vm::Process& process, const Value& value, std::int64_t type);

}  // namespace qodly::script::library
