// An index is built by sorting: the keys of many records are gathered in memory, sorted, and put in key order, which
// appends to an empty index and walks a filled one once. Memory is bounded: a large table takes several rounds.
#include "storage/index_build.h"

#include <future>

#include <fmt/format.h>

#include "storage/index_key.h"

namespace qodly::storage {

namespace {

constexpr std::size_t roundBytes = std::size_t{512} << 20;
constexpr std::uint64_t progressEvery = 10'000;

class IndexBuild {
 public:
  IndexBuild(MDB_env* environment, const SchemaTable& table, const std::vector<const SchemaIndex*>& indexes,
             const StoreServices& services, const Progress& progress)
      : environment_(environment), table_(table), indexes_(indexes), services_(services), progress_(progress) {}

  void run() {
    empty();
    std::int64_t from = 0;
    while (from >= 0) {
      from = gather(static_cast<RecordNumber>(from));
      put();
    }
    report(total_);
  }

 private:
  void empty() {
    lmdb::Transaction transaction(environment_, false);
    total_ = transaction.statistics(table_.records).ms_entries;
    for (const SchemaIndex* index : indexes_) {
      lmdb::check(mdb_drop(transaction.handle(), index->database, 0), "emptying an index");
    }
    transaction.commit();
  }

  // Gathers keys of records from `from` on until memory is used up; returns where to go on, -1 at the end.
  std::int64_t gather(RecordNumber from) {
    arena_ = {};
    runs_.assign(indexes_.size(), {});
    const lmdb::Transaction transaction(environment_, true);
    const lmdb::Cursor cursor = transaction.cursor(table_.records);
    MDB_val key = lmdb::toVal(from), value{};
    for (bool found = lmdb::get(cursor.get(), key, value, MDB_SET_RANGE); found;
         found = lmdb::get(cursor.get(), key, value, MDB_NEXT)) {
      const RecordNumber number = lmdb::toNumber(key);
      if (arena_.bytes() > roundBytes) return number;
      const RecordView record(lmdb::toView(value), *table_.layouts);
      if (record) addKeys(number, record);
      if (++done_ % progressEvery == 0) report(done_);
    }
    return -1;
  }

  void addKeys(RecordNumber number, const RecordView& record) {
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
      const SchemaIndex& index = *indexes_[i];
      // Unreadable external content leaves the record out of the index; verify names it.
      if (!collectKeys(index.kind, index.type, record.field(index.column), services_.collation, services_.blobs,
                       keys_)) {
        continue;
      }
      for (std::size_t k = 0; k < keys_.size(); ++k) runs_[i].push_back(arena_.add(keys_[k], number, keys_.exact(k)));
    }
  }

  void put() {
    std::vector<std::future<void>> sorting;
    for (IndexOperations& run : runs_) {
      sorting.push_back(std::async(std::launch::async, [&run] { sortOperations(run); }));
    }
    for (std::future<void>& one : sorting) one.get();
    lmdb::Transaction transaction(environment_, false);
    for (std::size_t i = 0; i < indexes_.size(); ++i) applyOperations(transaction, indexes_[i]->database, runs_[i]);
    transaction.commit();
  }

  void report(std::uint64_t done) {
    if (progress_) progress_(done, total_, fmt::format("Building the indexes of {}", table_.name));
  }

  MDB_env* environment_;
  const SchemaTable& table_;
  const std::vector<const SchemaIndex*>& indexes_;
  const StoreServices& services_;
  const Progress& progress_;
  std::uint64_t done_ = 0, total_ = 0;
  KeyArena arena_;
  std::vector<IndexOperations> runs_;
  KeyList keys_;
};

}  // namespace

void buildIndexes(MDB_env* environment, const SchemaTable& table, const std::vector<const SchemaIndex*>& indexes,
                  const StoreServices& services, const Progress& progress) {
  if (!indexes.empty()) IndexBuild(environment, table, indexes, services, progress).run();
}

}  // namespace qodly::storage
