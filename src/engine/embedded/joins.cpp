// Every mapping goes in two steps: the distinct keys of the members are gathered, then the records of the other side
// that hold one of them are found - by one index look-up a key when the keys are few, else in one pass over the other
// side.
#include "engine/embedded/joins.h"

#include "engine/embedded/key_set.h"
#include "engine/embedded/leaf_scan.h"
#include "engine/embedded/number_collector.h"
#include "engine/embedded/predicate.h"
#include "engine/embedded/record_pass.h"

namespace qodly::engine {

namespace {

using storage::IndexKind;
using storage::KeyRange;

struct End {
  std::uint32_t dataClass;
  std::uint32_t attribute;
};

struct Ends {
  End start, target;
};

Ends endsOf(const query::Hop& hop, const View& view) {
  const model::Relation& relation = view.model().relations[hop.relation];
  const End many{relation.sourceClass, relation.sourceAttribute};
  const End one{relation.destinationClass, relation.destinationAttribute};
  return hop.toMany ? Ends{one, many} : Ends{many, one};
}

// A look-up costs about as much as passing over this many records.
constexpr std::uint64_t probeCost = 12;
// Keys up to this length are whole in every index (index_search.cpp).
constexpr std::size_t safeKey = 192;

void addKey(KeySet& keys, const RecordView& record, const StoredAttribute& attribute, View& view) {
  const storage::Field field = record.field(attribute.column);
  if (!field.present) {
    if (attribute.neverNull) keys.add(blankOf(attribute.type));
    return;
  }
  if (field.type == attribute.type && !field.external) {
    keys.add(field);
    return;
  }
  const Result<Value> value = storage::loadField(field, attribute.type, view.blobs());
  if (value) {
    keys.add(*value);
  } else {
    view.fail(value.error());
  }
}

// Keys that `members` hold at `from`, as the column at `to` would hold them.
KeySet gatherKeys(const End& from, const Bitmap& members, const End& to, View& view) {
  const StoredAttribute& attribute = view.catalog().attribute(from.dataClass, from.attribute);
  const ColumnType type = view.catalog().attribute(to.dataClass, to.attribute).type;
  const RecordPass pass(view, from.dataClass, members);
  std::vector<KeySet> parts(pass.chunks(), KeySet(type, view.collation()));
  pass.run([&](std::size_t chunk, RecordNumber, const RecordView& record) {
    addKey(parts[chunk], record, attribute, view);
  });
  KeySet keys(type, view.collation());
  for (KeySet& part : parts) keys.merge(std::move(part));
  keys.seal();
  return keys;
}

// Committed records under one key, whether the overlay touches them or not.
template <class Add>
void probe(const End& end, const Value& key, View& view, const Add& add) {
  const StoredAttribute& attribute = view.catalog().attribute(end.dataClass, end.attribute);
  const storage::TableId table = view.catalog().of(end.dataClass).table;
  const storage::IndexKey bytes = storage::indexKey(attribute.type, key, view.collation());
  const bool verify = !bytes.exact || (attribute.type == ColumnType::text && bytes.bytes.size() >= safeKey);
  std::optional<KeySet> same;
  if (verify) {
    same.emplace(attribute.type, view.collation());
    same->add(key);
    same->seal();
  }
  const KeyRange range{bytes.bytes, true, bytes.bytes, true, false};
  view.scope().scanIndexRuns(table, attribute.column, IndexKind::ordered, range,
                             [&](std::string_view, std::span<const RecordNumber> numbers) {
                               if (!verify) {
                                 add(numbers);
                                 return true;
                               }
                               const LeafTest test(end.dataClass, end.attribute, *same, view);
                               for (const RecordNumber number : numbers) {
                                 if (test.test(view.scope().record(table, number))) add(std::span(&number, 1));
                               }
                               return true;
                             });
}

Bitmap holdersByProbes(const End& end, const KeySet& keys, View& view) {
  NumberCollector found(view.scope(), view.catalog().of(end.dataClass).table);
  for (const Value& key : keys.values()) {
    probe(end, key, view, [&](std::span<const RecordNumber> numbers) { found.add(numbers); });
  }
  Bitmap holders = found.take();
  const TableOverlay& overlay = view.overlay(end.dataClass);
  if (overlay.empty()) return holders;
  holders -= overlay.touched;
  const LeafTest test(end.dataClass, end.attribute, keys, view);
  for (const TableOverlay::Entry& entry : overlay.entries) {
    if (entry.record && test.test(entry.record)) holders.add(entry.number);
  }
  return holders;
}

// Entities whose attribute holds one of the keys.
Bitmap holders(const End& end, const KeySet& keys, const Bitmap* candidates, View& view) {
  if (keys.size() == 0) return {};
  const StoredAttribute& attribute = view.catalog().attribute(end.dataClass, end.attribute);
  const std::uint64_t toPass =
      candidates != nullptr ? candidates->cardinality() : view.scope().end(view.catalog().of(end.dataClass).table);
  const bool byProbes = view.hasIndex(end.dataClass, end.attribute, IndexKind::ordered) && !attribute.neverNull &&
                        keys.size() * probeCost < toPass;
  if (!byProbes)
    return scanRecords(end.dataClass, candidates, LeafTest(end.dataClass, end.attribute, keys, view), view);
  Bitmap found = holdersByProbes(end, keys, view);
  if (candidates != nullptr) found &= *candidates;
  return found;
}

bool isUsable(const Ends& ends, const View& view) {
  const auto hasData = [&](const End& end) {
    return end.attribute != model::noIndex && view.catalog().attribute(end.dataClass, end.attribute).column != 0;
  };
  return hasData(ends.start) && hasData(ends.target);
}

}  // namespace

Bitmap followHop(const query::Hop& hop, const Bitmap& members, View& view) {
  const Ends ends = endsOf(hop, view);
  if (!isUsable(ends, view)) return {};
  return holders(ends.target, gatherKeys(ends.start, members, ends.target, view), nullptr, view);
}

Bitmap joinHop(const query::Hop& hop, const Bitmap& targets, const Bitmap* candidates, View& view) {
  const Ends ends = endsOf(hop, view);
  if (!isUsable(ends, view)) return {};
  return holders(ends.start, gatherKeys(ends.target, targets, ends.start, view), candidates, view);
}

Bitmap relatedEntities(const query::Hop& hop, const Bitmap* candidates, View& view) {
  const Ends ends = endsOf(hop, view);
  if (!isUsable(ends, view)) return {};
  // Of few candidates only their own related entities matter.
  const std::uint64_t targets = view.count(ends.target.dataClass);
  if (candidates != nullptr && candidates->cardinality() * probeCost < targets) {
    return joinHop(hop, followHop(hop, *candidates, view), candidates, view);
  }
  return joinHop(hop, view.all(ends.target.dataClass), candidates, view);
}

void collectByKey(std::uint32_t dataClass, std::uint32_t attribute, const Value& key, View& view,
                  std::vector<RecordNumber>& found) {
  const End end{dataClass, attribute};
  const TableOverlay& overlay = view.overlay(dataClass);
  probe(end, key, view, [&](std::span<const RecordNumber> numbers) {
    for (const RecordNumber number : numbers) {
      if (overlay.empty() || !overlay.touched.contains(number)) found.push_back(number);
    }
  });
  if (overlay.empty()) return;
  KeySet keys(view.catalog().attribute(dataClass, attribute).type, view.collation());
  keys.add(key);
  keys.seal();
  const LeafTest test(dataClass, attribute, keys, view);
  for (const TableOverlay::Entry& entry : overlay.entries) {
    if (entry.record && test.test(entry.record)) found.push_back(entry.number);
  }
}

}  // namespace qodly::engine
