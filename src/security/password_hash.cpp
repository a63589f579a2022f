#include "security/password_hash.h"

#include <array>
#include <charconv>
#include <memory>
#include <vector>

#include <argon2.h>
#include <crypt.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "security/directory.h"

namespace qodly::security {

namespace {

constexpr std::size_t saltSize = 16;
constexpr std::size_t digestSize = 32;
constexpr std::string_view argonPrefix = "$argon2id$";
// Limits of hashes that were brought along: what is beyond is not computed.
constexpr unsigned largestMemory = 256 * 1024;
constexpr unsigned mostPasses = 16;

Error weak(std::string_view what) { return directoryError("E_WEAK_PASSWORD", what); }

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

// The number behind "name=" in "m=65536,t=3,p=1"; 0 when there is none.
unsigned parameter(std::string_view list, std::string_view name) {
  const std::size_t at = list.find(name);
  if (at == std::string_view::npos) return 0;
  const std::string_view digits = list.substr(at + name.size());
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

HashCost costOf(std::string_view hash) {
  const std::size_t version = hash.find("$v=");
  const std::string_view list =
      version == std::string_view::npos ? hash : hash.substr(std::min(hash.size(), hash.find('$', version + 1)));
  return {parameter(list, "m="), parameter(list, "t=")};
}

bool isBcrypt(std::string_view hash) {
  return hash.size() == 60 && hash[0] == '$' && hash[1] == '2' &&
         (hash[2] == 'a' || hash[2] == 'b' || hash[2] == 'y') && hash[3] == '$' && hash[6] == '$';
}

bool isArgon(std::string_view hash) {
  if (!hash.starts_with(argonPrefix) || hash.size() > 512) return false;
  const HashCost cost = costOf(hash);
  return cost.memoryKiB >= 8 && cost.memoryKiB <= largestMemory && cost.passes >= 1 && cost.passes <= mostPasses;
}

bool bcryptMatches(std::string_view password, std::string_view hash) {
  const auto data = std::make_unique<crypt_data>();
  const char* made = crypt_r(std::string(password).c_str(), std::string(hash).c_str(), data.get());
  const bool same = made != nullptr && crypto::equalSecrets(made, hash);
  OPENSSL_cleanse(data.get(), sizeof(crypt_data));
  return same;
}

}  // namespace

Result<std::string> hashPassword(std::string_view password, HashCost cost) {
  if (characters(password) > maximumPasswordCharacters)
    return std::unexpected(weak("A password has at most 256 characters."));
  std::array<unsigned char, saltSize> salt{};
  const std::size_t size = argon2_encodedlen(cost.passes, cost.memoryKiB, 1, saltSize, digestSize, Argon2_id);
  std::string encoded(size, '\0');
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1 ||
      argon2id_hash_encoded(cost.passes, cost.memoryKiB, 1, password.data(), password.size(), salt.data(), salt.size(),
                            digestSize, encoded.data(), encoded.size()) != ARGON2_OK) {
    return std::unexpected(Error(code::limitReached, "rest", "There is not enough memory to hash a password."));
  }
  encoded.resize(encoded.find('\0'));
  return encoded;
}

PasswordCheck checkPassword(std::string_view password, std::string_view hash, HashCost cost) {
  if (characters(password) > maximumPasswordCharacters) password = {};
  if (isBcrypt(hash)) return {bcryptMatches(password, hash) && !password.empty(), true};
  if (isArgon(hash)) {
    const std::string text(hash);
    const bool matches = argon2id_verify(text.c_str(), password.data(), password.size()) == ARGON2_OK;
    const HashCost used = costOf(hash);
    return {matches && !password.empty(), used.memoryKiB < cost.memoryKiB || used.passes < cost.passes};
  }
  (void)hashPassword(password, cost);
  return {};
}

bool isPasswordHash(std::string_view text) { return isBcrypt(text) || isArgon(text); }

Result<> checkPasswordPolicy(std::string_view password, std::string_view email) {
  bool upper = false, lower = false, digit = false, special = false;
  for (const char c : password) {
    if (c >= 'A' && c <= 'Z') {
      upper = true;
    } else if (c >= 'a' && c <= 'z') {
      lower = true;
    } else if (c >= '0' && c <= '9') {
      digit = true;
    } else {
      special = true;
    }
  }
  if (!isValidUtf8(password) || password.contains('\0')) return std::unexpected(weak("The password is no text."));
  if (characters(password) < 8) return std::unexpected(weak("The password needs at least 8 characters."));
  if (characters(password) > maximumPasswordCharacters) {
    return std::unexpected(weak("A password has at most 256 characters."));
  }
  if (!upper || !lower || !digit || !special) {
    return std::unexpected(
        weak("The password needs an upper-case letter, a lower-case letter, a digit and a special character."));
  }
  if (equalsIgnoringAsciiCase(password, email)) return std::unexpected(weak("The password must not be the e-mail."));
  return {};
}

std::string newPassword() {
  // Five groups of four without look-alikes; 23^16 and more is far beyond guessing.
  constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  std::string text;
  do {
    text.clear();
    while (text.size() < 19) {
      if (text.size() % 5 == 4) text += '-';
      unsigned char byte = 0;
      RAND_bytes(&byte, 1);
      if (byte < 4 * letters.size()) text += letters[byte % letters.size()];
    }
  } while (!checkPasswordPolicy(text, ""));
  return text;
}

}  // namespace qodly::security
