// The public keys of an identity provider (RFC 7517, 7518, 8037) and the signatures made with them, over OpenSSL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "security/jwt.h"

struct evp_pkey_st;

namespace qodly::security {

// A key that signatures are checked with. Immutable and safe from every thread.
class JsonWebKey {
 public:
  // RSA of 2048 to 8192 bits, EC on P-256, P-384 and P-521, OKP Ed25519. Errors (wrongArgument): another kind, a
  // missing or malformed part, a point that is not on its curve, a key that is meant for something else than checking
  // signatures (use, key_ops). A private part is not looked at.
  static Result<JsonWebKey> read(const Object& key);

  const std::string& id() const { return id_; }  // "" when it has none
  // By its kind, curve and "alg": a key is never used with another algorithm than it was made for.
  bool fits(JwsAlgorithm algorithm) const;
  // algorithm: one that fits.
  bool verify(JwsAlgorithm algorithm, std::string_view message, std::string_view signature) const;

 private:
  enum class Kind : std::uint8_t { rsa, p256, p384, p521, ed25519 };
  friend class KeyReader;
  JsonWebKey() = default;

  std::shared_ptr<evp_pkey_st> key_;
  Kind kind_ = Kind::rsa;
  std::string id_;
  std::optional<JwsAlgorithm> only_;  // "alg"
};

inline constexpr std::size_t maximumKeySetSize = 512 * 1024;  // of the text
inline constexpr std::size_t maximumKeys = 100;

class JsonWebKeySet {
 public:
  // Keys that cannot be used here are left out, as RFC 7517 wants it. Error (wrongArgument): not a key set, too large,
  // too many keys.
  static Result<JsonWebKeySet> parse(std::string_view text);

  enum class Answer : std::uint8_t {
    valid,
    unknownKey,  // no key of that name, or none that fits: the provider may have changed its keys
    wrong        // the signature does not match
  };
  // By the key that the token names; without a name by each key that fits.
  Answer verify(const Jws& token) const;
  std::size_t size() const { return keys_.size(); }

 private:
  std::vector<JsonWebKey> keys_;
};

}  // namespace qodly::security
