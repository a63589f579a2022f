#include "base/wait.h"

namespace qodly {

namespace {
thread_local Waiter* currentWaiter = nullptr;
}

Waiter* Waiter::current() { return currentWaiter; }

Waiter* Waiter::install(Waiter* waiter) { return std::exchange(currentWaiter, waiter); }

}  // namespace qodly
