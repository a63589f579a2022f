// Passkeys against a software authenticator, and CBOR.
#include "security/webauthn.h"

#include <functional>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/text.h"
#include "security/cbor.h"

namespace qodly::security {
namespace {

std::string head(unsigned major, std::size_t argument) {
  std::string out;
  if (argument < 24) {
    out += static_cast<char>(major << 5U | argument);
  } else if (argument < 256) {
    out += static_cast<char>(major << 5U | 24U);
    out += static_cast<char>(argument);
  } else {
    out += static_cast<char>(major << 5U | 25U);
    out += static_cast<char>(argument >> 8U);
    out += static_cast<char>(argument & 0xFFU);
  }
  return out;
}
std::string integer(int value) {
  return value >= 0 ? head(0, static_cast<std::size_t>(value)) : head(1, static_cast<std::size_t>(-1 - value));
}
std::string byteString(std::string_view bytes) { return head(2, bytes.size()).append(bytes); }
std::string textString(std::string_view text) { return head(3, text.size()).append(text); }

enum class Algorithm { Es256, Rs256, EdDsa };

// A security key in software.
class Authenticator {
 public:
  explicit Authenticator(Algorithm algorithm) : algorithm_(algorithm) {
    key_.reset(algorithm == Algorithm::Es256   ? EVP_EC_gen("P-256")
               : algorithm == Algorithm::Rs256 ? EVP_RSA_gen(2048)
                                               : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  }

  std::string cose() const {
    switch (algorithm_) {
      case Algorithm::Es256:
        return head(5, 5) + integer(1) + integer(2) + integer(3) + integer(-7) + integer(-1) + integer(1) +
               integer(-2) + byteString(number(OSSL_PKEY_PARAM_EC_PUB_X, 32)) + integer(-3) +
               byteString(number(OSSL_PKEY_PARAM_EC_PUB_Y, 32));
      case Algorithm::Rs256:
        return head(5, 4) + integer(1) + integer(3) + integer(3) + integer(-257) + integer(-1) +
               byteString(number(OSSL_PKEY_PARAM_RSA_N, 256)) + integer(-2) +
               byteString(number(OSSL_PKEY_PARAM_RSA_E, 3));
      case Algorithm::EdDsa: {
        std::string raw(32, '\0');
        std::size_t size = raw.size();
        EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
        return head(5, 4) + integer(1) + integer(1) + integer(3) + integer(-8) + integer(-1) + integer(6) +
               integer(-2) + byteString(raw);
      }
    }
    return {};
  }

  std::string sign(const std::string& message) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    const EVP_MD* digest = algorithm_ == Algorithm::EdDsa ? nullptr : EVP_sha256();
    EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get());
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    std::size_t size = 0;
    EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, message.size());
    signature.resize(size);
    return signature;
  }

 private:
  std::string number(const char* name, std::size_t size) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    std::string bytes(size, '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size));
    BN_free(value);
    return bytes;
  }
  Algorithm algorithm_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_{nullptr, &EVP_PKEY_free};
};

std::string sha256(std::string_view text) {
  std::string digest(32, '\0');
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha256(), nullptr);
  return digest;
}

const WebAuthnExpectation expected{"0123456789abcdef", "https://app.example:8443", "app.example", true};

std::string clientData(std::string_view type, std::string_view challenge = expected.challenge,
                       std::string_view origin = expected.origin, std::string_view more = {}) {
  return std::string(R"({"type":")")
      .append(type)
      .append(R"(","challenge":")")
      .append(toBase64Url(challenge))
      .append(R"(","origin":")")
      .append(origin)
      .append("\"")
      .append(more)
      .append("}");
}

std::string authData(unsigned flags, unsigned counter, std::string_view host = expected.host) {
  std::string data = sha256(host);
  data += static_cast<char>(flags);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) data += static_cast<char>(counter >> shift & 0xFFU);
  return data;
}

std::string attestation(const std::string& cose, unsigned flags = 0x45, std::string_view id = "credential-1") {
  std::string data = authData(flags, 1);
  data.append(16, 'M');
  data += static_cast<char>(id.size() >> 8U);
  data += static_cast<char>(id.size() & 0xFFU);
  data.append(id).append(cose);
  return head(5, 3) + textString("fmt") + textString("none") + textString("attStmt") + head(5, 0) +
         textString("authData") + byteString(data);
}

class Passkeys : public ::testing::TestWithParam<Algorithm> {};

TEST_P(Passkeys, AreMadeAndUsed) {
  const Authenticator key(GetParam());
  const auto passkey = checkRegistration(clientData("webauthn.create"), attestation(key.cose()), expected);
  ASSERT_TRUE(passkey.has_value()) << passkey.error().message();
  EXPECT_EQ(passkey->id, "credential-1");
  EXPECT_EQ(passkey->publicKey, key.cose());
  EXPECT_EQ(passkey->signCount, 1U);
  const std::string client = clientData("webauthn.get"), data = authData(0x05, 2);
  const std::string signature = key.sign(data + sha256(client));
  EXPECT_EQ(checkAssertion({client, data, signature}, *passkey, expected).value(), 2U);

  // Anything else is refused.
  const auto refused = [&](const std::string& c, const std::string& d, bool resign = true) {
    const std::string made = resign ? key.sign(d + sha256(c)) : signature;
    return !checkAssertion({c, d, made}, *passkey, expected).has_value();
  };
  EXPECT_TRUE(refused(clientData("webauthn.create"), data));
  EXPECT_TRUE(refused(clientData("webauthn.get", "another challenge"), data));
  EXPECT_TRUE(refused(clientData("webauthn.get", ""), data));
  EXPECT_TRUE(refused(clientData("webauthn.get", expected.challenge, "https://evil.example"), data));
  EXPECT_TRUE(refused(clientData("webauthn.get", expected.challenge, "http://app.example:8443"), data));
  EXPECT_TRUE(refused(clientData("webauthn.get", expected.challenge, expected.origin, R"(,"crossOrigin":true)"), data));
  EXPECT_TRUE(refused("no json", data));
  EXPECT_TRUE(refused(client, authData(0x05, 2, "evil.example")));
  EXPECT_TRUE(refused(client, authData(0x04, 2))) << "nobody present";
  EXPECT_TRUE(refused(client, authData(0x01, 2))) << "not verified";
  EXPECT_TRUE(refused(client, authData(0x05, 1))) << "counter";
  EXPECT_TRUE(refused(client, data.substr(0, 36)));
  EXPECT_TRUE(refused(client, authData(0x05, 3), false)) << "signature of other data";
  EXPECT_FALSE(checkAssertion({client, data, Authenticator(GetParam()).sign(data + sha256(client))}, *passkey, expected)
                   .has_value())
      << "another key";
  EXPECT_FALSE(checkAssertion({client, data, ""}, *passkey, expected).has_value());
}

INSTANTIATE_TEST_SUITE_P(Algorithms, Passkeys, ::testing::Values(Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa));

TEST(PasskeyRegistration, RefusesWhatIsNotWhole) {
  const std::string client = clientData("webauthn.create");
  const std::string cose = Authenticator(Algorithm::Es256).cose();
  const std::string good = attestation(cose);
  ASSERT_TRUE(checkRegistration(client, good, expected).has_value());
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(checkRegistration(client, good.substr(0, length), expected).has_value()) << length;
  }
  EXPECT_FALSE(checkRegistration(clientData("webauthn.get"), good, expected).has_value());
  EXPECT_FALSE(checkRegistration(client, attestation(cose, 0x05), expected).has_value()) << "no credential flag";
  EXPECT_FALSE(checkRegistration(client, attestation(cose, 0x45, ""), expected).has_value());
  // Another algorithm, a point that is not on the curve.
  EXPECT_FALSE(
      checkRegistration(client, attestation(head(5, 2) + integer(1) + integer(2) + integer(3) + integer(-35)), expected)
          .has_value());
  std::string offCurve = cose;
  offCurve.back() = static_cast<char>(offCurve.back() ^ 1);
  EXPECT_FALSE(checkRegistration(client, attestation(offCurve), expected).has_value());
}

TEST(Cbor, ReadsTheExamplesOfTheRfc) {
  struct Row {
    const char* hex;
    std::int64_t value;
  };
  for (const Row& row : std::initializer_list<Row>{{"00", 0},
                                                   {"17", 23},
                                                   {"1818", 24},
                                                   {"1903e8", 1000},
                                                   {"1a000f4240", 1000000},
                                                   {"1b000000e8d4a51000", 1000000000000},
                                                   {"20", -1},
                                                   {"3863", -100},
                                                   {"3903e7", -1000}}) {
    const std::string bytes = *fromHex(row.hex);
    const auto item = readCbor(bytes);
    ASSERT_TRUE(item.has_value()) << row.hex;
    EXPECT_EQ(item->value.integer, row.value) << row.hex;
    EXPECT_EQ(item->length, bytes.size());
  }
  const std::string map = *fromHex("a26161016162820203");  // {"a": 1, "b": [2, 3]}
  const auto item = readCbor(map);
  ASSERT_TRUE(item.has_value());
  EXPECT_EQ(item->value.find("a")->integer, 1);
  EXPECT_EQ(item->value.find("b")->elements.size(), 2U);
  EXPECT_EQ(item->value.find("c"), nullptr);
}

TEST(Cbor, RefusesHostileItems) {
  for (const char* hex : {"",
                          "18",
                          "1b7fffffffffffff",
                          "1bffffffffffffffff",
                          "3bffffffffffffffff",
                          "41",
                          "5affffffff",
                          "5bffffffffffffffff",
                          "9bffffffffffffffff",
                          "bbffffffffffffffff",
                          "9f01ff",
                          "5f4101ff",
                          "1c",
                          "1f",
                          "c001",
                          "f7",
                          "f97e00",
                          "fb7ff0000000000000",
                          "61ff",
                          "ff",
                          "a101",
                          "818181818181818181818181818101"}) {
    EXPECT_FALSE(readCbor(*fromHex(hex)).has_value()) << hex;
  }
  std::string many = head(4, 500);
  for (int i = 0; i < 500; ++i) many += head(4, 2) + integer(1) + integer(1);
  EXPECT_FALSE(readCbor(many).has_value());
}

TEST(Base64Url, HasNoPaddingAndNoOtherAlphabet) {
  EXPECT_EQ(toBase64Url("\xFB\xEF\xFF\x01"), "--__AQ");
  EXPECT_EQ(fromBase64Url("--__AQ"), "\xFB\xEF\xFF\x01");
  EXPECT_FALSE(fromBase64Url("++//AQ").has_value());
}

}  // namespace
}  // namespace qodly::security
