// splitString (commands.md 2.2).
#pragma once

#include <cstdint>
#include <string_view>

#include "value/value.h"

namespace qodly::script::library {

inline constexpr std::int64_t ignoreEmptyStrings = 1;
inline constexpr std::int64_t trimSpaces = 2;

// At most so many bytes will the pieces take, roughly; 0 for a short text.
std::size_t memoryOfPieces(std::string_view text, std::string_view separator);

// Appends the pieces of the text to `pieces`. Character codes decide; an empty separator cuts between all characters.
void splitString(std::string_view text, std::string_view separator, std::int64_t options, Collection& pieces);

}  // namespace qodly::script::library
