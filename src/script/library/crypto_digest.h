// Digests and password hashes (commands.md 17).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::script::library {

// Values of the constants kMD5Digest and its like.
enum class Digest : std::int32_t { md5 = 0, sha1 = 1, sha256 = 3, sha512 = 4 };

// Error wrongRange for a number that names no digest.
Result<Digest> digestNumbered(std::int64_t number);
std::string digestBytes(Digest digest, std::string_view message);
std::string lowerHex(std::string_view bytes);

// Base64 of RFC 4648 section 5; padding, blanks and line ends are taken, too. nullopt: other
// characters.
std::optional<std::string> fromLooseBase64Url(std::string_view text);

// bcrypt ("$2b$"); the first 72 bytes of the password count. Takes as long as `cost` (4 to 31, each step doubles) says.
// Errors passwordAlgorithm, passwordCost, passwordHash.
Result<std::string> hashPassword(std::string_view password, std::string_view algorithm, double cost);
Result<bool> passwordMatches(std::string_view password, std::string_view hash);

}  // namespace qodly::script::library
