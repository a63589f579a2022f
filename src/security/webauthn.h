// Passkeys (WebAuthn Level 2): checks what a browser sends when a passkey is made, and when one is used. ES256, RS256
// and EdDSA. Attestation is not asked for, so that statements about the make of a key are not looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/base64_url.h"
#include "base/error.h"
#include "security/directory.h"

namespace qodly::security {

// What both ceremonies are checked against.
struct WebAuthnExpectation {
  std::string challenge;      // bytes
  std::string origin;         // "https://app.example:8443"
  std::string host;           // relying party: "app.example"
  bool userVerified = false;  // PIN or biometry is demanded
};

// clientData, attestation: the bytes of response.clientDataJSON and response.attestationObject. Gives id, publicKey and
// signCount. Errors name the check that failed: for the log.
Result<Passkey> checkRegistration(std::string_view clientData, std::string_view attestation,
                                  const WebAuthnExpectation& expected);

struct Assertion {
  std::string_view clientData, authenticatorData, signature;  // bytes
};
// The new value of the counter. Error also when the counter did not grow: the key may have been copied.
Result<std::uint32_t> checkAssertion(const Assertion& assertion, const Passkey& passkey,
                                     const WebAuthnExpectation& expected);

}  // namespace qodly::security
