// One open page, or any other program that follows changes: what is waiting to be told to it, whatever the transport.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rest/live/message.h"

namespace qodly::rest::live {

// Thread-safe: the hub puts events in, the transport takes messages out. Bounded: what a slow client leaves lying turns
// into one `refresh` for each subscription.
class Client {
 public:
  static constexpr std::size_t maximumPendingBytes = 256 * 1024;

  // Called, from any thread, when there is something to take. Replaces an earlier one; empty: nobody waits.
  void onReady(std::function<void()> ready);
  // {"sequence":n,"events":[...]}, with "privileges":"changed" when they are, or {"end":reason} as the last one;
  // nullopt when there is nothing to tell.
  std::optional<std::string> take();
  // No message follows the one that told the end.
  bool isEnded() const { return ended_.load(std::memory_order_acquire); }
  std::uint64_t sequence() const;

  // For the hub. `fill` gets the events of the subscription.
  void change(const std::string& id, std::uint64_t sequence, const std::function<void(PendingEvents&)>& fill);
  void drop(const std::string& id);  // nothing more is told about this subscription
  void tellPrivileges();             // those of the session have changed
  void end(std::string_view reason);
  // Lets the transport know of what change() and end() have left.
  void wake();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, PendingEvents, std::less<>> pending_;
  std::uint64_t sequence_ = 0;
  bool privileges_ = false;
  std::string endReason_;
  bool endTold_ = false;
  std::atomic<bool> ended_ = false;
  std::function<void()> ready_;
};

}  // namespace qodly::rest::live
