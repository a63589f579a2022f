// Appending JSON output: the response buffer is written once, front to back, without intermediate objects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/calendar.h"

namespace qodly::json {

void appendString(std::string_view utf8, std::string& out);  // with quotes; escapes ", \ and control characters
void appendNumber(double value, std::string& out);           // not-a-number and infinities: null
void appendNumber(std::int64_t value, std::string& out);
inline void appendBoolean(bool value, std::string& out) { out += value ? "true" : "false"; }

}  // namespace qodly::json
