#include "security/webauthn.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/core_names.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/openssl.h"
#include "security/cbor.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::size_t maximumClientData = 8 * 1024;
constexpr std::size_t maximumAttestation = 64 * 1024;
constexpr std::size_t maximumCredentialId = 1023;
constexpr std::size_t headSize = 37;  // hash of the relying party, flags, counter

enum Flag : unsigned { UserPresent = 1, UserVerified = 4, HasCredential = 0x40 };

using crypto::bytes;
using crypto::Key;

std::unexpected<Error> refuse(std::string_view what) {
  return std::unexpected(Error(code::wrongArgument, "rest", fmt::format("Passkey: {}.", what)));
}

Result<> checkClientData(std::string_view text, std::string_view type, const WebAuthnExpectation& expected) {
  if (text.size() > maximumClientData) return refuse("the client data is too long");
  const auto parsed = json::parse(text, {.maximumDepth = 8});
  if (!parsed || !parsed->isObject()) return refuse("the client data is no JSON object");
  const Object& data = parsed->asObject();
  if (textMember(data, "type") != type) return refuse("the client data is of another ceremony");
  const auto challenge = fromBase64Url(textMember(data, "challenge"));
  if (!challenge || expected.challenge.empty() || !crypto::equalSecrets(*challenge, expected.challenge)) {
    return refuse("the challenge is not the one that was sent");
  }
  if (textMember(data, "origin") != expected.origin) return refuse("it was made on a page of another origin");
  if (flagMember(data, "crossOrigin")) return refuse("it was made in a frame of another origin");
  return {};
}

Result<> checkHead(std::string_view data, const WebAuthnExpectation& expected) {
  if (data.size() < headSize) return refuse("the authenticator's data is too short");
  if (!crypto::equalSecrets(data.substr(0, 32), crypto::sha256(expected.host))) return refuse("it is for another host");
  const auto flags = static_cast<unsigned char>(data[32]);
  if ((flags & UserPresent) == 0) return refuse("nobody was present");
  if (expected.userVerified && (flags & UserVerified) == 0) return refuse("the user was not verified");
  return {};
}

std::uint32_t counterOf(std::string_view data) {
  std::uint32_t counter = 0;
  for (std::size_t i = 33; i < headSize; ++i) counter = counter << 8U | static_cast<unsigned char>(data[i]);
  return counter;
}

std::string_view bytesOf(const Cbor& map, std::int64_t key) {
  const Cbor* value = map.find(key);
  return value != nullptr && value->kind == Cbor::Kind::Bytes ? value->bytes : std::string_view();
}

std::int64_t integerOf(const Cbor& map, std::int64_t key) {
  const Cbor* value = map.find(key);
  return value != nullptr && value->kind == Cbor::Kind::Integer ? value->integer : 0;
}

Key fromParameters(const char* type, OSSL_PARAM* parameters) {
  EVP_PKEY* key = nullptr;
  const crypto::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  if (context && EVP_PKEY_fromdata_init(context.get()) == 1) {
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters);
  }
  return Key(key);
}

Key ellipticKey(const Cbor& cose) {
  const std::string_view x = bytesOf(cose, -2), y = bytesOf(cose, -3);
  if (integerOf(cose, -1) != 1 || x.size() != 32 || y.size() != 32) return nullptr;
  std::string point = "\x04";
  point.append(x).append(y);
  char group[] = "prime256v1";
  std::array<OSSL_PARAM, 3> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  return fromParameters("EC", parameters.data());
}

Key rsaKey(const Cbor& cose) {
  const std::string_view n = bytesOf(cose, -1), e = bytesOf(cose, -2);
  if (n.size() < 256 || n.size() > 1024 || e.empty() || e.size() > 4) return nullptr;
  const crypto::Number modulus = crypto::numberOf(n);
  const crypto::Number exponent = crypto::numberOf(e);
  const crypto::ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (!modulus || !exponent || !builder) return nullptr;
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  const crypto::Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  return fromParameters("RSA", parameters.get());
}

Key edwardsKey(const Cbor& cose) {
  const std::string_view x = bytesOf(cose, -2);
  if (integerOf(cose, -1) != 6 || x.size() != 32) return nullptr;
  return Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(x), x.size()));
}

struct PublicKey {
  Key key;
  bool hashes = true;  // EdDSA signs the message itself
};

Result<PublicKey> publicKeyOf(const Cbor& cose) {
  struct Algorithm {
    std::int64_t kty, alg;
    Key (*read)(const Cbor&);
    bool hashes;
  };
  static constexpr std::array<Algorithm, 3> algorithms = {
      {{2, -7, &ellipticKey, true}, {3, -257, &rsaKey, true}, {1, -8, &edwardsKey, false}}};
  const auto found = std::ranges::find_if(algorithms, [&](const Algorithm& each) {
    return each.kty == integerOf(cose, 1) && each.alg == integerOf(cose, 3);
  });
  if (found == algorithms.end()) return refuse("its algorithm is none of ES256, RS256, EdDSA");
  PublicKey key{found->read(cose), found->hashes};
  if (!key.key) return refuse("its public key is not valid");
  return key;
}

}  // namespace

Result<Passkey> checkRegistration(std::string_view clientData, std::string_view attestation,
                                  const WebAuthnExpectation& expected) {
  if (auto right = checkClientData(clientData, "webauthn.create", expected); !right) {
    return std::unexpected(right.error());
  }
  if (attestation.size() > maximumAttestation) return refuse("the attestation is too long");
  const auto object = readCbor(attestation);
  if (!object) return std::unexpected(object.error());
  const Cbor* authData = object->value.find("authData");
  if (authData == nullptr || authData->kind != Cbor::Kind::Bytes) return refuse("the attestation has no authData");
  const std::string_view data = authData->bytes;
  if (auto right = checkHead(data, expected); !right) return std::unexpected(right.error());
  if ((static_cast<unsigned char>(data[32]) & HasCredential) == 0) return refuse("it brings no credential");
  constexpr std::size_t lengthAt = headSize + 16;  // behind the make of the authenticator
  if (data.size() < lengthAt + 2) return refuse("the authenticator's data is too short");
  const std::size_t length =
      static_cast<unsigned char>(data[lengthAt]) << 8U | static_cast<unsigned char>(data[lengthAt + 1]);
  if (length == 0 || length > maximumCredentialId || data.size() < lengthAt + 2 + length) {
    return refuse("the length of the credential's identifier is wrong");
  }
  const std::string_view keyBytes = data.substr(lengthAt + 2 + length);
  const auto cose = readCbor(keyBytes);
  if (!cose) return std::unexpected(cose.error());
  if (auto key = publicKeyOf(cose->value); !key) return std::unexpected(key.error());
  Passkey passkey;
  passkey.id = data.substr(lengthAt + 2, length);
  passkey.publicKey = keyBytes.substr(0, cose->length);
  passkey.signCount = counterOf(data);
  return passkey;
}

Result<std::uint32_t> checkAssertion(const Assertion& assertion, const Passkey& passkey,
                                     const WebAuthnExpectation& expected) {
  if (auto right = checkClientData(assertion.clientData, "webauthn.get", expected); !right) {
    return std::unexpected(right.error());
  }
  const std::string_view data = assertion.authenticatorData;
  if (data.size() > maximumAttestation || assertion.signature.size() > 1024) return refuse("the answer is too long");
  if (auto right = checkHead(data, expected); !right) return std::unexpected(right.error());
  const auto cose = readCbor(passkey.publicKey);
  if (!cose) return std::unexpected(cose.error());
  const auto key = publicKeyOf(cose->value);
  if (!key) return std::unexpected(key.error());
  const std::string message = std::string(data) + crypto::sha256(assertion.clientData);
  const crypto::DigestContext context(EVP_MD_CTX_new());
  const bool valid = EVP_DigestVerifyInit(context.get(), nullptr, key->hashes ? EVP_sha256() : nullptr, nullptr,
                                          key->key.get()) == 1 &&
                     EVP_DigestVerify(context.get(), bytes(assertion.signature), assertion.signature.size(),
                                      bytes(message), message.size()) == 1;
  if (!valid) return refuse("the signature is wrong");
  const std::uint32_t counter = counterOf(data);
  if ((counter != 0 || passkey.signCount != 0) && counter <= passkey.signCount) {
    return refuse("its counter did not grow: it may have been copied");
  }
  return counter;
}

}  // namespace qodly::security
