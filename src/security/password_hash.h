// Hashes of passwords (admin.md 10.1): Argon2id (64 MiB, 3 passes, 1 lane, 16 bytes of salt) in the PHC form, and
// bcrypt hashes that were brought along. Both take the memory and time that they are meant to take: call them on a
// helper thread.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::security {

inline constexpr std::size_t maximumPasswordCharacters = 256;

struct HashCost {
  unsigned memoryKiB = 64 * 1024;
  unsigned passes = 3;
};

// "$argon2id$v=19$m=65536,t=3,p=1$...". password: at most 256 characters, all of them count. Error: longer, or the
// memory is not there.
Result<std::string> hashPassword(std::string_view password, HashCost cost = {});

struct PasswordCheck {
  bool matches = false;
  bool outdated = false;  // matches, but the hash is bcrypt or cheaper than `cost`: make a new one
};
// hash: Argon2id, bcrypt ($2a$, $2b$, $2y$), or anything else, which matches nothing. An unknown or empty hash takes as
// long as a real one of that cost, so that the answer's time does not tell whether a user exists.
PasswordCheck checkPassword(std::string_view password, std::string_view hash, HashCost cost = {});

// Whether the text has the form of a hash that can be brought along.
bool isPasswordHash(std::string_view text);

// At least 8 and at most 256 characters with an upper-case and a lower-case letter, a digit and a special character,
// and not the e-mail. Error E_WEAK_PASSWORD: what is missing.
Result<> checkPasswordPolicy(std::string_view password, std::string_view email);

// A password that keeps the policy, for one-time use: 20 characters.
std::string newPassword();

}  // namespace qodly::security
