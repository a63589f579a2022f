// Whether a fiber ran through, for what measures a thread.
#pragma once

#include <cstdint>

namespace qodly {

// Changes whenever another fiber begins or stops to run on the calling thread.
std::uint64_t fiberSwitches();

}  // namespace qodly
