// Statistics of a selection (orda.md 13.8).
#pragma once

#include "engine/embedded/view.h"
#include "orda/engine.h"
#include "query/plan.h"

namespace qodly::engine {

orda::Aggregate aggregateMembers(const query::BoundPath& path, std::uint32_t dataClass, const orda::RecordSet& members,
                                 View& view);

std::vector<orda::DistinctValue> distinctMembers(const query::BoundPath& path, std::uint32_t dataClass,
                                                 const orda::RecordSet& members, bool exact, View& view);

}  // namespace qodly::engine
