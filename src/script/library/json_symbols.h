// Places of properties in a JSON text (commands.md 9.1, `*`).
#pragma once

#include <string_view>

#include "value/value.h"

namespace qodly::script::library {

// {"a.b": {line, offset}, "c[0].d": ...} for every property of the text, which must be well-formed. line counts from 1,
// offset is the number of UTF-16 units before the property's name in its line.
Value jsonSymbols(std::string_view json, Heap& heap);

}  // namespace qodly::script::library
