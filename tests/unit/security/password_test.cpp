// Password hashes, the policy, codes of authenticator apps, recovery codes.
#include <gtest/gtest.h>

#include "base/text.h"
#include "security/password_hash.h"
#include "security/totp.h"

namespace qodly::security {
namespace {

constexpr HashCost cheap{.memoryKiB = 64, .passes = 1};

TEST(PasswordHash, IsArgon2idWithItsParameters) {
  const std::string hash = hashPassword("Tr0ub4dor&3").value();
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << hash;
  EXPECT_TRUE(checkPassword("Tr0ub4dor&3", hash).matches);
  EXPECT_FALSE(checkPassword("Tr0ub4dor&3", hash).outdated);
  EXPECT_FALSE(checkPassword("tr0ub4dor&3", hash).matches);
  EXPECT_NE(hash, hashPassword("Tr0ub4dor&3").value());
}

TEST(PasswordHash, CheaperHashesAreOutdated) {
  const std::string hash = hashPassword("secret", cheap).value();
  EXPECT_TRUE(checkPassword("secret", hash).matches);
  EXPECT_TRUE(checkPassword("secret", hash).outdated);
  EXPECT_FALSE(checkPassword("secret", hash, cheap).outdated);
}

// The published vector of RFC 9106 uses a secret that the encoded form has not; this one is of the reference program:
// echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1.
TEST(PasswordHash, AcceptsTheReferenceProgramsHash) {
  EXPECT_TRUE(checkPassword("password",
                            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                            "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
                  .matches);
}

TEST(PasswordHash, AllCharactersCountUpToTheLimit) {
  const std::string longest(256, 'a');
  std::string other = longest;
  other.back() = 'b';
  const std::string hash = hashPassword(longest, cheap).value();
  EXPECT_TRUE(checkPassword(longest, hash, cheap).matches);
  EXPECT_FALSE(checkPassword(other, hash, cheap).matches);
  EXPECT_FALSE(hashPassword(std::string(257, 'a'), cheap).has_value());
  EXPECT_FALSE(checkPassword(std::string(257, 'a'), hash, cheap).matches);
  std::string umlauts;
  for (int i = 0; i < 256; ++i) umlauts += "ä";
  EXPECT_TRUE(hashPassword(umlauts, cheap).has_value());
}

TEST(PasswordHash, BcryptIsBroughtAlong) {
  // "U*U" of the test vectors of crypt_blowfish.
  constexpr std::string_view hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  EXPECT_TRUE(isPasswordHash(hash));
  EXPECT_TRUE(checkPassword("U*U", hash).matches);
  EXPECT_TRUE(checkPassword("U*U", hash).outdated);
  EXPECT_FALSE(checkPassword("U*V", hash).matches);
}

TEST(PasswordHash, NothingElseMatches) {
  for (const char* hash : {"", "plain", "$1$abc$def", "$argon2id$", "$argon2id$v=19$m=99999999,t=3,p=1$c29tc2FsdA$aaaa",
                           "$argon2id$v=19$m=65536,t=9999,p=1$c29tc2FsdA$aaaa", "$argon2id$v=19$m=8,t=1,p=1$x"}) {
    EXPECT_FALSE(checkPassword("plain", hash, cheap).matches) << hash;
    EXPECT_FALSE(checkPassword("", hash, cheap).matches) << hash;
  }
  EXPECT_FALSE(checkPassword("", hashPassword("", cheap).value(), cheap).matches);
}

TEST(PasswordPolicy, SaysWhatIsMissing) {
  constexpr std::string_view email = "Mira.1@cedar.example";
  for (const char* good : {"Aa1!aaaa", "Grün2 Wege", "Mira.1@cedar.exampl"}) {
    EXPECT_TRUE(checkPasswordPolicy(good, email).has_value()) << good;
  }
  for (const char* bad :
       {"", "Aa1!aaa", "aa1!aaaa", "AA1!AAAA", "Aaa!aaaa", "Aa1aaaaa", "mira.1@CEDAR.example", "Aa1!aaa\xFF"}) {
    EXPECT_FALSE(checkPasswordPolicy(bad, email).has_value()) << bad;
  }
  EXPECT_TRUE(checkPasswordPolicy("Aa1!" + std::string(252, 'x'), email).has_value());
  EXPECT_FALSE(checkPasswordPolicy("Aa1!" + std::string(253, 'x'), email).has_value());
  EXPECT_FALSE(checkPasswordPolicy(std::string_view("Aa1!aa\0aa", 9), email).has_value());
  EXPECT_TRUE(checkPasswordPolicy(newPassword(), email).has_value());
  EXPECT_NE(newPassword(), newPassword());
}

// RFC 6238, appendix B (SHA-1), the last six of the eight digits.
TEST(Totp, KnowsThePublishedCodes) {
  const std::string secret = "12345678901234567890";
  struct Row {
    std::int64_t time;
    const char* code;
  };
  for (const Row& row : std::initializer_list<Row>{{59, "287082"},
                                                   {1111111109, "081804"},
                                                   {1111111111, "050471"},
                                                   {1234567890, "005924"},
                                                   {2000000000, "279037"},
                                                   {20000000000, "353130"}}) {
    EXPECT_EQ(totpCode(secret, totpStepAt(row.time)), row.code);
  }
}

TEST(Totp, AcceptsOneStepAroundAndEachCodeOnce) {
  const std::string secret = newTotpSecret();
  constexpr std::int64_t now = 1'900'000'000;
  const std::uint64_t step = totpStepAt(now);
  EXPECT_EQ(acceptTotp(secret, totpCode(secret, step), now, 0), step);
  EXPECT_EQ(acceptTotp(secret, totpCode(secret, step - 1), now, 0), step - 1);
  EXPECT_EQ(acceptTotp(secret, totpCode(secret, step + 1), now, 0), step + 1);
  EXPECT_FALSE(acceptTotp(secret, totpCode(secret, step - 2), now, 0).has_value());
  EXPECT_FALSE(acceptTotp(secret, totpCode(secret, step + 2), now, 0).has_value());
  EXPECT_FALSE(acceptTotp(secret, totpCode(secret, step), now, step).has_value());
  EXPECT_FALSE(acceptTotp(secret, totpCode(secret, step - 1), now, step).has_value());
  const std::string code = totpCode(secret, step);
  EXPECT_TRUE(acceptTotp(secret, code.substr(0, 3) + " " + code.substr(3), now, 0).has_value());
  for (const std::string& bad : {std::string(), code.substr(1), code + "0", std::string("abcdef")}) {
    EXPECT_FALSE(acceptTotp(secret, bad, now, 0).has_value()) << bad;
  }
}

TEST(Totp, Base32IsThatOfTheRfc) {
  for (const auto& [plain, text] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}}) {
    EXPECT_EQ(toBase32(plain), text);
    EXPECT_EQ(fromBase32(text), plain);
  }
  EXPECT_EQ(fromBase32("mzxw 6yq="), "foob");
  EXPECT_FALSE(fromBase32("0189").has_value());
  EXPECT_EQ(totpUri("foob", "My App", "mira@cedar.example"),
            "otpauth://totp/My%20App:mira%40cedar.example?secret=MZXW6YQ&issuer=My%20App&algorithm=SHA1&digits=6&"
            "period=30");
}

TEST(RecoveryCodes, AreTenAndReadLeniently) {
  const auto codes = newRecoveryCodes();
  ASSERT_EQ(codes.size(), recoveryCodeCount);
  EXPECT_EQ(codes.front().size(), 19U);
  EXPECT_NE(codes[0], codes[1]);
  std::string typed = " " + codes[0];
  for (char& c : typed) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  EXPECT_EQ(recoveryDigest(typed), recoveryDigest(codes[0]));
  EXPECT_NE(recoveryDigest(codes[1]), recoveryDigest(codes[0]));
}

}  // namespace
}  // namespace qodly::security
