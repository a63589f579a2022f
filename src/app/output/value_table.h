// Values of the language as a console shows them: collections of objects and objects as tables.
#pragma once

#include <string>

#include "value/value.h"

namespace qodly::app {

// A collection of objects: one row each, a column a name; at most `mostRows`, then how many there are (`total`). An
// object: one row a property. "" for everything else (the caller prints it as JSON).
std::string valueTable(const Value& value, std::size_t total, unsigned int width);

// A time as 10:30:00, a date as 2025-03-31; "" for everything else.
std::string momentText(const Value& value);

inline constexpr std::size_t mostTableRows = 50;

}  // namespace qodly::app
