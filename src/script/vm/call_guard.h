// Who watches over calls of class functions: rights that decide whether one may run, and what holds while it runs.
#pragma once

#include <cstdint>
#include <memory>

#include "base/error.h"
#include "value/value.h"

namespace qodly::script::compile {
struct Code;
}

namespace qodly::script::vm {

class Class;

// Used by the thread or fiber that runs the process.
class CallGuard {
 public:
  virtual ~CallGuard() = default;
  // A function of a class is about to run with that receiver, whoever calls it. True: leave() is wanted when it has
  // ended, in whatever way. Error: it does not run.
  virtual Result<bool> enter(const Class& owner, const compile::Code& code, const Value& self) = 0;
  // The innermost function for which enter() gave true has ended.
  virtual void leave() = 0;
};

// Kept as an extension of a process of type web, from before it runs: its class functions are watched.
struct WatchedCalls {
  std::shared_ptr<CallGuard> guard;
};

// Beside the flags of a Frame: the guard is told of its end.
inline constexpr std::uint16_t watchedFrame = 256;

}  // namespace qodly::script::vm
