// Stops writing by all processes but one, so that the data folder can be copied (orda.md 10.2). Thread-safe; waiting
// parks a fiber.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "base/wait.h"
#include "orda/engine.h"

namespace qodly::orda {

class WriteFreeze {
 public:
  // Waits until nobody else holds it. Counted: each take needs a release.
  void take(Owner owner);
  bool release(Owner owner);  // false when the owner does not hold it
  void releaseAll(Owner owner);
  bool isHeld() const { return holder_.load(std::memory_order_acquire) != 0; }
  // Before a commit: returns at once unless somebody else holds it, else when that one has given it back.
  void pass(Owner owner) {
    const Owner holder = holder_.load(std::memory_order_acquire);
    if (holder != 0 && holder != owner) waitFor(owner, false);
  }

 private:
  void waitFor(Owner owner, bool taking);
  void free();

  std::mutex mutex_;
  std::atomic<Owner> holder_{0};
  std::uint32_t count_ = 0;
  std::deque<std::shared_ptr<Completion<bool>>> waiting_;
};

}  // namespace qodly::orda
