// Buckets of requests by client, and connections by address. Shared by the threads of a server; costs nothing unless
// its limit is set.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "http/addresses.h"
#include "http/live_settings.h"

namespace qodly::http {

// Thread-safe.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;
  // Takes one from the bucket of `client`. 0: allowed; else after how many seconds the next one is.
  unsigned take(std::uint64_t client, const RateLimit& limit, Clock::time_point now);

 private:
  // Of a shard. Beyond that many clients, full buckets are forgotten; when too few are, all of them.
  static constexpr std::size_t clientsKept = 16 * 1024;
  struct Bucket {
    double tokens;
    Clock::time_point at;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::uint64_t, Bucket> buckets;
  };
  static void sweep(Shard& shard, const RateLimit& limit, Clock::time_point now);
  std::array<Shard, 16> shards_;
};

// Thread-safe.
class ConnectionCounter {
 public:
  // False: the address has `most` already. Else leave() must follow.
  bool enter(std::uint64_t address, std::size_t most);
  void leave(std::uint64_t address);

 private:
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::size_t> open_;
};

// What counts as one client, as a number: hashed with a key of the process, so that nobody can aim at another's bucket.
std::uint64_t clientNumber(const IpAddress& address);
std::uint64_t clientNumber(std::string_view text);

}  // namespace qodly::http
