// One group of change sets inside one LMDB transaction. Each set is checked completely before anything of it is
// written, so a refused set leaves nothing behind. Records are written at once, index entries of all sets together at
// the end, in key order.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/counters.h"
#include "storage/index_key.h"
#include "storage/prepared_set.h"

namespace qodly::storage {

class CommitGroup {
 public:
  CommitGroup(lmdb::Transaction& transaction, MDB_dbi meta, const Schema& schema, const StoreServices& services,
              Counters& counters)
      : transaction_(transaction), meta_(meta), schema_(schema), services_(services), counters_(counters) {}

  // Checks the set against the committed state and the sets before it, and writes its records. Throws StorageFailure
  // when the data file fails: the whole transaction must be given up then.
  Store::Outcome apply(PreparedSet& set);
  // Writes the index entries of the accepted sets.
  void finish();
  bool wroteSomething() const { return wrote_; }

 private:
  struct TableCursor {
    lmdb::Cursor cursor;
    std::int64_t highest = -1;  // record number
  };
  // What the accepted sets of this group will do to an index.
  struct PendingIndex {
    MDB_dbi database = 0;
    lmdb::Cursor cursor;  // for look-ups
    std::vector<IndexOperations> runs;
  };
  // What a refusal names.
  struct Place {
    const SchemaTable& table;
    const SchemaIndex& index;
  };

  TableCursor& tableCursor(const SchemaTable& table);
  PendingIndex& pending(const SchemaIndex& index);
  std::optional<std::string_view> stored(const SchemaTable& table, RecordNumber number);
  // The record as it is once `set` is applied; false view when absent.
  RecordView effective(const PreparedSet& set, const SchemaTable& table, RecordNumber number);

  Store::Outcome checkChange(PreparedSet& set, RecordId id, const Change& change);
  void collectUpdate(PreparedSet& set, const SchemaTable& table, RecordNumber number, const RecordView& before,
                     const RecordView& after);
  Store::Outcome checkUnique(PreparedSet& set);
  Store::Outcome checkUniqueRun(const PreparedSet& set, Place place, const IndexOperations& run);
  Store::Outcome checkUniqueByScan(const PreparedSet& set, Place place);
  Store::Outcome checkAbsences(PreparedSet& set);
  bool anyRecordWith(const PreparedSet& set, const SchemaTable& table, const Absence& absence);
  // Whether `test` holds for a record that may have the key: committed, of earlier sets, of this set.
  bool anyCandidate(const PreparedSet& set, Place place, const IndexOperation& key,
                    const std::function<bool(RecordNumber)>& test);
  // Whether `test` holds for a record of the table as it is once the set is applied.
  bool anyRecord(const PreparedSet& set, const SchemaTable& table,
                 const std::function<bool(RecordNumber, const RecordView&)>& test);
  bool hasKey(const RecordView& record, const SchemaIndex& index, const IndexOperation& key, const Value& value);
  Value fieldValue(const RecordView& record, const SchemaIndex& index) const;
  void write(PreparedSet& set);
  void collectOperations(PreparedSet& set);

  lmdb::Transaction& transaction_;
  MDB_dbi meta_;
  const Schema& schema_;
  const StoreServices& services_;
  Counters& counters_;
  std::map<TableId, TableCursor> cursors_;
  std::map<IndexId, PendingIndex> pending_;
  KeyList before_, after_, candidate_;
  bool wrote_ = false;
};

}  // namespace qodly::storage
