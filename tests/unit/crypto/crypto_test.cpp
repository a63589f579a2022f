#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/ec_signature.h"
#include "crypto/openssl.h"

namespace qodly::crypto {
namespace {

TEST(Digest, Sha256) {  // FIPS 180-2, B.1
  EXPECT_EQ(toHex(sha256("abc")), "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
  EXPECT_EQ(toHex(sha256("")), "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
}

TEST(Digest, EqualSecretsHaveTheSameLengthAndBytes) {
  EXPECT_TRUE(equalSecrets("", ""));
  EXPECT_TRUE(equalSecrets("secret", "secret"));
  EXPECT_FALSE(equalSecrets("secret", "secreT"));
  EXPECT_FALSE(equalSecrets("secret", "secret1"));
  EXPECT_FALSE(equalSecrets("secret", ""));
}

TEST(EcSignature, BothFormsSayTheSame) {
  // Numbers with leading zero bytes and with a highest bit set need padding in either form.
  const std::string raw = *fromHex("0000000000000001") + *fromHex("80000000000000FF");
  const auto der = derOfRaw(raw, 8);
  ASSERT_TRUE(der);
  EXPECT_EQ(toHex(*der),
            "300E0201010209"
            "0080000000000000FF");
  EXPECT_EQ(rawOfDer(*der, 8), raw);
}

TEST(EcSignature, WrongLengthsAndFormsAreRefused) {
  EXPECT_FALSE(derOfRaw(std::string(15, '\1'), 8));
  EXPECT_FALSE(derOfRaw(std::string(17, '\1'), 8));
  EXPECT_FALSE(derOfRaw("", 8));
  EXPECT_FALSE(rawOfDer("no DER", 8));
  EXPECT_FALSE(rawOfDer(*derOfRaw(std::string(16, '\x7F'), 8), 7));  // the numbers do not fit
}

TEST(Pem, PrivateKeysComeBackAndEncryptedOnesAreRefused) {
  const Key key(EVP_EC_gen("P-256"));
  const Bio plain = writer(), sealed = writer();
  ASSERT_EQ(PEM_write_bio_PrivateKey(plain.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
  unsigned char phrase[] = "phrase";
  ASSERT_EQ(PEM_write_bio_PrivateKey(sealed.get(), key.get(), EVP_aes_128_cbc(), phrase, 6, nullptr, nullptr), 1);
  const Key again = readPrivateKey(textOf(plain));
  ASSERT_TRUE(again);
  EXPECT_EQ(EVP_PKEY_eq(again.get(), key.get()), 1);
  EXPECT_FALSE(readPrivateKey(textOf(sealed)));
  EXPECT_FALSE(readPrivateKey("no PEM"));
  EXPECT_FALSE(readPrivateKey(""));
}

}  // namespace
}  // namespace qodly::crypto
