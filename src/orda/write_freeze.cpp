#include "orda/write_freeze.h"

namespace qodly::orda {

void WriteFreeze::take(Owner owner) { waitFor(owner, true); }

void WriteFreeze::waitFor(Owner owner, bool taking) {
  for (;;) {
    std::shared_ptr<Completion<bool>> turn;
    {
      std::lock_guard guard(mutex_);
      const Owner holder = holder_.load(std::memory_order_relaxed);
      if (holder == 0 || holder == owner) {
        if (taking) {
          holder_.store(owner, std::memory_order_release);
          ++count_;
        }
        return;
      }
      turn = std::make_shared<Completion<bool>>();
      waiting_.push_back(turn);
    }
    turn->wait();
  }
}

bool WriteFreeze::release(Owner owner) {
  std::lock_guard guard(mutex_);
  if (holder_.load(std::memory_order_relaxed) != owner || owner == 0) return false;
  if (--count_ == 0) free();
  return true;
}

void WriteFreeze::releaseAll(Owner owner) {
  std::lock_guard guard(mutex_);
  if (holder_.load(std::memory_order_relaxed) != owner || owner == 0) return;
  count_ = 0;
  free();
}

void WriteFreeze::free() {
  holder_.store(0, std::memory_order_release);
  for (const auto& turn : waiting_) turn->set(true);
  waiting_.clear();
}

}  // namespace qodly::orda
