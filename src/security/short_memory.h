// What the server remembers of something it has sent out until it comes back, once: challenges, states, one-time
// tokens.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/calendar.h"

namespace qodly::security {

// Thread-safe. Bounded: beyond `most`, the oldest are forgotten.
template <class T>
class ShortMemory {
 public:
  ShortMemory(std::size_t most, std::chrono::seconds life) : most_(most), life_(life) {}

  void keep(std::string key, T value, qodly::Instant now) { keep(std::move(key), std::move(value), now, life_); }
  void keep(std::string key, T value, qodly::Instant now, std::chrono::seconds life) {
    std::lock_guard lock(mutex_);
    while (!order_.empty() &&
           (entries_.size() >= most_ || order_.size() >= 2 * most_ || !entries_.contains(order_.front()))) {
      entries_.erase(order_.front());
      order_.pop_front();
    }
    const qodly::Instant until{now.ms + std::chrono::milliseconds(life).count()};
    if (entries_.insert_or_assign(key, Entry{std::move(value), until}).second) order_.push_back(std::move(key));
  }
  // Forgets it. Nothing: never kept, taken before, or too old.
  std::optional<T> take(const std::string& key, qodly::Instant now) {
    std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return std::nullopt;
    Entry entry = std::move(found->second);
    entries_.erase(found);
    if (entry.until < now) return std::nullopt;
    return std::move(entry.value);
  }
  std::size_t size() const {
    std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    T value;
    qodly::Instant until;
  };
  std::size_t most_;
  std::chrono::seconds life_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<std::string> order_;  // keys, oldest first; those taken since are skipped
};

}  // namespace qodly::security
