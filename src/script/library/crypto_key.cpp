#include "script/library/crypto_key.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/text.h"
#include "crypto/ec_signature.h"
#include "crypto/openssl.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

using crypto::Bio;
using crypto::bytes;
using crypto::DigestContext;
using crypto::Key;
using crypto::KeyContext;

constexpr std::size_t maximumPem = 1 << 20;

struct Curve {
  std::string_view name;  // lower case
  const char* group;
};
constexpr std::array curves{
    Curve{"prime256v1", "prime256v1"}, Curve{"p-256", "prime256v1"}, Curve{"secp256r1", "prime256v1"},
    Curve{"secp384r1", "secp384r1"},   Curve{"p-384", "secp384r1"},  Curve{"secp521r1", "secp521r1"},
    Curve{"p-521", "secp521r1"},
};

// The last reason OpenSSL gave, and its queue emptied.
std::unexpected<Error> sslError(std::string_view what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return fail(fault::wrongSettings,
              reason == nullptr ? fmt::format("{}.", what) : fmt::format("{}: {}.", what, reason));
}

Result<const EVP_MD*> digestNamed(std::string_view name) {
  static constexpr std::array names{"SHA256", "SHA384", "SHA512", "SHA224", "SHA1", "MD5"};
  std::string plain(name);
  std::erase(plain, '-');
  for (const char* known : names) {
    if (equalsIgnoringAsciiCase(plain, known)) return EVP_get_digestbyname(known);
  }
  return fail(fault::wrongSettings,
              fmt::format("\"{}\" is not a hash that can be used: SHA256, SHA384 or SHA512 is expected.", name));
}

// PKCS#1 v1.5 is what EVP does by itself.
bool usePss(EVP_PKEY_CTX* context, const EVP_MD* digest, int saltLength) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, saltLength) == 1;
}

bool useOaep(EVP_PKEY_CTX* context, const EVP_MD* digest) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1;
}

std::size_t fieldBytes(const EVP_PKEY* key) { return (static_cast<std::size_t>(EVP_PKEY_get_bits(key)) + 7) / 8; }

Key readPublic(std::string_view pem) {
  return Key(PEM_read_bio_PUBKEY(crypto::readerOf(pem).get(), nullptr, crypto::noPassPhrase, nullptr));
}

Key readRsaPublic(std::string_view pem) {
  const Bio memory = crypto::readerOf(pem);
  char *name = nullptr, *header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (PEM_read_bio(memory.get(), &name, &header, &data, &size) != 1) return nullptr;
  const unsigned char* at = data;
  Key key;
  if (std::string_view(name) == "RSA PUBLIC KEY") key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size));
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_free(data);
  return key;
}

Key readCertificate(std::string_view pem) {
  const crypto::Certificate certificate(
      PEM_read_bio_X509(crypto::readerOf(pem).get(), nullptr, crypto::noPassPhrase, nullptr));
  return certificate ? Key(X509_get_pubkey(certificate.get())) : nullptr;
}

}  // namespace

AsymmetricKey::AsymmetricKey(std::shared_ptr<evp_pkey_st> key, bool hasPrivate)
    : key_(std::move(key)),
      kind_(EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_EC ? KeyKind::ec : KeyKind::rsa),
      hasPrivate_(hasPrivate) {}

Result<AsymmetricKey> AsymmetricKey::generateRsa(std::int64_t bits) {
  if (bits < 1024 || bits > 8192 || bits % 8 != 0) {
    return fail(
        fault::wrongSettings,
        fmt::format("{} is not a size of RSA keys that can be made: a multiple of 8 from 1024 to 8192 is expected.",
                    bits));
  }
  Key key(EVP_RSA_gen(static_cast<std::size_t>(bits)));
  if (!key) return sslError("The RSA key could not be made");
  return AsymmetricKey({key.release(), EVP_PKEY_free}, true);
}

Result<AsymmetricKey> AsymmetricKey::generateEc(std::string_view curve) {
  const std::string lower = lowerAscii(curve);
  const auto* known = std::ranges::find(curves, lower, &Curve::name);
  if (known == curves.end()) {
    return fail(fault::wrongSettings,
                fmt::format("\"{}\" is not a known curve: prime256v1, secp384r1 or secp521r1 is expected.", curve));
  }
  Key key(EVP_EC_gen(known->group));
  if (!key) return sslError("The ECDSA key could not be made");
  return AsymmetricKey({key.release(), EVP_PKEY_free}, true);
}

Result<AsymmetricKey> AsymmetricKey::fromPem(std::string_view pem) {
  if (pem.size() > maximumPem) return fail(fault::wrongSettings, "The PEM text is longer than 1 MB.");
  Key key = crypto::readPrivateKey(pem);
  const bool isPrivate = key != nullptr;
  for (auto* read : {readPublic, readRsaPublic, readCertificate}) {
    if (!key) key = read(pem);
  }
  if (!key) {
    ERR_clear_error();
    return fail(fault::wrongSettings, pem.contains("ENCRYPTED")
                                          ? "The PEM text is encrypted: a key without pass phrase is expected."
                                          : "The text is no PEM of a private key, public key or certificate.");
  }
  ERR_clear_error();
  const int type = EVP_PKEY_get_base_id(key.get());
  if (type != EVP_PKEY_RSA && type != EVP_PKEY_EC) {
    return fail(fault::wrongSettings, "The PEM text holds neither an RSA nor an elliptic-curve key.");
  }
  return AsymmetricKey({key.release(), EVP_PKEY_free}, isPrivate);
}

int AsymmetricKey::bits() const { return EVP_PKEY_get_bits(key_.get()); }

std::string AsymmetricKey::curve() const {
  std::array<char, 64> name{};
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key_.get(), name.data(), name.size(), &length) != 1) return "";
  return std::string(name.data(), length);
}

std::string AsymmetricKey::privatePem() const {
  if (!hasPrivate_) return "";
  const Bio text = crypto::writer();
  PEM_write_bio_PKCS8PrivateKey(text.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return crypto::textOf(text);
}

std::string AsymmetricKey::publicPem() const {
  const Bio text = crypto::writer();
  PEM_write_bio_PUBKEY(text.get(), key_.get());
  return crypto::textOf(text);
}

Result<std::string> AsymmetricKey::sign(std::string_view message, const SignOptions& options) const {
  if (!hasPrivate_) return fail(fault::wrongSettings, "The key has no private part: it cannot sign.");
  const auto digest = digestNamed(options.hash);
  if (!digest) return std::unexpected(digest.error());
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;
  std::size_t size = 0;
  std::string signature;
  if (EVP_DigestSignInit(context.get(), &padding, *digest, nullptr, key_.get()) != 1 ||
      (options.pss && kind_ == KeyKind::rsa && !usePss(padding, *digest, RSA_PSS_SALTLEN_DIGEST)) ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes(message), message.size()) != 1) {
    return sslError("The message could not be signed");
  }
  signature.resize(size);
  if (EVP_DigestSign(context.get(), bytes(signature), &size, bytes(message), message.size()) != 1) {
    return sslError("The message could not be signed");
  }
  signature.resize(size);
  if (kind_ == KeyKind::rsa) return signature;
  auto raw = crypto::rawOfDer(signature, fieldBytes(key_.get()));
  if (!raw) return sslError("The signature could not be written");
  return std::move(*raw);
}

Result<bool> AsymmetricKey::verify(std::string_view message, std::string_view signature,
                                   const SignOptions& options) const {
  const auto digest = digestNamed(options.hash);
  if (!digest) return std::unexpected(digest.error());
  std::string der;
  if (kind_ == KeyKind::ec && signature.size() == 2 * fieldBytes(key_.get())) {
    auto converted = crypto::derOfRaw(signature, fieldBytes(key_.get()));
    if (!converted) return sslError("The signature could not be read");
    der = std::move(*converted);
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;
  if (EVP_DigestVerifyInit(context.get(), &padding, *digest, nullptr, key_.get()) != 1 ||
      (options.pss && kind_ == KeyKind::rsa && !usePss(padding, *digest, RSA_PSS_SALTLEN_AUTO))) {
    return sslError("The signature could not be verified");
  }
  const int matches =
      EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size());
  ERR_clear_error();
  return matches == 1;
}

Result<std::string> AsymmetricKey::encrypt(std::string_view message, std::string_view hash) const {
  if (kind_ != KeyKind::rsa)
    return fail(fault::wrongSettings, "An elliptic-curve key cannot encrypt: RSA is expected.");
  const auto digest = digestNamed(hash);
  if (!digest) return std::unexpected(digest.error());
  const int room = bits() / 8 - 2 * EVP_MD_get_size(*digest) - 2;
  if (room < 0 || message.size() > static_cast<std::size_t>(room)) {
    return fail(fault::wrongSettings, fmt::format("The message has {} bytes: this key can encrypt {} at most.",
                                                  message.size(), std::max(room, 0)));
  }
  const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
  std::string encrypted(size, '\0');
  if (EVP_PKEY_encrypt_init(context.get()) != 1 || !useOaep(context.get(), *digest) ||
      EVP_PKEY_encrypt(context.get(), bytes(encrypted), &size, bytes(message), message.size()) != 1) {
    return sslError("The message could not be encrypted");
  }
  encrypted.resize(size);
  return encrypted;
}

Result<std::string> AsymmetricKey::decrypt(std::string_view message, std::string_view hash) const {
  if (kind_ != KeyKind::rsa)
    return fail(fault::wrongSettings, "An elliptic-curve key cannot decrypt: RSA is expected.");
  if (!hasPrivate_) return fail(fault::wrongSettings, "The key has no private part: it cannot decrypt.");
  const auto digest = digestNamed(hash);
  if (!digest) return std::unexpected(digest.error());
  const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
  std::string clear(size, '\0');
  if (EVP_PKEY_decrypt_init(context.get()) != 1 || !useOaep(context.get(), *digest) ||
      EVP_PKEY_decrypt(context.get(), bytes(clear), &size, bytes(message), message.size()) != 1) {
    return sslError("The message could not be decrypted");
  }
  clear.resize(size);
  return clear;
}

}  // namespace qodly::script::library
