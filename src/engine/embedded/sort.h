// Sorting of selections (orda.md 13.7).
#pragma once

#include <span>
#include <vector>

#include "engine/embedded/view.h"
#include "orda/record_set.h"
#include "query/plan.h"

namespace qodly::engine {

// Members in the order of the keys: null smallest, ties in the order of the source, absent entities left out.
std::vector<RecordNumber> sortMembers(std::uint32_t dataClass, const orda::RecordSet& members,
                                      std::span<const query::SortKey> keys, View& view);

}  // namespace qodly::engine
