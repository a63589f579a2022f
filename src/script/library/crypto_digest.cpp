#include "script/library/crypto_digest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include <crypt.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t significantBytes = 72;

struct Row {
  Digest digest;
  const EVP_MD* (*method)();
};
constexpr std::array rows{Row{Digest::md5, EVP_md5}, Row{Digest::sha1, EVP_sha1}, Row{Digest::sha256, EVP_sha256},
                          Row{Digest::sha512, EVP_sha512}};

// libcrypt takes a text that ends at its first zero byte; a password that contains one is cut there, as bcrypt does.
std::string significant(std::string_view password) {
  return std::string(password.substr(0, std::min(password.find('\0'), significantBytes)));
}

Result<std::string> crypt(std::string_view password, const std::string& setting) {
  const auto data = std::make_unique<crypt_data>();
  const char* hash = crypt_r(significant(password).c_str(), setting.c_str(), data.get());
  if (hash == nullptr || hash[0] == '*') return fail(fault::passwordHash, "Password-hash: Consistency check failure.");
  std::string text(hash);
  OPENSSL_cleanse(data.get(), sizeof *data);
  return text;
}

}  // namespace

Result<Digest> digestNumbered(std::int64_t number) {
  const auto* row = std::ranges::find(rows, static_cast<Digest>(number), &Row::digest);
  if (row == rows.end()) {
    return fail(fault::wrongRange,
                fmt::format("{} is not a digest: kMD5Digest, kSHA1Digest, kSHA256Digest or kSHA512Digest is expected.",
                            number));
  }
  return row->digest;
}

std::string digestBytes(Digest digest, std::string_view message) {
  const auto* row = std::ranges::find(rows, digest, &Row::digest);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  EVP_Digest(message.data(), message.size(), bytes.data(), &length, row->method(), nullptr);
  return std::string(reinterpret_cast<const char*>(bytes.data()), length);
}

std::string lowerHex(std::string_view bytes) { return lowerAscii(toHex(bytes)); }

std::optional<std::string> fromLooseBase64Url(std::string_view text) {
  if (text.find_first_of("+/") != text.npos) return std::nullopt;
  std::string standard(text);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  return fromBase64(standard);
}

Result<std::string> hashPassword(std::string_view password, std::string_view algorithm, double cost) {
  if (algorithm != "bcrypt") return fail(fault::passwordAlgorithm, "Password-hash: Unsupported algorithm.");
  if (!(cost >= 4 && cost <= 31) || cost != std::floor(cost)) {
    return fail(fault::passwordCost,
                "Password-hash: Unavailable bcrypt cost parameter, please provide a value between 4 and 31.");
  }
  const auto random = fromHex(randomHex(16));
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  if (crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), random->data(), static_cast<int>(random->size()),
                       setting.data(), static_cast<int>(setting.size())) == nullptr) {
    return fail(fault::passwordHash, "Password-hash: Consistency check failure.");
  }
  return crypt(password, setting.data());
}

Result<bool> passwordMatches(std::string_view password, std::string_view hash) {
  const bool isBcrypt = hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$");
  if (!isBcrypt) return fail(fault::passwordAlgorithm, "Password-hash: Unsupported algorithm.");
  constexpr std::size_t length = 60;
  if (hash.size() != length || hash.contains('\0')) {
    return fail(fault::passwordHash, "Password-hash: Consistency check failure.");
  }
  const auto computed = crypt(password, std::string(hash));
  if (!computed) return std::unexpected(computed.error());
  return crypto::equalSecrets(*computed, hash);
}

}  // namespace qodly::script::library
