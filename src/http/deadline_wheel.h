// Deadlines of connections. Moving a deadline further away, which happens at every request, only stores a number: the
// connection is looked at when its old slot comes round, and is then put where it belongs by now.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>

namespace qodly::http {

class DeadlineWheel {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds tick{100};

  // Part of what has a deadline. Unlinks itself when destroyed.
  class Entry {
   public:
    Entry() = default;
    virtual ~Entry() { unlink(); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    virtual void expired() = 0;  // the deadline is cleared before the call

   private:
    friend class DeadlineWheel;
    void unlink();
    Entry* previous_ = nullptr;
    Entry* next_ = nullptr;
    std::uint64_t deadline_ = 0, slot_ = 0;  // ticks; deadline 0: none
  };

  DeadlineWheel();
  DeadlineWheel(const DeadlineWheel&) = delete;
  DeadlineWheel& operator=(const DeadlineWheel&) = delete;

  void set(Entry& entry, std::chrono::milliseconds fromNow);
  void clear(Entry& entry) { entry.deadline_ = 0; }
  // Calls expired() of every entry whose deadline has passed; of a long time without a call half a second counts.
  void advance(Clock::time_point now);

 private:
  static constexpr std::uint64_t slots = 1024;
  struct Head final : Entry {
    void expired() override {}
  };
  void link(Entry& entry);

  Clock::time_point origin_;
  std::uint64_t now_ = 1;  // ticks since origin_, plus 1
  std::array<Head, slots> heads_;
};

}  // namespace qodly::http
