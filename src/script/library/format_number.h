// Numbers as texts (commands.md 6.1 to 6.3).
#pragma once

#include <string>
#include <string_view>

#include "script/library/format_regional.h"

namespace qodly::script::library {

// Thirteen significant digits at most; not-a-number is "", infinity INF.
void appendNumber(double value, std::string_view decimalSeparator, std::string& out);
std::string numberText(double value, const Regional& regional);

// A number format: sections with the places # 0 ^ *, &N, &x, &$, &xml. An empty one is the default format.
std::string formatNumber(double value, std::string_view format, const Regional& regional);

}  // namespace qodly::script::library
