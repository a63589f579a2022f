// The alphabet of RFC 4648 section 5 without padding, as JOSE, PKCE and WebAuthn use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qodly {

std::string toBase64Url(std::string_view bytes);
// Strict: no padding, blanks or other characters, unused bits zero - so every sequence of bytes has exactly one text.
std::optional<std::string> fromBase64Url(std::string_view text);

}  // namespace qodly
