// Each change set gets its look-up when first asked, brought up to date from its log at every question.
#include "engine/embedded/overlay_keys.h"

#include <optional>

#include "value/compare.h"

namespace qodly::engine {

namespace {

using storage::Change;
using storage::ChangeSet;
using storage::RecordNumber;

// The attribute of a changed record; null when it has been removed.
Value valueOf(const Change& change, const ClassStorage& place, const StoredAttribute& attribute,
              const storage::Store& store) {
  if (change.kind == Change::Kind::remove) return Value::null();
  const storage::RecordView record(change.record, *place.layouts);
  if (!record) return Value::null();
  const Result<Value> value = storage::loadField(record.field(attribute.column), attribute.type, store.blobs());
  return value ? *value : Value::null();
}

std::string keyOf(const StoredAttribute& attribute, const Value& value, const storage::Store& store) {
  return storage::indexKey(attribute.type, value, store.collation()).bytes;
}

}  // namespace

OverlayKeys::Level& OverlayKeys::levelOf(const std::shared_ptr<ChangeSet>& changes) {
  const auto found = levels_.find(changes.get());
  if (found != levels_.end() && found->second.changes.lock() == changes) return found->second;
  std::erase_if(levels_, [](const auto& entry) { return entry.second.changes.expired(); });
  Level& level = levels_[changes.get()];
  level = {changes, {}};
  return level;
}

RecordNumber OverlayKeys::find(const orda::Overlay& overlay, const ClassStorage& place,
                               const StoredAttribute& attribute, const Value& key, const storage::Store& store) {
  const std::string wanted = keyOf(attribute, key, store);
  const std::lock_guard lock(mutex_);
  for (const auto& changes : overlay.levels()) {
    Column& column = levelOf(changes).columns[{place.table, attribute.column}];
    for (; column.seen < changes->log().size(); ++column.seen) {
      const storage::RecordId id = changes->log()[column.seen];
      const Change* change = id.table == place.table ? changes->find(id) : nullptr;
      if (change == nullptr) continue;
      const Value value = valueOf(*change, place, attribute, store);
      if (!value.isMissing()) column.numbers.emplace(keyOf(attribute, value, store), id.number);
    }
    const auto [first, last] = column.numbers.equal_range(wanted);
    for (auto at = first; at != last; ++at) {
      const Change* effective = overlay.find({place.table, at->second});
      if (effective == nullptr) continue;
      if (equalValues(valueOf(*effective, place, attribute, store), key, store.collation())) return at->second;
    }
  }
  return storage::noRecord;
}

}  // namespace qodly::engine
