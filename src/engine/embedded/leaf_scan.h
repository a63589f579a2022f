// Conditions answered by one pass over the records.
#pragma once

#include "engine/embedded/predicate.h"
#include "engine/embedded/view.h"

namespace qodly::engine {

// Entities of a dataclass, among `candidates` when given, that pass the test.
Bitmap scanRecords(std::uint32_t dataClass, const Bitmap* candidates, const Predicate& predicate, View& view);
Bitmap scanRecords(std::uint32_t dataClass, const Bitmap* candidates, const LeafTest& test, View& view);

}  // namespace qodly::engine
