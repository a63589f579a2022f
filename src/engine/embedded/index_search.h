// A condition as ranges of index keys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/collation.h"
#include "engine/embedded/catalog.h"
#include "query/plan.h"
#include "storage/store.h"

namespace qodly::engine {

struct IndexRange {
  storage::KeyRange keys;
  bool verify = false;       // entries must be tested against their records
  std::string verifyPrefix;  // only entries that begin with this must be (when not empty)

  bool mustVerify(std::string_view key) const {
    return verify || (!verifyPrefix.empty() && key.starts_with(verifyPrefix));
  }
};

// Entities that satisfy the positive form of a condition, as the index of its attribute knows them. The ranges together
// cover every one of them; null is among them only where a null satisfies the condition.
struct IndexSearch {
  storage::IndexKind kind = storage::IndexKind::ordered;
  std::vector<IndexRange> ranges;
};

// `condition` positive (operator not negative) and not constant. nullopt: the index cannot answer it (leading wildcard,
// unusual value...), or there is no such index.
std::optional<IndexSearch> indexSearch(const query::Condition& condition, const StoredAttribute& attribute,
                                       const Collation& collation);

}  // namespace qodly::engine
