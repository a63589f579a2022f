// The index knows the committed state: what the overlay touches is taken out of its answer, and the overlay's own
// records are tested one by one. Negative operators are the complement of their positive form (query.md 7).
#include "engine/embedded/leaf_index.h"

#include "engine/embedded/index_search.h"
#include "engine/embedded/number_collector.h"
#include "engine/embedded/predicate.h"

namespace qodly::engine {

namespace {

using query::Condition;
using query::Node;

// So many candidates are worth testing one by one before an index range that is larger by `candidateFactor`.
constexpr std::uint64_t fewCandidates = 2000;
constexpr std::uint64_t candidateFactor = 16;

struct Column {
  storage::TableId table;
  storage::ColumnId column;
};

bool candidatesAreCheaper(const IndexSearch& search, const Bitmap& candidates, Column place, const View& view) {
  const std::uint64_t count = candidates.cardinality();
  if (count > fewCandidates) return false;
  const std::uint64_t limit = count * candidateFactor + 1;
  std::uint64_t entries = 0;
  for (const IndexRange& range : search.ranges) {
    entries += view.scope().countIndex(place.table, place.column, search.kind, range.keys, limit);
    if (entries >= limit) return true;
  }
  return false;
}

Bitmap committedMatches(const IndexSearch& search, Column place, const LeafTest& test, View& view) {
  NumberCollector found(view.scope(), place.table);
  for (const IndexRange& range : search.ranges) {
    view.scope().scanIndexRuns(place.table, place.column, search.kind, range.keys,
                               [&](std::string_view key, std::span<const RecordNumber> numbers) {
                                 if (!range.mustVerify(key)) {
                                   found.add(numbers);
                                   return true;
                                 }
                                 for (const RecordNumber number : numbers) {
                                   const RecordView record = view.scope().record(place.table, number);
                                   if (record && test.test(record)) found.add(number);
                                 }
                                 return true;
                               });
  }
  return found.take();
}

void layOverlay(Bitmap& found, const TableOverlay& overlay, const LeafTest& test) {
  if (overlay.empty()) return;
  found -= overlay.touched;
  for (const TableOverlay::Entry& entry : overlay.entries) {
    if (entry.record && test.test(entry.record)) found.add(entry.number);
  }
}

// Negative operators are looked for by their positive form.
Condition positiveOf(const Node& leaf) {
  Condition positive = leaf.condition;
  if (query::isNegative(positive.op)) positive.op = query::negated(positive.op);
  return positive;
}

// nullopt: there is no index that can be asked.
std::optional<IndexSearch> searchOf(const Node& leaf, const Condition& positive, const View& view) {
  const std::uint32_t attribute = leaf.condition.attribute.attribute;
  auto search = indexSearch(positive, view.catalog().attribute(leaf.dataClass, attribute), view.collation());
  if (search && !view.hasIndex(leaf.dataClass, attribute, search->kind)) search.reset();
  return search;
}

}  // namespace

bool isIndexSearchable(const Node& leaf, const View& view) {
  return searchOf(leaf, positiveOf(leaf), view).has_value();
}

std::optional<Bitmap> searchIndex(const Node& leaf, const Bitmap* candidates, View& view) {
  const StoredAttribute& attribute = view.catalog().attribute(leaf.dataClass, leaf.condition.attribute.attribute);
  const bool negative = query::isNegative(leaf.condition.op);
  const Condition positive = positiveOf(leaf);
  const std::optional<IndexSearch> search = searchOf(leaf, positive, view);
  if (!search) return std::nullopt;
  const Column place{view.catalog().of(leaf.dataClass).table, attribute.column};
  if (candidates != nullptr && candidatesAreCheaper(*search, *candidates, place, view)) return std::nullopt;
  const LeafTest test(leaf.dataClass, positive, view);
  Bitmap found = committedMatches(*search, place, test, view);
  layOverlay(found, view.overlay(leaf.dataClass), test);
  if (negative) return (candidates != nullptr ? *candidates : view.all(leaf.dataClass)) - found;
  if (candidates != nullptr) found &= *candidates;
  return found;
}

}  // namespace qodly::engine
