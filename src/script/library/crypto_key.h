// Asymmetric keys (classes.md 3) over OpenSSL. A key is immutable and safe from every thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

struct evp_pkey_st;

namespace qodly::script::library {

enum class KeyKind { rsa, ec };

class AsymmetricKey {
 public:
  // bits: 1024 to 8192, a multiple of 8. Generating large keys takes seconds.
  static Result<AsymmetricKey> generateRsa(std::int64_t bits);
  // "prime256v1", "secp384r1", "secp521r1".
  static Result<AsymmetricKey> generateEc(std::string_view curve);
  // PKCS#8, PKCS#1, SEC1, SubjectPublicKeyInfo or a certificate. Encrypted keys are refused.
  static Result<AsymmetricKey> fromPem(std::string_view pem);

  KeyKind kind() const { return kind_; }
  bool hasPrivate() const { return hasPrivate_; }
  int bits() const;           // of an RSA key
  std::string curve() const;  // of an EC key, OpenSSL's short name

  std::string privatePem() const;  // PKCS#8; "" without private part
  std::string publicPem() const;

  struct SignOptions {
    std::string hash = "SHA256";  // "SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "MD5", case ignored
    bool pss = false;             // RSA only; the salt is as long as the digest
  };
  // RSA: PKCS#1 v1.5 or PSS. EC: r and s, each as long as the field.
  Result<std::string> sign(std::string_view message, const SignOptions& options) const;
  // EC: also accepts the DER form. Error: no usable key or hash, malformed signature; false: does not match.
  Result<bool> verify(std::string_view message, std::string_view signature, const SignOptions& options) const;
  // RSA-OAEP; `hash` for the label and MGF1.
  Result<std::string> encrypt(std::string_view message, std::string_view hash) const;
  Result<std::string> decrypt(std::string_view message, std::string_view hash) const;

 private:
  explicit AsymmetricKey(std::shared_ptr<evp_pkey_st> key, bool hasPrivate);
  std::shared_ptr<evp_pkey_st> key_;
  KeyKind kind_;
  bool hasPrivate_;
};

}  // namespace qodly::script::library
