#include "http/acme_key.h"

#include <array>
#include <cstddef>

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "base/base64_url.h"
#include "base/error_codes.h"
#include "crypto/digest.h"
#include "crypto/ec_signature.h"
#include "crypto/openssl.h"

namespace qodly::http {

namespace {

using Request = std::unique_ptr<X509_REQ, Release<X509_REQ_free>>;

void freeExtensions(STACK_OF(X509_EXTENSION) * extensions) {
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}
using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), Release<freeExtensions>>;

constexpr int coordinateBytes = 32;

std::string coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  const crypto::Number owned(number);
  std::string bytes(coordinateBytes, '\0');
  BN_bn2binpad(number, crypto::bytes(bytes), coordinateBytes);
  return toBase64Url(bytes);
}

Error failed(std::string_view what) {
  ERR_clear_error();
  return Error(code::inputOutput, "http", fmt::format("{} failed", what));
}

std::string message(std::string_view header, std::string_view payload, auto sign) {
  const std::string first = toBase64Url(header), second = toBase64Url(payload);
  return fmt::format(R"({{"protected":"{}","payload":"{}","signature":"{}"}})", first, second,
                     toBase64Url(sign(first + "." + second)));
}

}  // namespace

Result<AcmeKey> AcmeKey::make() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return std::unexpected(failed("Making a key"));
  return AcmeKey(std::move(key));
}

Result<AcmeKey> AcmeKey::read(std::string_view pem) {
  Key key = crypto::readPrivateKey(pem);
  std::array<char, 32> group{};
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_EC ||
      EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr) != 1 ||
      std::string_view(group.data()) != "prime256v1") {
    ERR_clear_error();
    return std::unexpected(Error(code::wrongArgument, "http", "A private key on P-256 is expected, as PEM text"));
  }
  return AcmeKey(std::move(key));
}

std::string AcmeKey::pem() const {
  const crypto::Bio text = crypto::writer();
  PEM_write_bio_PrivateKey(text.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return crypto::textOf(text);
}

std::string AcmeKey::jwk() const {
  return fmt::format(R"({{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}})",
                     coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X),
                     coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y));
}

std::string AcmeKey::thumbprint() const { return toBase64Url(crypto::sha256(jwk())); }

std::string AcmeKey::sign(std::string_view message) const {
  const crypto::DigestContext digest(EVP_MD_CTX_new());
  std::array<unsigned char, 128> der{};
  std::size_t size = der.size();
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(digest.get(), der.data(), &size, crypto::bytes(message), message.size()) != 1)
    return {};
  return crypto::rawOfDer({reinterpret_cast<const char*>(der.data()), size}, coordinateBytes).value_or("");
}

Result<std::string> AcmeKey::certificateRequest(const std::string& host) const {
  const Request request(X509_REQ_new());
  Extensions extensions(sk_X509_EXTENSION_new_null());
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + host).c_str());
  if (!request || !extensions || names == nullptr) return std::unexpected(failed("Making the certificate's request"));
  sk_X509_EXTENSION_push(extensions.get(), names);
  const bool made = X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                    X509_REQ_set_pubkey(request.get(), key_.get()) == 1 &&
                    X509_REQ_add_extensions(request.get(), extensions.get()) == 1 &&
                    X509_REQ_sign(request.get(), key_.get(), EVP_sha256()) > 0;
  unsigned char* der = nullptr;
  const int size = made ? i2d_X509_REQ(request.get(), &der) : 0;
  if (size <= 0) return std::unexpected(failed("Signing the certificate's request"));
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

std::string signedMessage(const AcmeKey& key, std::string_view header, std::string_view payload) {
  return message(header, payload, [&key](std::string_view text) { return key.sign(text); });
}

std::string signedMessage(std::string_view secret, std::string_view header, std::string_view payload) {
  return message(header, payload, [secret](std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> mac{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), crypto::bytes(text), text.size(), mac.data(),
         &size);
    return std::string(reinterpret_cast<const char*>(mac.data()), size);
  });
}

}  // namespace qodly::http
