// The keys of an ACME client (RFC 8555): P-256, as JSON Web Key, PEM and signer, and the request for a certificate.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/release.h"

struct evp_pkey_st;
extern "C" void EVP_PKEY_free(evp_pkey_st* key);

namespace qodly::http {

// Immutable. Functions of different keys may run at the same time.
class AcmeKey {
 public:
  // Error (inputOutput): the system has no randomness.
  static Result<AcmeKey> make();
  // A private key on P-256, in PEM. Error (wrongArgument): anything else.
  static Result<AcmeKey> read(std::string_view pem);

  std::string pem() const;
  // {"crv":"P-256","kty":"EC","x":...,"y":...}: members in the order that RFC 7638 hashes.
  std::string jwk() const;
  std::string thumbprint() const;
  // ES256 as JOSE writes it: two numbers of 32 bytes.
  std::string sign(std::string_view message) const;
  // A request for a certificate of this key for one host name (PKCS #10, DER).
  Result<std::string> certificateRequest(const std::string& host) const;

 private:
  using Key = std::unique_ptr<evp_pkey_st, Release<EVP_PKEY_free>>;
  explicit AcmeKey(Key key) : key_(std::move(key)) {}
  Key key_;
};

// {"protected", "payload", "signature"} in base64url (RFC 7515, 7.2.2). header: a JSON object with "alg".
std::string signedMessage(const AcmeKey& key, std::string_view header, std::string_view payload);
// The same with a secret that both sides know (HS256), for accounts that a person has at the authority.
std::string signedMessage(std::string_view secret, std::string_view header, std::string_view payload);

}  // namespace qodly::http
