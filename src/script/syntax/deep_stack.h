// Recursive walks over deeply nested code must not run on the small stack of a fiber. What nests little - all code that
// people write - runs where it is; the rest runs on a thread of its own, which is waited for.
#pragma once

#include <cstdint>
#include <thread>

namespace qodly::script::syntax {

// Depth up to which a walk over the tree fits the 256 KiB of a fiber beside what else is on it.
inline constexpr std::uint32_t shallowNesting = 40;

// Calls `walk` and returns when it is done. `walk` must not throw and must not wait for other fibers.
template <class Walk>
void onDeepStack(std::uint32_t nesting, Walk&& walk) {
  if (nesting <= shallowNesting) {
    walk();
    return;
  }
  std::jthread thread([&walk] { walk(); });
}

}  // namespace qodly::script::syntax
