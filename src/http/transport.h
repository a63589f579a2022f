// The bytes of one connection, plain or TLS, without waiting: every call does what it can at once and says what to wait
// for. OpenSSL works on the descriptor directly, so that an idle TLS connection holds no buffers either.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "http/tls_context.h"

struct ssl_st;

namespace qodly::http {

class Transport {
 public:
  enum class Outcome : std::uint8_t { Moved, WantRead, WantWrite, Closed };
  struct Step {
    Outcome outcome;
    std::size_t bytes = 0;
  };

  // The descriptor is not blocking and belongs to the caller. tls: nullptr for plain bytes.
  Transport(int descriptor, const TlsContext* tls);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  bool isTls() const { return ssl_ != nullptr; }
  bool choseHttp2() const;  // by ALPN; after the handshake
  Step handshake();
  Step read(std::span<char> into);
  // Whether there is something to read (Moved), without taking it.
  Step peek();
  // One call for head and body; either may be empty, not both.
  Step write(std::string_view head, std::string_view body);
  // `sent` bytes of the file have gone out before.
  Step writeFile(const FileBody& file, std::uint64_t sent);
  // Says to the client that nothing follows.
  void shutdown();

 private:
  Step outcomeOf(int result);
  Step writeTls(std::string_view bytes);

  int descriptor_;
  ssl_st* ssl_ = nullptr;
};

}  // namespace qodly::http
