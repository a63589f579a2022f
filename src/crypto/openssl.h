// OpenSSL's objects as values that are released by themselves, and its texts in PEM.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "base/release.h"

namespace qodly::crypto {

using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;

inline const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
inline unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// A number written with its highest byte first.
Number numberOf(std::string_view big);

// Reads from the text, which must outlive it.
Bio readerOf(std::string_view text);
// Gathers what is written to it, for textOf.
Bio writer();
std::string textOf(const Bio& writer);

// For the functions that read PEM: there is no pass phrase, so an encrypted key fails instead of asking on the
// terminal.
int noPassPhrase(char* buffer, int size, int writing, void* user);
// A private key without pass phrase. nullptr: there is none in the text.
Key readPrivateKey(std::string_view pem);

}  // namespace qodly::crypto
