// The values of session cookies. A value is one block of AES-128 under a key that lives as long as the process:
//
//   plain:  | number, 8 bytes, little-endian | "QODLYSES", 8 bytes |   ->  encrypted, 32 upper-case hexadecimal digits
//
// Numbers never repeat, so the values are those of a counter-mode random generator: nobody can tell one from another,
// but the server can read a number back, and knows by the 8 constant bytes that it has issued it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "security/session.h"

struct evp_cipher_ctx_st;

namespace qodly::security {

// Thread-safe.
struct SessionTable::Cipher {
  Cipher();
  ~Cipher();
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  void append(std::uint64_t number, std::string& out);
  // nothing: this process has not issued the value.
  std::optional<std::uint64_t> read(std::string_view value);

 private:
  using Block = std::array<unsigned char, 16>;
  // Contexts of the library are not thread-safe; several of them keep threads from waiting for each other.
  struct Lane {
    std::mutex mutex;
    evp_cipher_ctx_st* encrypt = nullptr;
    evp_cipher_ctx_st* decrypt = nullptr;
  };
  std::array<Lane, 8> lanes_;
};

}  // namespace qodly::security
