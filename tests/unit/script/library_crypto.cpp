#include <gtest/gtest.h>

#include "base/base64_url.h"
#include "base/text.h"
#include "script/library/crypto_digest.h"
#include "script/library/crypto_key.h"
#include "script/library/io_error.h"

namespace qodly::script::library {
namespace {

TEST(Digests, KnownValues) {
  EXPECT_EQ(lowerHex(digestBytes(Digest::md5, "")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(lowerHex(digestBytes(Digest::md5, "qodly")), "f3e250edc108e4232d5d91cfb018a31c");
  EXPECT_EQ(lowerHex(digestBytes(Digest::sha1, "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(lowerHex(digestBytes(Digest::sha256, "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digestBytes(Digest::sha512, "abc").size(), 64);
  EXPECT_FALSE(digestNumbered(2));
  EXPECT_FALSE(digestNumbered(-1));
}

TEST(Digests, Base64Url) {
  EXPECT_EQ(toBase64Url("\xFB\xFF"), "-_8");
  EXPECT_EQ(fromLooseBase64Url("-_8"), "\xFB\xFF");
  EXPECT_EQ(fromLooseBase64Url("-_8="), "\xFB\xFF");
  EXPECT_FALSE(fromLooseBase64Url("+/8"));
}

TEST(Passwords, HashAndVerify) {
  const auto hash = hashPassword("secret", "bcrypt", 4);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$2b$04$"));
  EXPECT_EQ(hash->size(), 60);
  EXPECT_NE(*hash, *hashPassword("secret", "bcrypt", 4));
  EXPECT_TRUE(*passwordMatches("secret", *hash));
  EXPECT_FALSE(*passwordMatches("Secret", *hash));
  // A hash made by another implementation.
  EXPECT_TRUE(*passwordMatches("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
  const std::string longer(72, 'x');
  EXPECT_TRUE(*passwordMatches(longer + "ignored", *hashPassword(longer, "bcrypt", 4)));
  EXPECT_TRUE(*passwordMatches("", *hashPassword("", "bcrypt", 4)));
}

TEST(Passwords, Errors) {
  EXPECT_EQ(hashPassword("x", "BCRYPT", 10).error().code(), 850);
  EXPECT_EQ(hashPassword("x", "md5", 10).error().code(), 850);
  EXPECT_EQ(hashPassword("x", "bcrypt", 3).error().code(), 852);
  EXPECT_EQ(hashPassword("x", "bcrypt", 32).error().code(), 852);
  EXPECT_EQ(passwordMatches("x", "").error().code(), 850);
  EXPECT_EQ(passwordMatches("x", "plain").error().code(), 850);
  EXPECT_EQ(passwordMatches("x", "$2b$04$short").error().code(), 851);
  EXPECT_EQ(passwordMatches("x", "$2b$99$" + std::string(53, 'a')).error().code(), 851);
}

class Keys : public testing::Test {
 protected:
  static const AsymmetricKey& rsa() {
    static const AsymmetricKey key = *AsymmetricKey::generateRsa(2048);
    return key;
  }
};

TEST_F(Keys, RsaSignsAndVerifies) {
  for (const bool pss : {false, true}) {
    for (const char* hash : {"SHA256", "SHA384", "SHA512", "SHA1", "sha256"}) {
      const AsymmetricKey::SignOptions options{.hash = hash, .pss = pss};
      const auto signature = rsa().sign("message", options);
      ASSERT_TRUE(signature) << hash;
      EXPECT_EQ(signature->size(), 256);
      EXPECT_TRUE(*rsa().verify("message", *signature, options));
      EXPECT_FALSE(*rsa().verify("massage", *signature, options));
      EXPECT_FALSE(*rsa().verify("message", *signature, {.hash = hash, .pss = !pss}));
    }
  }
  EXPECT_EQ(rsa().sign("x", {.hash = "CRC"}).error().code(), fault::wrongSettings);
  EXPECT_FALSE(*rsa().verify("x", "short", {}));
}

TEST_F(Keys, EcSignaturesAreRaw) {
  for (const auto& [curve, size] :
       std::vector<std::pair<const char*, std::size_t>>{{"prime256v1", 64}, {"secp384r1", 96}, {"secp521r1", 132}}) {
    const auto key = AsymmetricKey::generateEc(curve);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->curve(), curve);
    EXPECT_EQ(key->kind(), KeyKind::ec);
    const auto signature = key->sign("message", {});
    ASSERT_TRUE(signature);
    EXPECT_EQ(signature->size(), size);
    EXPECT_TRUE(*key->verify("message", *signature, {}));
    EXPECT_FALSE(*key->verify("other", *signature, {}));
    EXPECT_FALSE(*key->verify("message", std::string(size, '\x7F'), {}));
    EXPECT_FALSE(key->encrypt("x", "SHA256"));
  }
  EXPECT_FALSE(AsymmetricKey::generateEc("ed25519"));
}

TEST_F(Keys, PemRoundTrip) {
  const auto loaded = AsymmetricKey::fromPem(rsa().privatePem());
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->hasPrivate());
  EXPECT_EQ(loaded->bits(), 2048);
  EXPECT_TRUE(rsa().privatePem().starts_with("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_TRUE(rsa().publicPem().starts_with("-----BEGIN PUBLIC KEY-----\n"));
  EXPECT_TRUE(rsa().publicPem().ends_with("\n"));
  const auto onlyPublic = AsymmetricKey::fromPem(rsa().publicPem());
  ASSERT_TRUE(onlyPublic);
  EXPECT_FALSE(onlyPublic->hasPrivate());
  EXPECT_EQ(onlyPublic->privatePem(), "");
  EXPECT_FALSE(onlyPublic->sign("x", {}));
  EXPECT_TRUE(*onlyPublic->verify("m", *rsa().sign("m", {}), {}));
  EXPECT_FALSE(AsymmetricKey::fromPem("nonsense"));
  EXPECT_FALSE(AsymmetricKey::fromPem(""));
  EXPECT_FALSE(AsymmetricKey::generateRsa(512));
  EXPECT_FALSE(AsymmetricKey::generateRsa(2049));
}

TEST_F(Keys, RsaEncrypts) {
  for (const char* hash : {"SHA256", "SHA512", "SHA1"}) {
    const auto encrypted = rsa().encrypt("plain é", hash);
    ASSERT_TRUE(encrypted) << hash;
    EXPECT_EQ(*rsa().decrypt(*encrypted, hash), "plain é");
  }
  EXPECT_FALSE(rsa().decrypt("garbage", "SHA256"));
  EXPECT_TRUE(rsa().encrypt(std::string(190, 'x'), "SHA256"));
  EXPECT_FALSE(rsa().encrypt(std::string(191, 'x'), "SHA256"));
}

}  // namespace
}  // namespace qodly::script::library
