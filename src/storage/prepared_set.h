// A change set on its way to the commit thread. What needs no look at committed data is done on the submitting thread:
// the index keys of inserted records are encoded and sorted there, so that many cores share the work.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/collation.h"
#include "storage/blob_store.h"
#include "storage/change_set.h"
#include "storage/index_operations.h"
#include "storage/schema.h"
#include "storage/store.h"

namespace qodly::storage {

// Index operations of one table, one run for each of its indexes.
struct TableOperations {
  const SchemaTable* table = nullptr;
  std::vector<IndexOperations> runs;
};

struct PreparedSet {
  ChangeSet changes;
  std::function<void(Store::Outcome)> done;
  std::shared_ptr<const Schema> schema;  // the operations below were made for it
  KeyArena arena;
  std::vector<TableOperations> operations;  // by table
  std::vector<BlobRef> protectedBlobs;      // referred to by the records; released when the set is settled
  std::optional<CommitFailure> refusal;     // found while preparing
  std::size_t bytes = 0;

  TableOperations& operationsOf(const SchemaTable& table);
};

// What preparing and committing need besides the data file.
struct StoreServices {
  const Collation& collation;
  BlobStore& blobs;
};

// Fills everything but `changes` and `done`. Blobs the records refer to are protected on the first call.
void prepare(PreparedSet& set, std::shared_ptr<const Schema> schema, const StoreServices& services);
void releaseBlobs(PreparedSet& set, BlobStore& blobs);

CommitFailure storageFailure(RecordId record, Error error);

}  // namespace qodly::storage
