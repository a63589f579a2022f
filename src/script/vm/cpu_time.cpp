// How much processor time a process has used.
#include <ctime>

#include "base/fiber_switches.h"
#include "script/vm/machine.h"
#include "script/vm/process.h"

namespace qodly::script::vm {

namespace {

// Asking the system costs a few hundred nanoseconds: calls that follow each other closely share one question.
constexpr std::chrono::microseconds leastBetweenSamples{20};

std::int64_t usedByThread() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

}  // namespace

bool Machine::continuesCpu() const {
  return cpu_.switches == fiberSwitches() && cpu_.thread == std::this_thread::get_id();
}

void Machine::sampleCpu() {
  const std::int64_t used = usedByThread();
  if (continuesCpu()) process_.runNanoseconds_.fetch_add(used - cpu_.used, std::memory_order_relaxed);
  cpu_ = {std::this_thread::get_id(), fiberSwitches(), used, std::chrono::steady_clock::now()};
}

void Machine::beginCpu() {
  if (!continuesCpu()) sampleCpu();
}

void Machine::endCpu() {
  if (std::chrono::steady_clock::now() - cpu_.sampled >= leastBetweenSamples) sampleCpu();
}

}  // namespace qodly::script::vm
