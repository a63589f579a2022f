// Numbers as texts (commands.md 6.1 to 6.3) and texts as numbers (7.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "script/library/format_regional.h"

namespace qodly::script::library {

// Thirteen significant digits at most; not-a-number is "", infinity INF.
void appendNumber(double value, std::string_view decimalSeparator, std::string& out);
std::string numberText(double value, const Regional& regional);

// A number format: sections with the places # 0 ^ *, &N, &x, &$, &xml. An empty one is the default format.
std::string formatNumber(double value, std::string_view format, const Regional& regional);

// The number that the digits of a text make, whatever stands between them; 0 without digits.
double parseNumber(std::string_view text, std::string_view decimalSeparator);

// A text of at most 15 digits, perhaps with a hyphen in front: what most numbers are. nullopt for anything else.
std::optional<std::int64_t> parseShortInteger(std::string_view text);

}  // namespace qodly::script::library
