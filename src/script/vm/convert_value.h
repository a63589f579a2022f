// Assignment conversion (language.md 9.3, 10): values as variables, parameters and results of a declared type take
// them. Internal to the language.
#pragma once

#include "base/error.h"
#include "script/syntax/tree.h"
#include "value/value.h"

namespace qodly::script::vm {

class Process;

enum class Conversion : std::uint8_t {
  assignment,  // null for a scalar is error -20002
  passing,     // null for a scalar gives the default: parameters and results
};

// Error -20002, -20007.
Result<> convertToDeclared(Process& process, syntax::TypeWord type, Conversion how, Value& value);

// The Type whose values a variable of that declared type holds as they are; nullopt when more than one, or any.
std::optional<Type> soleType(syntax::TypeWord type);
std::string_view wordFor(syntax::TypeWord type);  // "integer": for messages

}  // namespace qodly::script::vm
