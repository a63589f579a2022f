// UTF-8 and small text tools shared by every layer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qodly {

bool isAscii(std::string_view text);
bool isValidUtf8(std::string_view text);
std::string repairUtf8(std::string_view text);  // invalid bytes become U+FFFD

// Positions and lengths that scripts see count UTF-16 units (design, "Text").
// The text must be valid UTF-8 for both.
std::size_t utf16Length(std::string_view text);
// First `units` UTF-16 units; never cuts a code point in two.
std::string_view utf16Prefix(std::string_view text, std::size_t units);

// Byte offset of the character that begins at 0-based UTF-16 unit `unit`; when the unit is the second of a character,
// of the character after it; text.size() behind the end.
std::size_t utf16Offset(std::string_view text, std::size_t unit);

void appendCodePoint(char32_t codePoint, std::string& out);

std::string_view trim(std::string_view text);  // blanks, tabs, line ends at both sides
std::vector<std::string_view> split(std::string_view text, char separator);
bool equalsIgnoringAsciiCase(std::string_view left, std::string_view right);
std::string lowerAscii(std::string_view text);

std::optional<std::int64_t> parseInteger(std::string_view text);  // whole text, decimal, optional sign
// Whole text: [sign] digits [. digits] [e [sign] digits]; nullopt also when beyond the range of a double.
std::optional<double> parseReal(std::string_view text);
void appendInteger(std::int64_t value, std::string& out);
void appendReal(double value, std::string& out);  // shortest form that reads back; integral values without ".0"

std::string percentDecode(std::string_view text);  // '+' and malformed escapes stay as they are
std::string percentEncode(std::string_view text);  // RFC 3986 unreserved kept
std::string escapeHtml(std::string_view text);
std::string toHex(std::string_view bytes);  // upper case
std::optional<std::string> fromHex(std::string_view text);
std::string toBase64(std::string_view bytes);
std::optional<std::string> fromBase64(std::string_view text);  // blanks and line ends skipped, padding optional

// 32 upper-case hexadecimal digits (orda.md 4.2); accepts hyphens, braces and lower case.
std::optional<std::string> normaliseUuid(std::string_view text);
std::string newUuid();                     // random, version 4 bits set
std::string randomHex(std::size_t bytes);  // cryptographically random, upper case

}  // namespace qodly
