#include "http/acme_key.h"

#include <array>
#include <cstddef>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/base64_url.h"
#include "base/error_codes.h"

namespace qodly::http {

namespace {

using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Request = std::unique_ptr<X509_REQ, Release<X509_REQ_free>>;

void freeExtensions(STACK_OF(X509_EXTENSION) * extensions) {
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}
using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), Release<freeExtensions>>;

constexpr int coordinateBytes = 32;

int noPassword(char*, int, int, void*) { return 0; }

std::string padded(const BIGNUM* number) {
  std::array<unsigned char, coordinateBytes> bytes{};
  BN_bn2binpad(number, bytes.data(), coordinateBytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  const Number owned(number);
  return toBase64Url(padded(number));
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
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassword, nullptr));
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
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string AcmeKey::jwk() const {
  return fmt::format(R"({{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}})",
                     coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X),
                     coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y));
}

std::string AcmeKey::thumbprint() const {
  const std::string text = jwk();
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return toBase64Url({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string AcmeKey::sign(std::string_view message) const {
  const Digest digest(EVP_MD_CTX_new());
  std::array<unsigned char, 128> der{};
  std::size_t size = der.size();
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(digest.get(), der.data(), &size, reinterpret_cast<const unsigned char*>(message.data()),
                     message.size()) != 1)
    return {};
  const unsigned char* at = der.data();
  const Signature parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  return parts ? padded(ECDSA_SIG_get0_r(parts.get())) + padded(ECDSA_SIG_get0_s(parts.get())) : std::string();
}

Result<std::string> AcmeKey::certificateRequest(const std::string& host) const {
  const Request request(X509_REQ_new());
  Extensions extensions(sk_X509_EXTENSION_new_null());
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + host).c_str());
  if (!request || !extensions || names == nullptr) return std::unexpected(failed("Making the certificate's request"));
  sk_X509_EXTENSION_push(extensions.get(), names);
  unsigned char* der = nullptr;
  int size = 0;
  if (X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_pubkey(request.get(), key_.get()) != 1 ||
      X509_REQ_add_extensions(request.get(), extensions.get()) != 1 ||
      X509_REQ_sign(request.get(), key_.get(), EVP_sha256()) <= 0 || (size = i2d_X509_REQ(request.get(), &der)) <= 0)
    return std::unexpected(failed("Signing the certificate's request"));
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
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
    return std::string(reinterpret_cast<const char*>(mac.data()), size);
  });
}

}  // namespace qodly::http
