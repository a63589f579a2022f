#include "http/deadline_wheel.h"

#include <algorithm>

namespace qodly::http {

namespace {

// Ticks that one call of advance() may count: half a second.
constexpr std::uint64_t mostAtOnce = 5;

}  // namespace

void DeadlineWheel::Entry::unlink() {
  if (next_ == nullptr) return;
  previous_->next_ = next_;
  next_->previous_ = previous_;
  previous_ = next_ = nullptr;
}

DeadlineWheel::DeadlineWheel() : origin_(Clock::now()) {
  for (Head& head : heads_) head.previous_ = head.next_ = &head;
}

void DeadlineWheel::set(Entry& entry, std::chrono::milliseconds fromNow) {
  // One tick more than the division gives: a deadline may come late, never early.
  const auto ticks = static_cast<std::uint64_t>(std::max<std::int64_t>(0, fromNow / tick)) + 1;
  entry.deadline_ = now_ + ticks;
  if (entry.next_ != nullptr && entry.slot_ <= entry.deadline_) return;
  link(entry);
}

void DeadlineWheel::link(Entry& entry) {
  entry.unlink();
  entry.slot_ = std::clamp(entry.deadline_, now_ + 1, now_ + slots - 1);
  Head& head = heads_[entry.slot_ % slots];
  entry.previous_ = head.previous_;
  entry.next_ = &head;
  head.previous_->next_ = &entry;
  head.previous_ = &entry;
}

void DeadlineWheel::advance(Clock::time_point time) {
  auto target = static_cast<std::uint64_t>((time - origin_) / tick) + 1;
  // A loop that did not run did not listen either: what clients sent meanwhile waits to be read, and what has been set
  // since it runs again was counted from the old time.
  if (target > now_ + mostAtOnce) {
    origin_ += static_cast<std::int64_t>(target - now_ - mostAtOnce) * tick;
    target = now_ + mostAtOnce;
  }
  while (now_ < target) {
    ++now_;
    Head& head = heads_[now_ % slots];
    while (head.next_ != &head) {
      Entry& entry = *head.next_;
      entry.unlink();
      if (entry.deadline_ == 0) continue;
      if (entry.deadline_ > now_) {
        link(entry);
        continue;
      }
      entry.deadline_ = 0;
      entry.expired();
    }
  }
}

}  // namespace qodly::http
