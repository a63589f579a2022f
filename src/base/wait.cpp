#include "base/wait.h"

#include "base/fiber_switches.h"

namespace qodly {

namespace {
thread_local Waiter* currentWaiter = nullptr;
thread_local std::uint64_t switches = 0;
}  // namespace

Waiter* Waiter::current() { return currentWaiter; }

Waiter* Waiter::install(Waiter* waiter) {
  ++switches;
  return std::exchange(currentWaiter, waiter);
}

std::uint64_t fiberSwitches() { return switches; }

}  // namespace qodly
