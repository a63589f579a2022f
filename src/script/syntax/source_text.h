// The text of a source file as the lexer wants it: UTF-8, line ends LF, no byte-order mark (language.md 1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qodly::script::syntax {

// UTF-8 with or without byte-order mark (project-format.md 1.1); LF, CRLF and CR. Invalid
// bytes become U+FFFD.
std::string normaliseSource(std::string_view bytes);

// Offset of the first byte of each line; there is always one line.
std::vector<std::uint32_t> findLineStarts(std::string_view text);

}  // namespace qodly::script::syntax
