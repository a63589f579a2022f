// Blocking work off the threads that serve requests: the process that asked parks meanwhile.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "script/vm/process.h"

namespace qodly::script::library {

// Runs `job` on a helper thread; at most 64 run at once, further ones queue.
void runOnHelper(std::function<void()> job);

// Runs `work()` (a function without arguments that gives a Result<T>) on a helper thread and parks the process until it
// is done. `work` must own what it uses: when the process is stopped, the caller returns with that error at once and
// the work goes on alone. Neither `work` nor T may hold Values of the process.
template <class Work>
auto offThread(vm::Process& process, Work work) -> decltype(work()) {
  struct State {
    vm::Event done;
    std::optional<decltype(work())> result;
  };
  auto state = std::make_shared<State>();
  runOnHelper([state, work = std::move(work)]() mutable {
    state->result = work();
    state->done.set();
  });
  auto woken = process.wait(state->done, std::nullopt, vm::ProcessState::waitingForInputOutput);
  if (!woken) return std::unexpected(woken.error());
  return std::move(*state->result);
}

}  // namespace qodly::script::library
