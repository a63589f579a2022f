// The connection below a directory's: made here because the library knows no time limit while TLS is negotiated.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.h"

namespace qodly::ldap {

// A connected TCP socket, which belongs to the caller; its reads and writes give up after `timeout`, too. host: name or
// address, without brackets. Error (serverDown, timeout): none of its addresses answers in time.
Result<int> connectSocket(const std::string& host, int port, std::chrono::milliseconds timeout);

// Ends the connection of a socket when the time is over before this is destroyed: whoever waits for it on another
// thread then fails.
class Watchdog {
 public:
  Watchdog(int socket, std::chrono::milliseconds time);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace qodly::ldap
