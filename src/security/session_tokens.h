// One-time tokens that bring a session to a request without its cookie (admin.md 11.2): createOTP and restore.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "security/instance.h"
#include "security/session.h"
#include "security/short_memory.h"

namespace qodly::security {

// Thread-safe.
class SessionTokens {
 public:
  static constexpr int usualLife = 60, longestLife = 3600;  // seconds

  std::string make(const std::shared_ptr<Session>& session, std::optional<int> seconds) {
    const std::string token = lowerAscii(randomHex(32));
    const std::chrono::seconds life(std::clamp(seconds.value_or(usualLife), 1, longestLife));
    sessions_.keep(sha256Hex(token), session, qodly::Instant::now(), life);
    return token;
  }
  // nullptr: never made, used already, too old, or its session has ended.
  std::shared_ptr<Session> take(std::string_view token) {
    if (token.size() != 64) return nullptr;
    const auto kept = sessions_.take(sha256Hex(token), qodly::Instant::now());
    auto session = kept ? kept->lock() : nullptr;
    return session && !session->ended() ? session : nullptr;
  }

 private:
  ShortMemory<std::weak_ptr<Session>> sessions_{10'000, std::chrono::seconds(usualLife)};
};

}  // namespace qodly::security
