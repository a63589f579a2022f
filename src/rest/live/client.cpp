#include "rest/live/client.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace qodly::rest::live {

void Client::onReady(std::function<void()> ready) {
  {
    std::lock_guard lock(mutex_);
    ready_ = std::move(ready);
  }
  wake();
}

std::optional<std::string> Client::take() {
  std::lock_guard lock(mutex_);
  if (!endReason_.empty()) {
    if (std::exchange(endTold_, true)) return std::nullopt;
    return fmt::format(R"({{"end":"{}"}})", endReason_);
  }
  std::string events;
  for (const auto& [id, pending] : pending_) pending.append(id, events);
  pending_.clear();
  const bool privileges = std::exchange(privileges_, false);
  if (events.empty() && !privileges) return std::nullopt;
  if (!events.empty()) events.pop_back();
  return fmt::format(R"({{"sequence":{},{}"events":[{}]}})", sequence_, privileges ? R"("privileges":"changed",)" : "",
                     events);
}

std::uint64_t Client::sequence() const {
  std::lock_guard lock(mutex_);
  return sequence_;
}

void Client::change(const std::string& id, std::uint64_t sequence, const std::function<void(PendingEvents&)>& fill) {
  std::lock_guard lock(mutex_);
  if (!endReason_.empty()) return;
  sequence_ = std::max(sequence_, sequence);
  fill(pending_[id]);
  std::size_t bytes = 0;
  for (const auto& [other, pending] : pending_) bytes += pending.bytes();
  if (bytes <= maximumPendingBytes) return;
  for (auto& [other, pending] : pending_) pending.refresh();
}

void Client::drop(const std::string& id) {
  std::lock_guard lock(mutex_);
  pending_.erase(id);
}

void Client::tellPrivileges() {
  std::lock_guard lock(mutex_);
  privileges_ = true;
}

void Client::end(std::string_view reason) {
  {
    std::lock_guard lock(mutex_);
    if (!endReason_.empty()) return;
    endReason_ = reason;
    pending_.clear();
  }
  ended_.store(true, std::memory_order_release);
}

void Client::wake() {
  std::function<void()> ready;
  {
    std::lock_guard lock(mutex_);
    if (!ready_ || (pending_.empty() && !privileges_ && (endReason_.empty() || endTold_))) return;
    ready = ready_;
  }
  ready();
}

}  // namespace qodly::rest::live
