#include "security/session_cipher.h"

#include <array>
#include <cstring>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace qodly::security {

namespace {
constexpr std::string_view mark = "QODLYSES";
constexpr std::string_view digits = "0123456789ABCDEF";
}  // namespace

SessionTable::Cipher::Cipher() {
  Block key;
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
    throw std::runtime_error("no random bytes for a session key");
  for (Lane& lane : lanes_) {
    lane.encrypt = EVP_CIPHER_CTX_new();
    lane.decrypt = EVP_CIPHER_CTX_new();
    if (EVP_EncryptInit_ex(lane.encrypt, EVP_aes_128_ecb(), nullptr, key.data(), nullptr) != 1 ||
        EVP_DecryptInit_ex(lane.decrypt, EVP_aes_128_ecb(), nullptr, key.data(), nullptr) != 1) {
      throw std::runtime_error("AES is not available");
    }
    EVP_CIPHER_CTX_set_padding(lane.encrypt, 0);
    EVP_CIPHER_CTX_set_padding(lane.decrypt, 0);
  }
}

SessionTable::Cipher::~Cipher() {
  for (Lane& lane : lanes_) {
    EVP_CIPHER_CTX_free(lane.encrypt);
    EVP_CIPHER_CTX_free(lane.decrypt);
  }
}

void SessionTable::Cipher::append(std::uint64_t number, std::string& out) {
  Block plain, value{};
  std::memcpy(plain.data(), &number, sizeof number);
  std::memcpy(plain.data() + sizeof number, mark.data(), mark.size());
  Lane& lane = lanes_[number % lanes_.size()];
  {
    std::lock_guard lock(lane.mutex);
    int written = 0;
    EVP_EncryptUpdate(lane.encrypt, value.data(), &written, plain.data(), static_cast<int>(plain.size()));
  }
  std::array<char, 2 * std::tuple_size_v<Block>> text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    text[2 * i] = digits[value[i] >> 4];
    text[2 * i + 1] = digits[value[i] & 15];
  }
  out.append(text.data(), text.size());
}

std::optional<std::uint64_t> SessionTable::Cipher::read(std::string_view text) {
  Block value, plain{};
  if (text.size() != 2 * value.size()) return std::nullopt;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::size_t high = digits.find(text[2 * i]), low = digits.find(text[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    value[i] = static_cast<unsigned char>(high << 4 | low);
  }
  Lane& lane = lanes_[value[0] % lanes_.size()];
  {
    std::lock_guard lock(lane.mutex);
    int written = 0;
    EVP_DecryptUpdate(lane.decrypt, plain.data(), &written, value.data(), static_cast<int>(value.size()));
  }
  if (std::memcmp(plain.data() + sizeof(std::uint64_t), mark.data(), mark.size()) != 0) return std::nullopt;
  std::uint64_t number = 0;
  std::memcpy(&number, plain.data(), sizeof number);
  return number;
}

}  // namespace qodly::security
