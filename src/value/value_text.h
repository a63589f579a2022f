// Values as text: keys in objects and messages.
#pragma once

#include <string>

#include "value/value.h"

namespace qodly {

// Text of a scalar ("3", "Kite", "2024-05-01"); "" for missing values and containers.
std::string valueText(const Value& value);
// The same as a message quotes it: texts between quotation marks and cut to a readable length, null as `null`.
std::string quoted(const Value& value);

}  // namespace qodly
