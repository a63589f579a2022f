// When API keys were used (admin.md 8): the last time and the calls of the last 24 hours, for the administrator.
// <instance>/api-key-use.json, written by the server about every half minute; a server that is killed loses that.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/calendar.h"
#include "security/instance.h"

namespace qodly::security {

// Thread-safe. One server writes; commands read.
class KeyUse {
 public:
  // Goes on from the file; one that cannot be read counts as empty.
  explicit KeyUse(const Instance& instance);
  ~KeyUse();  // writes what is not written yet

  struct Figures {
    qodly::Instant lastUsed{};  // 0: never
    std::int64_t calls = 0;     // of the last 24 hours, counted by the hour
  };
  Figures of(const std::string& id, qodly::Instant now) const;
  void count(const std::string& id, qodly::Instant now);
  void sweep();

 private:
  static constexpr std::size_t hours = 24;
  struct Entry {
    qodly::Instant lastUsed{};
    std::int64_t hour = 0;                     // since 1970, that of lastUsed
    std::array<std::uint32_t, hours> calls{};  // by hour modulo 24
  };
  static void advance(Entry& entry, std::int64_t hour);
  void store();

  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;  // by the identifier of the key
  bool changed_ = false;
};

}  // namespace qodly::security
