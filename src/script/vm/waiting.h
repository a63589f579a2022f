// How a process waits: parked when it runs on a fiber, blocked on a thread of its own. Internal to vm/.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "base/wait.h"
#include "script/vm/timer.h"

namespace qodly::script::vm {

// One wait: ends with the first wake(), from any thread. Both sides hold it by shared_ptr.
class Parking {
 public:
  void wake();
  // Returns after wake() or at `until`, whichever comes first. `timer` is used on fibers only.
  void park(const std::shared_ptr<Parking>& self, Timer& timer, std::optional<Timer::Clock::time_point> until);

 private:
  std::mutex mutex_;
  std::condition_variable woken_;
  bool done_ = false;
  std::function<void()> resume_;
};

// What others may ask of a process while it runs: looked at when the interpreter's budget is used up.
struct Attention {
  static constexpr std::uint32_t stop = 1;
  static constexpr std::uint32_t delay = 2;
  static constexpr std::uint32_t pause = 4;  // the debugger
  std::atomic<std::uint32_t> wanted{0};

  std::mutex mutex;                  // guards what follows
  std::shared_ptr<Parking> parking;  // of the wait that is going on
  Timer::Clock::time_point delayedUntil{};
};

}  // namespace qodly::script::vm
