// Text of files: line ends and byte-order marks (classes.md 5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "script/library/charset.h"

namespace qodly::script::library {

enum class Breaks : std::uint8_t { unchanged = 0, native = 1, crlf = 2, cr = 3, lf = 4 };

// nullopt when `number` names no mode.
std::optional<Breaks> breaksNumbered(std::int64_t number);
// "native", "crlf", "cr", "lf", case-sensitive.
std::optional<Breaks> breaksNamed(std::string_view name);
std::string_view nameOf(Breaks breaks);
// What ends a line in that mode; native is LF on this platform.
std::string_view delimiterOf(Breaks breaks);

// CR LF, CR alone and LF alone become the delimiter of the mode.
std::string withBreaks(std::string text, Breaks breaks);

// A mark in the content wins over `charset` and is no part of the text.
std::string textOfContent(std::string_view content, const Charset& charset, Breaks breaks);

// How a text is to be written: `mark` tells whether a byte-order mark precedes it.
struct TextEncoding {
  Charset charset = Charset::utf8();
  bool mark = false;
};
// As setText() takes it: "" is UTF-8 without mark, "UTF-8" with mark, "UTF-8-no-bom" without.
Result<TextEncoding> textEncoding(std::string_view name);
std::string contentOfText(std::string text, const TextEncoding& encoding, Breaks breaks);

}  // namespace qodly::script::library
