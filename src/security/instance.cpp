#include "security/instance.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error_codes.h"
#include "base/file_bytes.h"
#include "base/text.h"
#include "base/write_all.h"
#include "crypto/digest.h"
#include "crypto/openssl.h"

namespace qodly::security {

namespace {

using crypto::bytes;

constexpr std::size_t nonceSize = 12;
constexpr std::size_t tagSize = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX_free>>;

Error fileError(const std::filesystem::path& file, std::string_view what) {
  return {code::inputOutput, "dbmg", fmt::format("Cannot {} \"{}\": {}.", what, file.string(), std::strerror(errno))};
}

}  // namespace

Result<> writePrivateFile(const std::filesystem::path& file, std::string_view content) {
  const std::filesystem::path fresh = file.string() + ".new";
  {
    const OpenFile out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (out.descriptor() < 0) return std::unexpected(fileError(fresh, "write"));
    if (!writeAll(out.descriptor(), content) || ::fsync(out.descriptor()) != 0)
      return std::unexpected(fileError(fresh, "write"));
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) return std::unexpected(fileError(file, "replace"));
  const OpenFile folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.descriptor() >= 0) (void)::fsync(folder.descriptor());
  return {};
}

Result<std::string> readFile(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::unexpected(fileError(file, "read"));
  std::ostringstream content;
  content << in.rdbuf();
  return std::move(content).str();
}

std::string sha256Hex(std::string_view text) { return lowerAscii(toHex(crypto::sha256(text))); }

Result<Instance> Instance::open(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    return std::unexpected(Error(code::inputOutput, "dbmg",
                                 fmt::format("Cannot make the folder \"{}\": {}.", folder.string(), failed.message())));
  }
  const std::filesystem::path file = folder / "instance.key";
  Key key{};
  if (!std::filesystem::exists(file, failed)) {
    if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) {
      return std::unexpected(Error(code::inputOutput, "dbmg", "The system gives no random bytes for instance.key."));
    }
    const std::string_view content(reinterpret_cast<const char*>(key.data()), key.size());
    if (auto written = writePrivateFile(file, content); !written) return std::unexpected(written.error());
    return Instance(folder, key);
  }
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return std::unexpected(fileError(file, "read"));
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return std::unexpected(
        Error(code::inputOutput, "dbmg",
              fmt::format("Other users may read the key \"{}\". Forbid it: chmod 600.", file.string())));
  }
  auto content = readFile(file);
  if (!content) return std::unexpected(content.error());
  if (content->size() != key.size()) {
    return std::unexpected(
        Error(code::inputOutput, "dbmg",
              fmt::format("\"{}\" must be {} bytes, but is {}. Restore it: what it protects cannot be read without it.",
                          file.string(), key.size(), content->size())));
  }
  std::memcpy(key.data(), content->data(), key.size());
  return Instance(folder, key);
}

std::string Instance::seal(std::string_view plain) const {
  std::string sealed(nonceSize + plain.size() + tagSize, '\0');
  RAND_bytes(bytes(sealed), nonceSize);
  const Context context(EVP_CIPHER_CTX_new());
  int length = 0;
  EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), bytes(sealed));
  EVP_EncryptUpdate(context.get(), bytes(sealed) + nonceSize, &length, bytes(plain), static_cast<int>(plain.size()));
  EVP_EncryptFinal_ex(context.get(), bytes(sealed) + nonceSize + length, &length);
  EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tagSize, bytes(sealed) + nonceSize + plain.size());
  return toBase64(sealed);
}

Result<std::string> Instance::unseal(std::string_view text) const {
  const Error refused(code::inputOutput, "dbmg", "A secret was sealed under another instance.key, or was changed.");
  auto sealed = fromBase64(text);
  if (!sealed || sealed->size() < nonceSize + tagSize) return std::unexpected(refused);
  std::string plain(sealed->size() - nonceSize - tagSize, '\0');
  const Context context(EVP_CIPHER_CTX_new());
  int length = 0;
  EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), bytes(*sealed));
  EVP_DecryptUpdate(context.get(), bytes(plain), &length, bytes(*sealed) + nonceSize, static_cast<int>(plain.size()));
  EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tagSize, bytes(*sealed) + nonceSize + plain.size());
  int rest = 0;
  if (EVP_DecryptFinal_ex(context.get(), bytes(plain) + length, &rest) != 1) return std::unexpected(refused);
  return plain;
}

}  // namespace qodly::security
