// Entries to be added to and removed from an index: gathered as sorted runs, applied in key order with one cursor.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "storage/lmdb.h"
#include "storage/types.h"

namespace qodly::storage {

struct IndexOperation {
  std::uint64_t prefix = 0;  // keyPrefix() of the key: most comparisons end there
  const char* key = nullptr;
  RecordNumber record = 0;
  std::uint16_t length = 0;
  bool add = true;
  bool exact = true;

  std::string_view bytes() const { return {key, length}; }
};

using IndexOperations = std::vector<IndexOperation>;

// -1, 0, 1 by key bytes.
int compareKeys(const IndexOperation& left, const IndexOperation& right);
inline bool keyThenRecord(const IndexOperation& left, const IndexOperation& right) {
  const int order = compareKeys(left, right);
  return order < 0 || (order == 0 && left.record < right.record);
}

// Owns key bytes; they never move.
class KeyArena {
 public:
  IndexOperation add(std::string_view key, RecordNumber record, bool exact);
  std::size_t bytes() const { return bytes_; }

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = 0, capacity_ = 0, bytes_ = 0;
};

// Sorts by key, then record; of equal entries the order stays.
void sortOperations(IndexOperations& operations);
// The operations of `runs` (each sorted) in one sorted sequence; earlier runs first among equal entries.
IndexOperations mergeRuns(std::vector<IndexOperations> runs);
// Applies sorted operations; of several on one entry the last counts. Adding an entry that exists and removing one that
// does not are no errors.
void applyOperations(lmdb::Transaction& transaction, MDB_dbi index, std::span<const IndexOperation> operations);

}  // namespace qodly::storage
