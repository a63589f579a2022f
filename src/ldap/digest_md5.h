// The client's side of DIGEST-MD5 (RFC 2831), for directories that still ask for it.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::ldap {

struct DigestLogin {
  std::string login, password;
  std::string host;         // of the server: the service is ldap/<host>
  std::string clientNonce;  // random; tests give their own
};

struct DigestAnswer {
  std::string text;      // what is sent
  std::string expected;  // what the server must prove in its last message: rspauth=...
};

// Error (badArgument): a challenge that cannot be answered - no nonce, no "auth" among qop, another algorithm, too
// long.
Result<DigestAnswer> answerDigest(std::string_view challenge, const DigestLogin& login,
                                  std::string_view service = "ldap");

}  // namespace qodly::ldap
