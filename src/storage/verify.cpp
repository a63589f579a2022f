// Proving that records, indexes and blob files agree. Each table is looked at in one read transaction, so that writers
// may go on. An index agrees with its table when every key of every record is found in it and it has no entry more than
// that; only when the numbers differ is the index itself walked to name what is too much.
#include <set>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "storage/embedded_store.h"
#include "storage/index_key.h"

namespace qodly::storage {

namespace {

constexpr std::size_t mostProblems = 1000;  // enough to see what happened; a damaged file could name millions

class Verification {
 public:
  Verification(MDB_env* environment, const Schema& schema, const Collation& collation, const BlobStore& blobs,
               const Counters& counters, std::function<bool(TableId, ColumnId)> isLowered,
               const std::function<void(std::uint64_t, std::uint64_t)>& progress)
      : environment_(environment),
        schema_(schema),
        collation_(collation),
        blobs_(blobs),
        counters_(counters),
        isLowered_(std::move(isLowered)),
        progress_(progress) {}

  VerifyReport run() {
    guarded("the data file", [&] {
      const lmdb::Transaction transaction(environment_, true);
      for (const auto& table : schema_.tables) {
        if (table) total_ += transaction.statistics(table->records).ms_entries;
      }
    });
    for (const auto& table : schema_.tables) {
      if (table) guarded(fmt::format("Table {}", table->name), [&] { verifyTable(*table); });
    }
    if (progress_) progress_(report_.records, total_);
    return std::move(report_);
  }

 private:
  void problem(std::string text) {
    if (report_.problems.size() < mostProblems) report_.problems.push_back(std::move(text));
  }

  void guarded(const std::string& what, const std::function<void()>& step) {
    try {
      step();
    } catch (const StorageFailure& failure) {
      problem(fmt::format("{}: {}", what, failure.error().message()));
    }
  }

  void verifyTable(const SchemaTable& table) {
    const lmdb::Transaction transaction(environment_, true);
    std::vector<lmdb::Cursor> indexes;
    for (const SchemaIndex& index : table.indexes) indexes.push_back(transaction.cursor(index.database));
    expected_.assign(table.indexes.size(), 0);
    highest_.clear();
    sequences_ = counters_.sequences(table.id);

    const lmdb::Cursor cursor = transaction.cursor(table.records);
    MDB_val key{}, value{};
    std::int64_t last = -1;
    for (bool found = lmdb::get(cursor.get(), key, value, MDB_FIRST); found;
         found = lmdb::get(cursor.get(), key, value, MDB_NEXT)) {
      last = lmdb::toNumber(key);
      verifyRecord(table, indexes, static_cast<RecordNumber>(last), lmdb::toView(value));
    }
    for (std::size_t i = 0; i < table.indexes.size(); ++i) verifyIndex(transaction, table, i);
    if (counters_.value(table.id, 0) <= last) {
      problem(fmt::format("Table {}: the next record number is {}, but record {} exists", table.name,
                          counters_.value(table.id, 0), last));
    }
    for (const auto& [column, highest] : highest_) {
      if (counters_.value(table.id, column) < highest && !isLowered_(table.id, column)) {
        problem(fmt::format("Column {}: the sequence counter is at {}, but the value {} is in use",
                            table.columnName(column), counters_.value(table.id, column), highest));
      }
    }
  }

  void verifyRecord(const SchemaTable& table, const std::vector<lmdb::Cursor>& indexes, RecordNumber number,
                    std::string_view bytes) {
    constexpr std::uint64_t progressEvery = 10'000;
    if (++report_.records % progressEvery == 0 && progress_) progress_(report_.records, total_);
    const RecordView record(bytes, *table.layouts);
    if (!record) {
      problem(fmt::format("Table {}, record {}: its layout is unknown or it is cut short", table.name, number));
      return;
    }
    if (!record.isSound()) problem(fmt::format("Table {}, record {}: its bytes are damaged", table.name, number));
    if (record.hasExternal()) verifyBlobs(table, number, record);
    for (std::size_t i = 0; i < indexes.size(); ++i) {
      if (table.indexes[i].ready) verifyKeys(table, i, indexes[i].get(), number, record);
    }
    for (const ColumnId column : sequences_) {
      const Field field = record.field(column);
      if (!field.present || field.type < ColumnType::int8 || field.type > ColumnType::int64) continue;
      std::int64_t& highest = highest_.try_emplace(column, INT64_MIN).first->second;
      highest = std::max(highest, field.integer());
    }
  }

  void verifyBlobs(const SchemaTable& table, RecordNumber number, const RecordView& record) {
    const std::span<const Column> columns = record.layout().columns();
    for (std::size_t slot = 0; slot < columns.size(); ++slot) {
      const Field field = record.fieldAt(static_cast<int>(slot));
      if (!field.external) continue;
      const auto name = [&] { return fmt::format("{}, record {}", table.columnName(columns[slot].id), number); };
      const std::optional<BlobRef> ref = BlobRef::decode(field.bytes);
      if (!ref) {
        problem(fmt::format("Column {}: its reference to a blob file is damaged", name()));
        continue;
      }
      if (!checkedBlobs_.insert(ref->digest).second) continue;
      ++report_.blobs;
      if (const Result<> checked = blobs_.check(*ref); !checked) {
        problem(fmt::format("Column {}: {}", name(), checked.error().message()));
      }
    }
  }

  void verifyKeys(const SchemaTable& table, std::size_t position, MDB_cursor* cursor, RecordNumber number,
                  const RecordView& record) {
    const SchemaIndex& index = table.indexes[position];
    if (!collectKeys(index.kind, index.type, record.field(index.column), collation_, blobs_, keys_)) return;
    expected_[position] += keys_.size();
    for (std::size_t k = 0; k < keys_.size(); ++k) {
      MDB_val key = lmdb::toVal(keys_[k]), value = lmdb::toVal(number);
      if (lmdb::get(cursor, key, value, MDB_GET_BOTH)) continue;
      problem(fmt::format("Index on {}: record {} is missing (key {})", table.columnName(index.column), number,
                          toHex(keys_[k])));
    }
  }

  void verifyIndex(const lmdb::Transaction& transaction, const SchemaTable& table, std::size_t position) {
    const SchemaIndex& index = table.indexes[position];
    if (!index.ready) {
      if (!table.hidden) problem(fmt::format("Index on {}: it is not complete", table.columnName(index.column)));
      return;
    }
    const std::uint64_t entries = transaction.statistics(index.database).ms_entries;
    report_.indexEntries += entries;
    if (entries != expected_[position]) {
      problem(fmt::format("Index on {}: it has {} entries and should have {}", table.columnName(index.column), entries,
                          expected_[position]));
      findSurplus(transaction, table, index);
    }
    if (index.unique) findDuplicates(transaction, table, index);
  }

  void findSurplus(const lmdb::Transaction& transaction, const SchemaTable& table, const SchemaIndex& index) {
    const lmdb::Cursor cursor = transaction.cursor(index.database);
    MDB_val key{}, value{};
    for (bool found = lmdb::get(cursor.get(), key, value, MDB_FIRST); found;
         found = lmdb::get(cursor.get(), key, value, MDB_NEXT)) {
      const RecordNumber number = lmdb::toNumber(value);
      if (yields(transaction, table, index, number, lmdb::toView(key))) continue;
      problem(fmt::format("Index on {}: it says that record {} has the key {}, which is not so",
                          table.columnName(index.column), number, toHex(lmdb::toView(key))));
      if (report_.problems.size() >= mostProblems) return;
    }
  }

  bool yields(const lmdb::Transaction& transaction, const SchemaTable& table, const SchemaIndex& index,
              RecordNumber number, std::string_view key) {
    const std::optional<std::string_view> bytes = transaction.get(table.records, number);
    const RecordView record = bytes ? RecordView(*bytes, *table.layouts) : RecordView();
    if (!record) return false;
    if (!collectKeys(index.kind, index.type, record.field(index.column), collation_, blobs_, keys_)) return true;
    for (std::size_t k = 0; k < keys_.size(); ++k) {
      if (keys_[k] == key) return true;
    }
    return false;
  }

  void findDuplicates(const lmdb::Transaction& transaction, const SchemaTable& table, const SchemaIndex& index) {
    const lmdb::Cursor cursor = transaction.cursor(index.database);
    MDB_val key{}, value{};
    for (bool found = lmdb::get(cursor.get(), key, value, MDB_FIRST); found;
         found = lmdb::get(cursor.get(), key, value, MDB_NEXT_NODUP)) {
      std::size_t count = 0;
      lmdb::check(mdb_cursor_count(cursor.get(), &count), "reading an index");
      const std::string_view bytes = lmdb::toView(key);
      if (count < 2 || bytes == std::string_view("\0", 1)) continue;
      std::set<std::string> values;  // records may share a key that was cut
      do {
        const RecordNumber number = lmdb::toNumber(value);
        if (values.insert(wholeKey(transaction, table, index, number)).second) continue;
        problem(fmt::format("Column {} is unique, but the value of record {} occurs twice",
                            table.columnName(index.column), number));
      } while (lmdb::get(cursor.get(), key, value, MDB_NEXT_DUP));
    }
  }

  std::string wholeKey(const lmdb::Transaction& transaction, const SchemaTable& table, const SchemaIndex& index,
                       RecordNumber number) {
    const std::optional<std::string_view> bytes = transaction.get(table.records, number);
    const RecordView record = bytes ? RecordView(*bytes, *table.layouts) : RecordView();
    if (!record) return fmt::format("#{}", number);  // named as a problem of the index
    const Result<Value> value = loadField(record.field(index.column), index.type, blobs_);
    if (!value) return fmt::format("#{}", number);
    return value->isText() ? collation_.key(value->asText()) : indexKey(index.type, *value, collation_).bytes;
  }

  MDB_env* environment_;
  const Schema& schema_;
  const Collation& collation_;
  const BlobStore& blobs_;
  const Counters& counters_;
  std::function<bool(TableId, ColumnId)> isLowered_;
  const std::function<void(std::uint64_t, std::uint64_t)>& progress_;
  VerifyReport report_;
  std::uint64_t total_ = 0;
  std::vector<std::uint64_t> expected_;           // entries of each index of the table
  std::map<ColumnId, std::int64_t> highest_;      // values in use of the table's sequence columns
  std::unordered_set<std::string> checkedBlobs_;  // digests
  std::vector<ColumnId> sequences_;
  KeyList keys_;
};

}  // namespace

VerifyReport EmbeddedStore::verify(const std::function<void(std::uint64_t, std::uint64_t)>& progress) const {
  const std::shared_ptr<const Schema> current = schema();
  const auto isLowered = [this](TableId table, ColumnId column) {
    return property(loweredSequence(table, column)).has_value();
  };
  return Verification(environment_.get(), *current, *collation_, blobs_, counters_, isLowered, progress).run();
}

}  // namespace qodly::storage
