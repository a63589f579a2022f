// Texts as numbers (commands.md 7.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace qodly {

// The number that the digits of a text make, whatever stands between them; 0 without digits.
double parseNumber(std::string_view text, std::string_view decimalSeparator);

// A text of at most 15 digits, perhaps with a hyphen in front: what most numbers are. nullopt for anything else.
std::optional<std::int64_t> parseShortInteger(std::string_view text);

}  // namespace qodly
