#pragma once

#include "value/value.h"

namespace qodly {

// A copy of plain containers through and through, for values that others read or change meanwhile. What lies deeper
// than 512 containers is null. Handles are not copied. Thread-safe while nobody changes the containers.
Value copied(const Value& value);

}  // namespace qodly
