// A condition answered by an index.
#pragma once

#include <optional>

#include "engine/embedded/view.h"
#include "query/plan.h"

namespace qodly::engine {

// Entities of `leaf` (a condition), among `candidates` when given. nullopt: no index can answer it, or testing the few
// candidates one by one is cheaper.
std::optional<Bitmap> searchIndex(const query::Node& leaf, const Bitmap* candidates, View& view);

// Whether searchIndex will ask an index of that condition when it has no candidates.
bool isIndexSearchable(const query::Node& leaf, const View& view);

}  // namespace qodly::engine
