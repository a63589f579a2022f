// Directory sessions (admin.md 10.1): who has signed in at this browser, for as long as it is used once a week. The
// cookie holds 256 random bits, the server their SHA-256, in <instance>/sign-ins.json, so that a restart signs nobody
// out.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/calendar.h"
#include "base/error.h"
#include "security/directory.h"
#include "security/instance.h"

namespace qodly::security {

// Thread-safe.
class SignIns {
 public:
  static constexpr std::chrono::hours life{7 * 24};
  static constexpr std::size_t mostOfAUser = 50, most = 100'000;

  // A file that cannot be read counts as empty: everybody signs in again.
  explicit SignIns(const Instance& instance);
  ~SignIns();  // writes what is not written yet

  struct SignedIn {
    std::string userId;
    std::uint32_t epoch = 0;  // of the user when it was made
  };
  // The value of the cookie. Beyond the limits the one of the user, or of all, that was used longest ago ends.
  std::string begin(const User& user, qodly::Instant now);
  // Nothing: never begun, ended, or unused for a week.
  std::optional<SignedIn> find(std::string_view token, qodly::Instant now);
  void end(std::string_view token);
  void endAllOf(std::string_view userId);
  // Ends what is too old and writes what has changed. Call it about twice a minute.
  void sweep(qodly::Instant now);
  std::size_t size() const;

 private:
  struct Entry {
    std::string userId;
    std::uint32_t epoch = 0;
    qodly::Instant lastUsed;
  };
  void load();
  void store();
  void endOldest(const std::string* userId);

  const Instance instance_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;  // by the SHA-256 of the token
  bool changed_ = false;
};

}  // namespace qodly::security
