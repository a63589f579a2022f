// The embedded store: tables of records and their indexes in one memory-mapped file (LMDB), blob files beside it, and
// one commit queue. Knows columns, not attributes: engine/embedded maps the model onto it.
//
// Files in the data folder:  data.qodly (LMDB), data.qodly-lock, blobs/
//
// Thread-safety: Store is thread-safe. A ReadScope belongs to one thread and must not live across a point where the
// thread may park or wait (no read transaction outlives one operation: design 3).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/collation.h"
#include "base/error.h"
#include "storage/blob_store.h"
#include "storage/change_set.h"
#include "storage/layout.h"
#include "storage/record.h"
#include "storage/types.h"

namespace qodly::storage {

using IndexId = std::uint32_t;  // stable number of an index in one data file

enum class IndexKind : std::uint8_t { ordered, keywords, objectPaths };

struct ColumnDefinition {
  std::string uuid;  // identity: the column's data follows it
  std::string name;  // for messages and `info`
  ColumnType type = ColumnType::text;
  bool unique = false;
};

struct IndexDefinition {
  std::string columnUuid;
  IndexKind kind = IndexKind::ordered;
};

struct TableDefinition {
  std::string uuid;
  std::string name;
  std::vector<ColumnDefinition> columns;
  std::vector<IndexDefinition> indexes;
};

// What defineTables resolved, in the order of the definitions.
struct TableBinding {
  TableId table = 0;
  std::vector<ColumnId> columns;
};

// Order-preserving key of one value under an index (index_key.cpp draws the forms). Null is the smallest key.
// Text keys are cut at the store's limit: `exact` is false then and an entry must be verified against the record.
struct IndexKey {
  std::string bytes;
  bool exact = true;
};
// Text forms end without a terminator, so that all texts beginning with a text have keys beginning with its key.
IndexKey indexKey(ColumnType type, const Value& value, const Collation& collation);

// Key of a word under a keyword index; `wordKey` as base/collation.h gives it (WordPattern::key, wordKeys). A prefix
// range finds the words beginning with it.
IndexKey keywordKey(std::string_view wordKey);

// Key of a scalar at a path of an object index: property names joined by '.', `[]` after the name of a collection whose
// elements are meant ("gear.sails[].kind"). A prefix range over objectPathPrefix(path) finds every entry of the path.
IndexKey objectPathKey(std::string_view path, const Value& scalar, const Collation& collation);
std::string objectPathPrefix(std::string_view path);

// Thrown by Store::read() and the functions of ReadScope (which have no place for an error) when the data file cannot
// be read: a damaged page, an error of the device, too many readers. It has been logged. Every other function of the
// store returns errors.
class StorageFailure : public std::runtime_error {
 public:
  explicit StorageFailure(Error error) : std::runtime_error(error.message()), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

// Bounds of an index range on encoded keys; absent = open. Bounds select whole keys.
struct KeyRange {
  std::optional<std::string> from;
  bool fromInclusive = true;
  std::optional<std::string> to;
  bool toInclusive = true;
  bool prefix = false;  // true: all keys that start with `from`
};

struct StoreOptions {
  std::filesystem::path folder;
  std::string collationLocale = "en";
  std::uint64_t mapSize = std::uint64_t{1} << 40;
  bool readOnly = false;
  std::uint32_t layoutsBeforeRewrite = 50'000;  // a table with more of them has its records rewritten when opened
  bool durable = true;                          // false: no fsync; for tests and throw-away imports only
};

struct TableStatistics {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
};

class ReadScope;

struct VerifyReport {
  std::uint64_t records = 0, indexEntries = 0, blobs = 0;
  std::vector<std::string> problems;  // each names table, record, column or index; empty = sound
};

using Progress = std::function<void(std::uint64_t done, std::uint64_t total, std::string_view what)>;

// A load under way (Store::bulkLoad). Its destruction finishes it too, and logs what fails then. The store must outlive
// it.
class BulkLoad {
 public:
  virtual ~BulkLoad() = default;
  // Brings the indexes back; commits wait meanwhile. Nothing happens the second time.
  virtual Result<> finish(const Progress& progress = {}) = 0;
};

class Store {
 public:
  // Opens or creates. Errors: dataFileInUse (names the process that holds it: pid, command, since when), dataFileTooNew
  // (file's and program's format version), dataFileDamaged, inputOutput.
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options);
  virtual ~Store() = default;

  // Reconciles the stored tables with the wanted ones by uuid: adds, renames, retypes, drops columns and tables by
  // adding layouts (records stay as they are), and builds new indexes. Dropped columns keep their data until the record
  // is next written; a table no longer wanted is kept and hidden, so that restoring it in the model restores the data.
  // Progress of index builds is reported through `progress(done, total, what)` when given.
  virtual Result<std::vector<TableBinding>> defineTables(const std::vector<TableDefinition>& tables,
                                                         const Progress& progress = {}) = 0;

  virtual std::unique_ptr<ReadScope> read() const = 0;

  // A fresh record number for an insert. Never waits.
  virtual RecordNumber reserve(TableId table) = 0;
  // Next value of the counter of (table, column); `raise` moves the counter up to at least a given value.
  virtual std::int64_t nextSequence(TableId table, ColumnId column) = 0;
  virtual void raiseSequence(TableId table, ColumnId column, std::int64_t atLeast) = 0;

  using Outcome = std::expected<void, CommitFailure>;
  // Hands the set to the commit queue; `done` is called exactly once from the commit thread, after the group holding
  // the set is durable (or refused). The set's checks (stamps, existence, uniqueness, absences) run inside the queue.
  virtual void submit(ChangeSet changes, std::function<void(Outcome)> done) = 0;
  // Several sets in flight share one flush to the disk and one pass over each index: who writes much does well to
  // submit the next sets before the first is done. submit() waits while very much is queued, except on a fiber.
  // commit(): submit, then wait (parks a fiber, blocks a thread).
  Outcome commit(ChangeSet changes);

  // Announces that about `expectedRecords` are going to be inserted into the table, by ordinary change sets. When that
  // is much compared with what the table holds, its indexes other than those of unique columns rest until the load is
  // finished and are then built by sorting, which is many times faster than keeping them up to date in between. While
  // they rest hasIndex() is false and queries go through the records; a crash leaves them to be built by the next
  // defineTables. Loads of one table may overlap: its indexes rest until the last is finished.
  virtual std::unique_ptr<BulkLoad> bulkLoad(TableId table, std::uint64_t expectedRecords) = 0;

  virtual std::shared_ptr<const LayoutSet> layouts(TableId table) const = 0;
  virtual TableStatistics statistics(TableId table) const = 0;
  virtual BlobStore& blobs() = 0;
  virtual const BlobStore& blobs() const = 0;
  virtual const Collation& collation() const = 0;
  virtual bool hasIndex(TableId table, ColumnId column, IndexKind kind) const = 0;

  // Small named values of the layers above (settings, change-tracking stamp...), written with the next commit group.
  virtual std::optional<std::string> property(std::string_view name) const = 0;
  virtual Result<> setProperty(std::string_view name, std::string_view value) = 0;

  // Walks every record, index entry and blob and proves that they agree. Runs on a live store.
  virtual VerifyReport verify(const std::function<void(std::uint64_t, std::uint64_t)>& progress = {}) const = 0;
  // Removes blob files nothing refers to; returns how many.
  virtual Result<std::uint64_t> collectBlobs() = 0;
  virtual std::filesystem::path folder() const = 0;
};

// A consistent view of the committed state for one operation. Used by one thread at a time; it may be handed over (a
// parallel pass opens several scopes of one snapshot and gives one to each worker).
class ReadScope {
 public:
  virtual ~ReadScope() = default;

  // Number of the committed state that is seen: scopes with the same number see the same data.
  virtual std::uint64_t snapshot() const = 0;

  virtual RecordView record(TableId table, RecordNumber number) const = 0;  // false view when absent
  virtual std::uint64_t count(TableId table) const = 0;
  virtual RecordNumber end(TableId table) const = 0;  // one past the highest number in use

  // Visits records in number order in [from, to); stops when the visitor returns false.
  virtual void scan(TableId table, RecordNumber from, RecordNumber to,
                    const std::function<bool(RecordNumber, const RecordView&)>& visit) const = 0;

  // Lowest record number under one whole key, noRecord when there is none: the fast path of unique look-ups.
  virtual RecordNumber findIndex(TableId table, ColumnId column, IndexKind kind, std::string_view key) const = 0;

  // Visits index entries in key order (descending: reverse); for one key in record-number order. The key bytes are
  // those of indexKey. Stops when the visitor returns false. Index must exist (Store::hasIndex).
  virtual void scanIndex(TableId table, ColumnId column, IndexKind kind, const KeyRange& range, bool descending,
                         const std::function<bool(std::string_view key, RecordNumber)>& visit) const = 0;
  // Like scanIndex ascending, but hands the record numbers of each key in sorted runs: the fast way to fill a bitmap.
  virtual void scanIndexRuns(
      TableId table, ColumnId column, IndexKind kind, const KeyRange& range,
      const std::function<bool(std::string_view key, std::span<const RecordNumber>)>& visit) const = 0;
  // Number of entries in the range, exact up to `limit`, at least `limit` beyond it.
  virtual std::uint64_t countIndex(TableId table, ColumnId column, IndexKind kind, const KeyRange& range,
                                   std::uint64_t limit) const = 0;
};

}  // namespace qodly::storage
