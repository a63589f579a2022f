// Relations between sets of entities: from keys of one side to the entities of the other.
#pragma once

#include "engine/embedded/view.h"
#include "query/plan.h"

namespace qodly::engine {

// Entities at the other end of the relation from `members`, which belong to the class the hop starts from.
Bitmap followHop(const query::Hop& hop, const Bitmap& members, View& view);

// The reverse: entities of the class the hop starts from (among `candidates` when given) that have a related entity in
// `targets`.
Bitmap joinHop(const query::Hop& hop, const Bitmap& targets, const Bitmap* candidates, View& view);

// Entities, among `candidates` when given, that have a related entity at all (query.md 7, relation != null).
Bitmap relatedEntities(const query::Hop& hop, const Bitmap* candidates, View& view);

// Committed and overlay entities whose attribute has the key; `key` already has the attribute's type.
void collectByKey(std::uint32_t dataClass, std::uint32_t attribute, const Value& key, View& view,
                  std::vector<RecordNumber>& found);

}  // namespace qodly::engine
