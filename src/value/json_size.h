// How much a JSON text makes when it is parsed, told before: a value takes up to fifty times the bytes of its text, so
// a text from outside is looked at first.
#pragma once

#include <cstddef>
#include <string_view>

namespace qodly::json {

// What a request may bring: more than enough for ten thousand entities with a hundred attributes each.
inline constexpr std::size_t mostValuesOfRequest = 1'000'000;

// Whether the text has at most `most` values, members of objects and elements of arrays included. Of a text that is not
// JSON the answer means nothing; one pass, no memory.
bool hasAtMostValues(std::string_view text, std::size_t most);

}  // namespace qodly::json
