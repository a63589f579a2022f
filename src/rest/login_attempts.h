// Calls of authentify that did not log anybody in, by client address (rest.md 3.3): too many within a minute are
// refused until it is over.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace qodly::rest {

// Thread-safe; the caller gives the time.
class LoginAttempts {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr unsigned maximumFailures = 20;
  static constexpr std::chrono::seconds window{60};
  static constexpr std::size_t maximumAddresses = 50'000;

  // Seconds until the address may try again; 0: now.
  std::int64_t secondsToWait(const std::string& address, Clock::time_point now);
  void failed(const std::string& address, Clock::time_point now);

 private:
  struct Record {
    Clock::time_point begun;
    unsigned failures = 0;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, Record> records_;
};

}  // namespace qodly::rest
