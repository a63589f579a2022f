// A client TCP connection, watched by a thread of its own (classes.md 14).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"

namespace qodly::script::library {

// Called on the watching thread, in this order: connected at most once, data, then closed or failed; ended exactly
// once, last.
class TcpListener {
 public:
  virtual ~TcpListener() = default;
  virtual void connected() = 0;
  virtual void data(std::string bytes) = 0;
  virtual void closed() = 0;  // properly, by the peer
  virtual void failed(Error problem) = 0;
  virtual void ended() = 0;
};

// Any thread. Dropping the last reference closes the connection.
class TcpSocket {
 public:
  // Looks the name up and connects on the watching thread. Error limitReached: 256 connections are open.
  static Result<std::shared_ptr<TcpSocket>> open(const std::string& host, int port, bool noDelay,
                                                 std::shared_ptr<TcpListener> listener);
  virtual ~TcpSocket() = default;
  // Queued until connected; false after shutdown(), after the end, or when 1 GB waits already.
  virtual bool send(std::string bytes) = 0;
  virtual void shutdown() = 0;  // of the writing side, behind what was sent
  virtual void close() = 0;     // at once: nothing but ended() is told any more
};

}  // namespace qodly::script::library
