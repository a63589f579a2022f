// How a value looks in the cases of the language, and whether it is what a case expects.
#pragma once

#include <string>
#include <string_view>

#include "value/value.h"

namespace qodly::conformance {

// undefined, null, 5, true, "text", !2025-03-02!, ?01:30:00?, JSON for containers (dates in them as "2025-03-02", times
// as milliseconds), <kind> for handles.
std::string shown(const Value& value);

// `expected` is written as shown() writes, or JSON of the same content in any layout and order of names, or a text
// without quotes. A date or time may also be expected as the text that it is in JSON.
bool matches(std::string_view got, std::string_view expected);

}  // namespace qodly::conformance
