// Codes of authenticator apps (RFC 6238: SHA-1, 30 s, 6 digits) and recovery codes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qodly::security {

std::string newTotpSecret();                                   // 20 random bytes
std::string toBase32(std::string_view bytes);                  // RFC 4648 without padding
std::optional<std::string> fromBase32(std::string_view text);  // ignores case, blanks, hyphens and padding

// The code of a step; a step is 30 seconds since 1970.
std::string totpCode(std::string_view secret, std::uint64_t step);
inline std::uint64_t totpStepAt(std::int64_t unixSeconds) { return static_cast<std::uint64_t>(unixSeconds) / 30; }
// The step of `code`, when it is that of now, the one before or the one after, and later than lastStep: a code works
// once. Blanks in the code do not count.
std::optional<std::uint64_t> acceptTotp(std::string_view secret, std::string_view code, std::int64_t unixSeconds,
                                        std::uint64_t lastStep);
// otpauth://totp/... as QR codes carry it.
std::string totpUri(std::string_view secret, std::string_view issuer, std::string_view account);

inline constexpr std::size_t recoveryCodeCount = 10;
// "k3m9-2xq7-..." each 80 random bits.
std::vector<std::string> newRecoveryCodes();
// As it is stored: SHA-256 of the code without hyphens, in lower case.
std::string recoveryDigest(std::string_view code);

}  // namespace qodly::security
