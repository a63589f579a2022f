// The ID token of OpenID Connect: what must hold before anybody is signed in by it (admin.md 10.4).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "security/jwt.h"

namespace qodly::security {

struct IdTokenRules {
  std::string issuer, clientId;
  std::string nonce;            // of the request
  bool nonceRequired = true;    // false: it may be absent, but not another one
  std::int64_t now = 0;         // seconds since 1970
  std::int64_t clockSkew = 60;  // seconds by which the clocks of both sides may differ
};

// Checks a token whose signature is valid: kind, iss, aud, azp, exp, iat, nbf, nonce, sub. Error (noPermission): the
// first that does not hold; for the log. Gives the claims.
Result<Value> checkIdToken(const Jws& token, const IdTokenRules& rules);

}  // namespace qodly::security
