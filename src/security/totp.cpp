#include "security/totp.h"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "security/instance.h"

namespace qodly::security {

namespace {

constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t secretSize = 20;
constexpr std::size_t recoveryBytes = 10;

std::string withoutBlanks(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != ' ' && c != '-') kept += c;
  }
  return kept;
}

}  // namespace

std::string toBase32(std::string_view bytes) {
  std::string text;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    buffer = buffer << 8U | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) text += base32[buffer >> (bits - 5) & 31U];
  }
  if (bits > 0) text += base32[buffer << (5 - bits) & 31U];
  return text;
}

std::optional<std::string> fromBase32(std::string_view text) {
  std::string bytes;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-' || c == '=') continue;
    const std::size_t digit = base32.find(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    if (digit == std::string_view::npos) return std::nullopt;
    buffer = buffer << 5U | static_cast<std::uint32_t>(digit);
    if ((bits += 5) >= 8) bytes += static_cast<char>(buffer >> (bits -= 8) & 0xFFU);
  }
  return bytes;
}

std::string newTotpSecret() {
  std::string secret(secretSize, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), static_cast<int>(secret.size()));
  return secret;
}

std::string totpCode(std::string_view secret, std::uint64_t step) {
  std::array<unsigned char, 8> message{};
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<unsigned char>(step >> (56 - 8 * i));
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(), message.size(), mac.data(), &size);
  const std::size_t at = mac[size - 1] & 0xFU;
  const std::uint32_t value = (mac[at] & 0x7FU) << 24U | static_cast<std::uint32_t>(mac[at + 1]) << 16U |
                              static_cast<std::uint32_t>(mac[at + 2]) << 8U | mac[at + 3];
  return fmt::format("{:06}", value % 1'000'000);
}

std::optional<std::uint64_t> acceptTotp(std::string_view secret, std::string_view code, std::int64_t unixSeconds,
                                        std::uint64_t lastStep) {
  const std::string given = withoutBlanks(code);
  if (given.size() != 6) return std::nullopt;
  const std::uint64_t now = totpStepAt(unixSeconds);
  std::optional<std::uint64_t> accepted;
  for (const std::uint64_t step : {now - 1, now, now + 1}) {
    const std::string right = totpCode(secret, step);
    const bool same = crypto::equalSecrets(right, given);
    if (same && step > lastStep && !accepted) accepted = step;
  }
  return accepted;
}

std::string totpUri(std::string_view secret, std::string_view issuer, std::string_view account) {
  return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits=6&period=30",
                     percentEncode(issuer), percentEncode(account), toBase32(secret), percentEncode(issuer));
}

std::vector<std::string> newRecoveryCodes() {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < recoveryCodeCount; ++i) {
    std::string bytes(recoveryBytes, '\0');
    RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    std::string code = lowerAscii(toBase32(bytes));
    for (const std::size_t at : {12U, 8U, 4U}) code.insert(at, 1, '-');
    codes.push_back(std::move(code));
  }
  return codes;
}

std::string recoveryDigest(std::string_view code) { return sha256Hex(lowerAscii(withoutBlanks(code))); }

}  // namespace qodly::security
