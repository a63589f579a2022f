// The different values of a collection (classes.md 1.8, distinct).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/collation.h"
#include "value/value.h"

namespace qodly::script::library {

struct DistinctValue {
  const Value* value;  // the first one that was met
  std::size_t count;
};

// The different ones among `values`, null and undefined left out, in the order of the elements. Texts differ by the
// collation, or with `diacritical` by every character; then a lower-case letter stands before the upper-case one. What
// is no scalar differs by identity and keeps its place. The result points to the values given.
std::vector<DistinctValue> distinctValues(std::span<const Value* const> values, bool diacritical,
                                          const Collation& collation);

}  // namespace qodly::script::library
