// Sessions of the classic kind (admin.md 12, scalableSession off): the code of a session's requests runs as if in one
// process, one request after the other, and finds the process variables of the one before.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>

#include "base/wait.h"
#include "script/vm/process_variables.h"

namespace qodly::rest {

// Kept by the session. Thread-safe; the caller gives the time.
class ClassicProcess {
 public:
  using Clock = std::chrono::steady_clock;

  // Waits until the requests before it have left. What they left behind, unless nobody came for longer than `timeout`.
  script::vm::KeptVariables enter(Clock::duration timeout);
  // Lets the next request in. Exactly once for each enter().
  void leave(script::vm::KeptVariables variables, Clock::time_point now);

 private:
  std::mutex mutex_;
  bool taken_ = false;
  std::deque<std::shared_ptr<Completion<bool>>> waiting_;
  script::vm::KeptVariables variables_;
  Clock::time_point left_{};
};

// In the process of a request: what it has entered.
struct ClassicEntry {
  std::shared_ptr<ClassicProcess> process;
};

}  // namespace qodly::rest
