// A value as join() writes it (classes.md 1.8).
#pragma once

#include <string>

#include "value/value.h"

namespace qodly::script::library {

void appendPlainText(const Value& value, std::string& out);

}  // namespace qodly::script::library
