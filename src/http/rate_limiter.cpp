#include "http/rate_limiter.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <openssl/rand.h>

namespace qodly::http {

namespace {

struct HashKey {
  std::uint64_t first = 0, second = 0;
  HashKey() {
    RAND_bytes(reinterpret_cast<unsigned char*>(&first), sizeof first);
    RAND_bytes(reinterpret_cast<unsigned char*>(&second), sizeof second);
  }
};

// SipHash-1-3: short inputs, unguessable.
class SipHash {
 public:
  explicit SipHash(const HashKey& key)
      : v0_(key.first ^ 0x736f6d6570736575),
        v1_(key.second ^ 0x646f72616e646f6d),
        v2_(key.first ^ 0x6c7967656e657261),
        v3_(key.second ^ 0x7465646279746573) {}

  std::uint64_t of(const char* data, std::size_t size) {
    std::uint64_t last = static_cast<std::uint64_t>(size) << 56;
    for (; size >= 8; size -= 8, data += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, data, 8);
      mix(word);
    }
    std::uint64_t rest = 0;
    std::memcpy(&rest, data, size);
    mix(last | rest);
    v2_ ^= 0xFF;
    for (int i = 0; i < 3; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  static std::uint64_t rotate(std::uint64_t value, int by) { return value << by | value >> (64 - by); }
  void mix(std::uint64_t word) {
    v3_ ^= word;
    round();
    v0_ ^= word;
  }
  void round() {
    v0_ += v1_, v1_ = rotate(v1_, 13) ^ v0_, v0_ = rotate(v0_, 32);
    v2_ += v3_, v3_ = rotate(v3_, 16) ^ v2_;
    v0_ += v3_, v3_ = rotate(v3_, 21) ^ v0_;
    v2_ += v1_, v1_ = rotate(v1_, 17) ^ v2_, v2_ = rotate(v2_, 32);
  }
  std::uint64_t v0_, v1_, v2_, v3_;
};

std::uint64_t hashOf(const char* data, std::size_t size) {
  static const HashKey key;
  return SipHash(key).of(data, size);
}

}  // namespace

std::uint64_t clientNumber(const IpAddress& address) {
  const IpAddress client = address.client();
  return hashOf(reinterpret_cast<const char*>(client.bytes().data()), client.bytes().size());
}

std::uint64_t clientNumber(std::string_view text) { return hashOf(text.data(), text.size()); }

unsigned RateLimiter::take(std::uint64_t client, const RateLimit& limit, Clock::time_point now) {
  Shard& shard = shards_[client % shards_.size()];
  std::lock_guard lock(shard.mutex);
  if (shard.buckets.size() >= clientsKept) sweep(shard, limit, now);
  const auto [at, isNew] = shard.buckets.try_emplace(client, Bucket{limit.burst, now});
  Bucket& bucket = at->second;
  const double passed = std::chrono::duration<double>(now - bucket.at).count();
  bucket.tokens = std::min(limit.burst, bucket.tokens + std::max(0.0, passed) * limit.perSecond);
  bucket.at = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return 0;
  }
  const double wait = (1 - bucket.tokens) / limit.perSecond;
  return static_cast<unsigned>(std::min(3600.0, std::max(1.0, std::ceil(wait))));
}

void RateLimiter::sweep(Shard& shard, const RateLimit& limit, Clock::time_point now) {
  std::erase_if(shard.buckets, [&](const auto& entry) {
    const double passed = std::chrono::duration<double>(now - entry.second.at).count();
    return entry.second.tokens + passed * limit.perSecond >= limit.burst;
  });
  if (shard.buckets.size() > clientsKept / 2) shard.buckets.clear();
}

bool ConnectionCounter::enter(std::uint64_t address, std::size_t most) {
  std::lock_guard lock(mutex_);
  std::size_t& open = open_[address];
  if (open >= most) return false;
  ++open;
  return true;
}

void ConnectionCounter::leave(std::uint64_t address) {
  std::lock_guard lock(mutex_);
  const auto at = open_.find(address);
  if (at != open_.end() && --at->second == 0) open_.erase(at);
}

}  // namespace qodly::http
