#include "storage/read_scope.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error_codes.h"

namespace qodly::storage {

Reader::Reader(MDB_env* environment) : environment_(environment) {
  lmdb::check(mdb_txn_begin(environment, nullptr, MDB_RDONLY, &transaction_), "starting to read");
}

Reader::~Reader() {
  for (const Slot& slot : slots_) mdb_cursor_close(slot.cursor);
  mdb_txn_abort(transaction_);
}

void Reader::refresh() {
  if (isCurrent()) return;
  reset();
  lmdb::check(mdb_txn_renew(transaction_), "starting to read");
  live_ = true;
  ++use_;
}

void Reader::reset() {
  if (std::exchange(live_, false)) mdb_txn_reset(transaction_);
}

bool Reader::isCurrent() const {
  if (!live_) return false;
  MDB_envinfo info{};
  return mdb_env_info(environment_, &info) == MDB_SUCCESS && info.me_last_txnid == mdb_txn_id(transaction_);
}

MDB_cursor* Reader::borrow(MDB_dbi database) {
  for (Slot& slot : slots_) {
    if (slot.busy || slot.database != database) continue;
    if (slot.use != use_) {
      lmdb::check(mdb_cursor_renew(transaction_, slot.cursor), "reading the data file");
      slot.use = use_;
    }
    slot.busy = true;
    return slot.cursor;
  }
  MDB_cursor* cursor = nullptr;
  lmdb::check(mdb_cursor_open(transaction_, database, &cursor), "reading the data file");
  slots_.push_back({database, cursor, use_, true});
  return cursor;
}

void Reader::giveBack(MDB_cursor* cursor) {
  constexpr std::size_t kept = 64;
  const auto slot = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.cursor == cursor; });
  slot->busy = false;
  if (slots_.size() <= kept) return;
  mdb_cursor_close(slot->cursor);
  slots_.erase(slot);
}

std::unique_ptr<Reader> ReaderPool::acquire() {
  std::unique_ptr<Reader> reader;
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    generation = generation_;
    if (!idle_.empty()) {
      reader = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (reader) {
    reader->refresh();
  } else {
    reader = std::make_unique<Reader>(environment_);
  }
  reader->generation_ = generation;
  return reader;
}

void ReaderPool::release(std::unique_ptr<Reader> reader) {
  // Looked at under the lock: a commit that is not seen here finds the reader among the idle ones.
  const std::lock_guard lock(mutex_);
  if (reader->generation_ != generation_ || !reader->isCurrent()) reader->reset();
  if (idle_.size() < kept) idle_.push_back(std::move(reader));
}

void ReaderPool::resetIdle() {
  const std::lock_guard lock(mutex_);
  ++generation_;
  for (const auto& reader : idle_) reader->reset();
}

namespace {

// A failure met while reading: logged, then thrown (store.h, StorageFailure).
[[noreturn]] void failRead(Error error) {
  spdlog::error("{}", error.text());
  throw StorageFailure(std::move(error));
}

void checkRead(int code) {
  if (code != MDB_SUCCESS) [[unlikely]]
    failRead(lmdb::errorFor(code, "reading the data file"));
}

bool move(MDB_cursor* cursor, MDB_val& key, MDB_val& value, MDB_cursor_op operation) {
  const int code = mdb_cursor_get(cursor, &key, &value, operation);
  if (code == MDB_NOTFOUND) return false;
  checkRead(code);
  return true;
}

class Borrowed {
 public:
  Borrowed(Reader& reader, MDB_dbi database) : reader_(reader), cursor_(reader.borrow(database)) {}
  ~Borrowed() { reader_.giveBack(cursor_); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  MDB_cursor* get() const { return cursor_; }

 private:
  Reader& reader_;
  MDB_cursor* cursor_;
};

// One index range walked key by key.
class RangeCursor {
 public:
  RangeCursor(MDB_cursor* cursor, const KeyRange& range) : cursor_(cursor), range_(range) {}

  bool first() { return (range_.from ? seekFrom() : move(cursor_, key_, value_, MDB_FIRST)) && isBeforeEnd(); }
  bool next() { return move(cursor_, key_, value_, MDB_NEXT_NODUP) && isBeforeEnd(); }
  // Last key of the range, positioned at its first record.
  bool last() {
    bool found = false;
    const std::optional<std::string> bound = upperBound();
    if (!bound) {
      found = toLastKey();
    } else {
      key_ = lmdb::toVal(*bound);
      const bool stop = !range_.prefix && range_.toInclusive;
      if (!move(cursor_, key_, value_, MDB_SET_RANGE)) {
        found = toLastKey();
      } else if (stop && lmdb::toView(key_) == *bound) {
        found = true;
      } else {
        found = move(cursor_, key_, value_, MDB_PREV_NODUP);
      }
    }
    return found && toFirstRecord();
  }
  bool previous() { return move(cursor_, key_, value_, MDB_PREV_NODUP) && toFirstRecord(); }

  bool nextRecord() {
    MDB_val ignored{};
    return move(cursor_, ignored, value_, MDB_NEXT_DUP);
  }
  std::string_view key() const { return lmdb::toView(key_); }
  RecordNumber record() const { return lmdb::toNumber(value_); }
  const MDB_val& value() const { return value_; }
  MDB_cursor* cursor() const { return cursor_; }
  std::uint64_t records() const {
    std::size_t count = 0;
    checkRead(mdb_cursor_count(cursor_, &count));
    return count;
  }

 private:
  bool seekFrom() {
    if (range_.prefix || range_.fromInclusive) {
      key_ = lmdb::toVal(*range_.from);
      return move(cursor_, key_, value_, MDB_SET_RANGE);
    }
    // Straight to the next possible key: stepping over a key with several records (MDB_NEXT_NODUP) would leave the
    // cursor over its records behind, and MDB_GET_MULTIPLE would give those again.
    const std::string beyond = *range_.from + '\0';
    key_ = lmdb::toVal(beyond);
    return move(cursor_, key_, value_, MDB_SET_RANGE);
  }
  bool isBeforeEnd() const {
    if (range_.prefix) return key().starts_with(*range_.from);
    if (!range_.to) return true;
    const int order = key().compare(*range_.to);
    return order < 0 || (order == 0 && range_.toInclusive);
  }
  bool isAfterBegin() const {
    if (!range_.from) return true;
    if (range_.prefix) return key().starts_with(*range_.from);
    const int order = key().compare(*range_.from);
    return order > 0 || (order == 0 && range_.fromInclusive);
  }
  // Smallest key beyond a prefix, or the upper bound itself; absent when the range is open above.
  std::optional<std::string> upperBound() const {
    if (!range_.prefix) return range_.to;
    std::string bound = *range_.from;
    while (!bound.empty() && static_cast<unsigned char>(bound.back()) == 0xFF) bound.pop_back();
    if (bound.empty()) return std::nullopt;
    bound.back() = static_cast<char>(static_cast<unsigned char>(bound.back()) + 1);
    return bound;
  }
  // MDB_LAST alone leaves the cursor marked as being at the end, also after MDB_FIRST_DUP.
  bool toLastKey() { return move(cursor_, key_, value_, MDB_LAST) && move(cursor_, key_, value_, MDB_SET_KEY); }
  bool toFirstRecord() {
    if (!isAfterBegin()) return false;
    MDB_val ignored{};
    return move(cursor_, ignored, value_, MDB_FIRST_DUP);
  }

  MDB_cursor* cursor_;
  const KeyRange& range_;
  MDB_val key_{}, value_{};
};

class Scope final : public ReadScope {
 public:
  Scope(ReaderPool& pool, std::unique_ptr<Reader> reader, std::shared_ptr<const Schema> schema)
      : pool_(pool), reader_(std::move(reader)), schema_(std::move(schema)) {}
  ~Scope() override {
    if (recordCursor_ != nullptr) reader_->giveBack(recordCursor_);
    pool_.release(std::move(reader_));
  }

  std::uint64_t snapshot() const override { return mdb_txn_id(reader_->transaction()); }

  RecordView record(TableId table, RecordNumber number) const override {
    const SchemaTable* found = schema_->table(table);
    if (found == nullptr) return {};
    if (found != recordTable_) useRecordCursor(*found);
    MDB_val key = lmdb::toVal(number), value{};
    if (!move(recordCursor_, key, value, MDB_SET)) return {};
    return {lmdb::toView(value), *found->layouts};
  }

  std::uint64_t count(TableId table) const override {
    const SchemaTable* found = schema_->table(table);
    return found == nullptr ? 0 : statistics(found->records).ms_entries;
  }

  RecordNumber end(TableId table) const override {
    const SchemaTable* found = schema_->table(table);
    if (found == nullptr) return 0;
    const Borrowed cursor(*reader_, found->records);
    MDB_val key{}, value{};
    return move(cursor.get(), key, value, MDB_LAST) ? lmdb::toNumber(key) + 1 : 0;
  }

  void scan(TableId table, RecordNumber from, RecordNumber to,
            const std::function<bool(RecordNumber, const RecordView&)>& visit) const override {
    const SchemaTable* found = schema_->table(table);
    if (found == nullptr || from >= to) return;
    const Borrowed cursor(*reader_, found->records);
    MDB_val key = lmdb::toVal(from), value{};
    bool more = move(cursor.get(), key, value, MDB_SET_RANGE);
    while (more) {
      const RecordNumber number = lmdb::toNumber(key);
      if (number >= to || !visit(number, RecordView(lmdb::toView(value), *found->layouts))) return;
      more = move(cursor.get(), key, value, MDB_NEXT);
    }
  }

  RecordNumber findIndex(TableId table, ColumnId column, IndexKind kind, std::string_view key) const override {
    const Borrowed cursor(*reader_, indexDatabase(table, column, kind));
    MDB_val wanted = lmdb::toVal(key), value{};
    return move(cursor.get(), wanted, value, MDB_SET) ? lmdb::toNumber(value) : noRecord;
  }

  void scanIndex(TableId table, ColumnId column, IndexKind kind, const KeyRange& range, bool descending,
                 const std::function<bool(std::string_view, RecordNumber)>& visit) const override {
    const Borrowed borrowed(*reader_, indexDatabase(table, column, kind));
    RangeCursor cursor(borrowed.get(), range);
    bool more = descending ? cursor.last() : cursor.first();
    while (more) {
      do {
        if (!visit(cursor.key(), cursor.record())) return;
      } while (cursor.nextRecord());
      more = descending ? cursor.previous() : cursor.next();
    }
  }

  void scanIndexRuns(TableId table, ColumnId column, IndexKind kind, const KeyRange& range,
                     const std::function<bool(std::string_view, std::span<const RecordNumber>)>& visit) const override {
    const Borrowed borrowed(*reader_, indexDatabase(table, column, kind));
    RangeCursor cursor(borrowed.get(), range);
    std::vector<RecordNumber> run;  // LMDB aligns to 2 bytes only
    for (bool more = cursor.first(); more; more = cursor.next()) {
      MDB_val key{}, page = cursor.value();
      bool morePages = move(cursor.cursor(), key, page, MDB_GET_MULTIPLE);
      while (morePages) {
        run.resize(page.mv_size / sizeof(RecordNumber));
        std::memcpy(run.data(), page.mv_data, run.size() * sizeof(RecordNumber));
        if (!visit(cursor.key(), run)) return;
        morePages = move(cursor.cursor(), key, page, MDB_NEXT_MULTIPLE);
      }
    }
  }

  std::uint64_t countIndex(TableId table, ColumnId column, IndexKind kind, const KeyRange& range,
                           std::uint64_t limit) const override {
    const MDB_dbi database = indexDatabase(table, column, kind);
    if (!range.from && !range.to) return statistics(database).ms_entries;
    const Borrowed borrowed(*reader_, database);
    RangeCursor cursor(borrowed.get(), range);
    std::uint64_t count = 0;
    for (bool more = cursor.first(); more && count < limit; more = cursor.next()) count += cursor.records();
    return count;
  }

 private:
  void useRecordCursor(const SchemaTable& table) const {
    if (recordCursor_ != nullptr) reader_->giveBack(std::exchange(recordCursor_, nullptr));
    recordTable_ = nullptr;
    recordCursor_ = reader_->borrow(table.records);
    recordTable_ = &table;
  }

  MDB_stat statistics(MDB_dbi database) const {
    MDB_stat result{};
    checkRead(mdb_stat(reader_->transaction(), database, &result));
    return result;
  }

  MDB_dbi indexDatabase(TableId table, ColumnId column, IndexKind kind) const {
    const SchemaTable* found = schema_->table(table);
    const int index = found == nullptr ? -1 : found->index(column, kind);
    if (index < 0) {
      failRead(Error(code::inputOutput, "dbmg",
                     fmt::format("Column {} of table {} has no such index any more; try again", column, table)));
    }
    return found->indexes[static_cast<std::size_t>(index)].database;
  }

  ReaderPool& pool_;
  std::unique_ptr<Reader> reader_;
  std::shared_ptr<const Schema> schema_;
  mutable const SchemaTable* recordTable_ = nullptr;  // whose records recordCursor_ walks
  mutable MDB_cursor* recordCursor_ = nullptr;
};

}  // namespace

std::unique_ptr<ReadScope> makeReadScope(ReaderPool& pool, std::unique_ptr<Reader> reader,
                                         std::shared_ptr<const Schema> schema) {
  return std::make_unique<Scope>(pool, std::move(reader), std::move(schema));
}

}  // namespace qodly::storage
