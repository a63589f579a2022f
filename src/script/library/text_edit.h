// Cutting and joining texts by position (commands.md 2). Positions count UTF-16 units from 1. Texts stay whole
// characters: one that counts two units belongs to its first, so reading the first gives the whole character and
// reading the second gives nothing; going through a text unit by unit gives it back unchanged.
// All `source` values must be texts.
#pragma once

#include <cstdint>
#include <string_view>

#include "value/value.h"

namespace qodly::script::library {

inline constexpr std::int64_t toTheEnd = INT64_MAX;

Value substring(const Value& source, std::int64_t first, std::int64_t count);
Value changeString(const Value& source, const Value& newCharacters, std::int64_t where);
Value deleteString(const Value& source, std::int64_t where, std::int64_t count);
Value insertString(const Value& source, const Value& what, std::int64_t where);
Value characterOfCode(std::int64_t code);             // "" outside 1..65535; half a character becomes U+FFFD
std::int64_t codeOfCharacter(std::string_view text);  // of the first UTF-16 unit; 0 for ""

}  // namespace qodly::script::library
