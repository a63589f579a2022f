// Forms of JSON that the language's commands share.
#pragma once

#include <string>

#include "value/value.h"

namespace qodly::script::library {

// A number as jsonStringify writes it (commands.md 9.2): the shortest form within 15 significant digits, whole numbers
// without decimal point; not-a-number and infinities as null.
void appendJsonNumber(double value, std::string& out);

// A text that is the same exactly for values that JSON Schema takes for equal: members in the order of their names, 1
// and 1.0 alike.
std::string canonicalJson(const Value& value);

}  // namespace qodly::script::library
