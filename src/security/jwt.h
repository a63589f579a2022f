// Signed JSON Web Tokens of other servers (RFC 7515, 7519) in the compact form, the only one that OpenID Connect sends.
// Only asymmetric signatures exist here: "none" and HMAC are no values of the type, so no token can choose them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "value/value.h"

namespace qodly::security {

enum class JwsAlgorithm : std::uint8_t { RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA };

std::string_view name(JwsAlgorithm algorithm);
std::optional<JwsAlgorithm> jwsAlgorithm(std::string_view name);

inline constexpr std::size_t maximumJwtSize = 64 * 1024;       // of the whole text
inline constexpr std::size_t maximumJwtHeaderSize = 4 * 1024;  // decoded
inline constexpr std::size_t maximumJwtDepth = 32;             // of objects and arrays

// A token whose form is right. Nothing of it is true before JsonWebKeySet::verify() has said so.
struct Jws {
  JwsAlgorithm algorithm = JwsAlgorithm::RS256;
  std::optional<std::string> keyId;  // "kid"
  std::string type;                  // "typ" in lower case without "application/"; "" when absent
  std::string signedText;            // header and payload as they came: what is signed
  std::string payload;               // decoded
  std::string signature;             // decoded
};

// Errors (noPermission): too long, not three parts of base64url, header no JSON object, an algorithm that is not in the
// enumeration, critical extensions ("crit": none is known here). Keys that the header itself brings (jwk, jku, x5c,
// x5u) are never looked at.
Result<Jws> readJws(std::string_view text);

// The payload as an object. Error: it is something else, or nested too deeply.
Result<Value> jwtClaims(const Jws& token);

// A claim that counts seconds since 1970 (RFC 7519, NumericDate). nullopt: absent, no number, or outside of the years
// 1970 to 9999.
std::optional<std::int64_t> jwtSeconds(const Object& claims, std::string_view claim);
// "" when the claim is absent or no text.
std::string jwtText(const Object& claims, std::string_view claim);

}  // namespace qodly::security
