// Next record numbers of tables, which only grow, and sequence values of columns. In memory, persisted with each
// commit group. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "storage/lmdb.h"
#include "storage/types.h"

namespace qodly::storage {

class Counters {
 public:
  // Next value of the record numbers of `table`; noRecord when they are used up.
  RecordNumber reserve(TableId table);
  // No later reserve() gives a number below `atLeast`.
  void raiseRecords(TableId table, std::int64_t atLeast);
  std::int64_t nextSequence(TableId table, ColumnId column);
  void raiseSequence(TableId table, ColumnId column, std::int64_t atLeast);
  void setSequence(TableId table, ColumnId column, std::int64_t last);  // lower ones too

  // Loads the counters of the meta database.
  void load(const lmdb::Transaction& transaction, MDB_dbi meta);
  // Writes those that changed since the last persisted() and remembers what it wrote; true when something was written.
  bool write(lmdb::Transaction& transaction, MDB_dbi meta);
  // The transaction of the last write() has been committed.
  void persisted();
  bool changed() const;
  // Next record number (column 0) or last sequence value; 0 when none was given out yet.
  std::int64_t value(TableId table, ColumnId column) const;
  // Columns of the table that have a sequence counter.
  std::vector<ColumnId> sequences(TableId table) const;

 private:
  struct Counter {
    std::atomic<std::int64_t> value{0};
    std::int64_t written = 0, saved = 0;  // only touched by the writing thread
  };
  // Column 0: the record numbers of the table.
  using Key = std::pair<TableId, ColumnId>;
  Counter& counter(Key key);
  mutable std::shared_mutex mutex_;
  std::map<Key, std::unique_ptr<Counter>> counters_;
};

// Property of the store that tells that a counter was set back on purpose.
std::string loweredSequence(TableId table, ColumnId column);

}  // namespace qodly::storage
