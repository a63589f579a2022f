#include "storage/prepared_set.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "storage/index_key.h"

namespace qodly::storage {

TableOperations& PreparedSet::operationsOf(const SchemaTable& table) {
  const auto place =
      std::find_if(operations.begin(), operations.end(), [&](const TableOperations& t) { return t.table == &table; });
  if (place != operations.end()) return *place;
  operations.push_back({&table, std::vector<IndexOperations>(table.indexes.size())});
  return operations.back();
}

CommitFailure storageFailure(RecordId record, Error error) {
  return {CommitFailure::Kind::storage, record, 0, std::move(error)};
}

namespace {

Result<> collectInsert(PreparedSet& set, TableOperations& operations, RecordNumber number, const RecordView& record,
                       const StoreServices& services, KeyList& keys) {
  for (std::size_t i = 0; i < operations.runs.size(); ++i) {
    const SchemaIndex& index = operations.table->indexes[i];
    if (!index.ready) continue;
    if (Result<> collected =
            collectKeys(index.kind, index.type, record.field(index.column), services.collation, services.blobs, keys);
        !collected) {
      return collected;
    }
    for (std::size_t k = 0; k < keys.size(); ++k) {
      operations.runs[i].push_back(set.arena.add(keys[k], number, keys.exact(k)));
    }
  }
  return {};
}

// A record must not come to refer to content that is gone.
Result<> protectBlobs(PreparedSet& set, const RecordView& record, BlobStore& blobs) {
  for (std::size_t slot = 0; slot < record.layout().columns().size(); ++slot) {
    const Field field = record.fieldAt(static_cast<int>(slot));
    if (!field.external) continue;
    const std::optional<BlobRef> ref = BlobRef::decode(field.bytes);
    if (ref) {
      blobs.protect(*ref);
      set.protectedBlobs.push_back(*ref);
      if (blobs.exists(*ref)) continue;
    }
    return std::unexpected(
        Error(code::inputOutput, "dbmg", "The content of a large value is no longer stored; assign it again"));
  }
  return {};
}

Result<> prepareChange(PreparedSet& set, RecordId id, const Change& change, const StoreServices& services, bool first,
                       KeyList& keys) {
  const SchemaTable* table = set.schema->table(id.table);
  if (table == nullptr) {
    return std::unexpected(Error(code::wrongArgument, "dbmg", fmt::format("The store has no table {}", id.table)));
  }
  set.bytes += change.record.size() + sizeof(Change);
  if (change.kind == Change::Kind::remove) return {};
  const RecordView record(change.record, *table->layouts);
  if (!record) {
    return std::unexpected(
        Error(code::wrongArgument, "dbmg", fmt::format("A record of table {} has an unknown layout", table->name)));
  }
  if (first && record.hasExternal()) {
    if (Result<> result = protectBlobs(set, record, services.blobs); !result) return result;
  }
  if (change.kind != Change::Kind::insert || table->indexes.empty()) return {};
  return collectInsert(set, set.operationsOf(*table), id.number, record, services, keys);
}

}  // namespace

void prepare(PreparedSet& set, std::shared_ptr<const Schema> schema, const StoreServices& services) {
  const bool first = set.schema == nullptr;
  set.schema = std::move(schema);
  set.arena = {};
  set.operations.clear();
  set.refusal.reset();
  set.bytes = 0;
  KeyList keys;
  for (const auto& [id, change] : set.changes.changes()) {
    if (Result<> prepared = prepareChange(set, id, change, services, first, keys); !prepared) {
      set.refusal = storageFailure(id, prepared.error());
      return;
    }
  }
  for (TableOperations& table : set.operations) {
    for (IndexOperations& run : table.runs) sortOperations(run);
  }
  set.bytes += set.arena.bytes();
}

void releaseBlobs(PreparedSet& set, BlobStore& blobs) {
  for (const BlobRef& ref : set.protectedBlobs) blobs.release(ref);
  set.protectedBlobs.clear();
}

}  // namespace qodly::storage
