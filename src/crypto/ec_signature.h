// The two forms of an ECDSA signature: DER, as OpenSSL makes and checks it, and the two numbers one behind the other,
// as JOSE writes them (RFC 7518, 3.4).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace qodly::crypto {

// half: bytes of each number. Nothing: not DER, or a number that does not fit.
std::optional<std::string> rawOfDer(std::string_view der, std::size_t half);
// Nothing: the numbers are not of that length.
std::optional<std::string> derOfRaw(std::string_view raw, std::size_t half);

}  // namespace qodly::crypto
