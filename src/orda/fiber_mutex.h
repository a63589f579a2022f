// Mutual exclusion that may be held across a wait: a std::mutex held while a fiber parks would block the other fibers
// of its thread, the parked one's resumption included. Waiters are served in the order of their arrival.
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "base/wait.h"

namespace qodly::orda {

class FiberMutex {
 public:
  void lock() {
    std::shared_ptr<Completion<bool>> turn;
    {
      std::lock_guard guard(mutex_);
      if (!held_) {
        held_ = true;
        return;
      }
      turn = std::make_shared<Completion<bool>>();
      waiting_.push_back(turn);
    }
    turn->wait();
  }

  void unlock() {
    std::shared_ptr<Completion<bool>> next;
    {
      std::lock_guard guard(mutex_);
      if (waiting_.empty()) {
        held_ = false;
        return;
      }
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next->set(true);
  }

 private:
  std::mutex mutex_;
  bool held_ = false;
  std::deque<std::shared_ptr<Completion<bool>>> waiting_;
};

}  // namespace qodly::orda
