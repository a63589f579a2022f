// Base64 in both alphabets (commands.md 12; RFC 4648 sections 4 and 5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qodly::script::library {

enum class Base64 : std::uint8_t { standard, url };

// Without line breaks; the URL form without padding.
std::string encodeBase64(std::string_view bytes, Base64 form);
// CR, LF and blanks are skipped and padding may be missing; anything else outside the alphabet: nullopt.
std::optional<std::string> decodeBase64(std::string_view text, Base64 form);

}  // namespace qodly::script::library
