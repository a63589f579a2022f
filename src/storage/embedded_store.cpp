#include "storage/embedded_store.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "storage/compact_layouts.h"
#include "storage/environment.h"
#include "storage/index_key.h"

namespace qodly::storage {

namespace {

// Changes when the collation gives other keys than it did when the indexes were made: another locale, another ICU.
std::string collationFingerprint(const Collation& collation) {
  constexpr char32_t samples[] = {0x20,  0x2D,  0x5F,   0x2028, 0x3B1,  0x3C9,  0x430,  0x44F,  0x5D0,  0x627,
                                  0x905, 0xE01, 0x1100, 0x3042, 0x30A2, 0x4E00, 0x9FA5, 0xAC00, 0x1E9E, 0x1F600};
  std::string text;
  for (char32_t point = 1; point < 0x250; ++point) appendCodePoint(point, text);
  for (const char32_t point : samples) appendCodePoint(point, text);
  return toHex(crypto::sha256(collation.key(text)));
}

}  // namespace

EmbeddedStore::EmbeddedStore(const StoreOptions& options, File lock, lmdb::Environment environment)
    : options_(options),
      lock_(std::move(lock)),
      environment_(std::move(environment)),
      collation_(Collation::forLocale(options.collationLocale)),
      blobs_(options.folder / "blobs"),
      readers_(environment_.get()) {}

EmbeddedStore::~EmbeddedStore() {
  if (queue_ && counters_.changed()) queue_->wake();  // sequence values given out since the last commit
  queue_.reset();
}

void EmbeddedStore::start() {
  int dead = 0;
  if (!options_.readOnly) mdb_reader_check(environment_.get(), &dead);
  lmdb::Transaction transaction(environment_.get(), options_.readOnly);
  const std::optional<MDB_dbi> meta = transaction.database("meta", options_.readOnly ? 0u : MDB_CREATE);
  if (!meta) {
    throw StorageFailure(Error(code::dataFileDamaged, "dbmg",
                               fmt::format("{} has no data of this program", dataFileOf(options_.folder).string())));
  }
  meta_ = *meta;
  const std::lock_guard lock(writing_);
  const bool fresh = !options_.readOnly && transaction.statistics(meta_).ms_entries == 0;
  if (fresh) {
    createCatalogue(transaction);
  } else {
    openCatalogue(transaction);
  }
  auto schema = std::make_shared<const Schema>(catalogue_, transaction, false);
  counters_.load(transaction, meta_);
  for (const auto& table : schema->tables) {
    if (!table) continue;
    const lmdb::Cursor cursor = transaction.cursor(table->records);
    MDB_val key{}, value{};
    if (lmdb::get(cursor.get(), key, value, MDB_LAST))
      counters_.raiseRecords(table->id, lmdb::toNumber(key) + std::int64_t{1});
  }
  properties_ = readProperties(transaction, meta_);
  transaction.commit();
  publish(std::move(schema));
  if (!options_.readOnly) {
    queue_ = std::make_unique<CommitQueue>([this](CommitQueue::Group group) { commitGroup(std::move(group)); });
  }
}

void EmbeddedStore::createCatalogue(lmdb::Transaction& transaction) {
  // The file may hold another program's LMDB data; then it is not ours to fill.
  MDB_dbi main = 0;
  lmdb::check(mdb_dbi_open(transaction.handle(), nullptr, 0, &main), "opening the data file");
  if (transaction.statistics(main).ms_entries > 1) {
    throw StorageFailure(
        Error(code::dataFileDamaged, "dbmg",
              fmt::format("{} is not a data file of this program", dataFileOf(options_.folder).string())));
  }
  catalogue_.collationLocale = collation_->locale();
  catalogue_.collationFingerprint = collationFingerprint(*collation_);
  writeCatalogue(transaction, meta_, catalogue_);
}

void EmbeddedStore::openCatalogue(lmdb::Transaction& transaction) {
  checkFormat(transaction, meta_, dataFileOf(options_.folder));
  catalogue_ = readCatalogue(transaction, meta_);
  const std::string fingerprint = collationFingerprint(*collation_);
  const bool otherCollation = fingerprint != catalogue_.collationFingerprint;
  if (otherCollation) {
    // Indexes whose keys would be different are built anew by defineTables; until then they are not used.
    for (auto& [id, table] : catalogue_.tables) {
      for (StoredIndex& index : table.indexes) {
        const StoredColumn* column = table.column(index.column);
        if (index.state == StoredIndex::State::ready && dependsOnCollation(index.kind, column->type)) {
          index.state = StoredIndex::State::building;
        }
      }
    }
    catalogue_.collationLocale = collation_->locale();
    catalogue_.collationFingerprint = fingerprint;
  }
  if (options_.readOnly) return;
  deleteObsoleteIndexes(transaction);
  bool changed = otherCollation;
  for (auto& [id, table] : catalogue_.tables) {
    if (table.layouts.size() <= options_.layoutsBeforeRewrite) continue;
    compactLayouts(transaction, table);
    changed = true;
  }
  if (changed) writeCatalogue(transaction, meta_, catalogue_);
}

void EmbeddedStore::deleteObsoleteIndexes(lmdb::Transaction& transaction) {
  bool any = false;
  for (auto& [id, table] : catalogue_.tables) {
    std::erase_if(table.indexes, [&](const StoredIndex& index) {
      if (index.state != StoredIndex::State::obsolete) return false;
      if (const auto database = transaction.database(indexDatabaseName(index.id), indexDatabaseFlags)) {
        lmdb::check(mdb_drop(transaction.handle(), *database, 1), "deleting an index");
      }
      any = true;
      return true;
    });
  }
  if (any) writeCatalogue(transaction, meta_, catalogue_);
}

void EmbeddedStore::publish(std::shared_ptr<const Schema> schema) {
  readers_.resetIdle();
  schema_.store(std::move(schema));
  schemaVersion_.fetch_add(1);
}

std::unique_ptr<ReadScope> EmbeddedStore::read() const {
  for (;;) {
    // The transaction must not see tables the schema does not know, nor the other way round: when the schema changed
    // between, try again.
    const std::uint64_t version = schemaVersion_.load();
    std::shared_ptr<const Schema> current = schema();
    std::unique_ptr<Reader> reader = readers_.acquire();
    if (schemaVersion_.load() == version) return makeReadScope(readers_, std::move(reader), std::move(current));
    readers_.release(std::move(reader));
  }
}

RecordNumber EmbeddedStore::reserve(TableId table) { return counters_.reserve(table); }

std::int64_t EmbeddedStore::nextSequence(TableId table, ColumnId column) {
  return counters_.nextSequence(table, column);
}

void EmbeddedStore::raiseSequence(TableId table, ColumnId column, std::int64_t atLeast) {
  counters_.raiseSequence(table, column, atLeast);
}

void EmbeddedStore::setSequence(TableId table, ColumnId column, std::int64_t last) {
  if (last < counters_.value(table, column)) (void)setProperty(loweredSequence(table, column), "1");
  counters_.setSequence(table, column, last);
  if (queue_) queue_->wake();
}

std::int64_t EmbeddedStore::lastSequence(TableId table, ColumnId column) const {
  return counters_.value(table, column);
}

std::shared_ptr<const LayoutSet> EmbeddedStore::layouts(TableId table) const {
  const std::shared_ptr<const Schema> current = schema();
  const SchemaTable* found = current->table(table);
  return found == nullptr ? nullptr : found->layouts;
}

TableStatistics EmbeddedStore::statistics(TableId table) const {
  const std::shared_ptr<const Schema> current = schema();
  const SchemaTable* found = current->table(table);
  if (found == nullptr) return {};
  std::unique_ptr<Reader> reader = readers_.acquire();
  MDB_stat result{};
  const int code = mdb_stat(reader->transaction(), found->records, &result);
  readers_.release(std::move(reader));
  if (code != MDB_SUCCESS) return {};
  const std::uint64_t pages = result.ms_branch_pages + result.ms_leaf_pages + result.ms_overflow_pages;
  return {result.ms_entries, pages * result.ms_psize};
}

bool EmbeddedStore::hasIndex(TableId table, ColumnId column, IndexKind kind) const {
  const std::shared_ptr<const Schema> current = schema();
  const SchemaTable* found = current->table(table);
  return found != nullptr && found->index(column, kind) >= 0;
}

std::optional<std::string> EmbeddedStore::property(std::string_view name) const {
  const std::shared_lock lock(propertiesMutex_);
  const auto place = properties_.find(name);
  return place == properties_.end() ? std::nullopt : std::optional(place->second);
}

Result<> EmbeddedStore::setProperty(std::string_view name, std::string_view value) {
  if (!queue_) return std::unexpected(Error(code::readOnly, "dbmg", "The data file is open for reading only"));
  constexpr std::size_t longestName = 400;  // key limit of the store
  if (name.empty() || name.size() > longestName) {
    return std::unexpected(
        Error(code::wrongArgument, "dbmg",
              fmt::format("The name of a property has 1 to {} bytes, not {}", longestName, name.size())));
  }
  {
    const std::unique_lock lock(propertiesMutex_);
    properties_.insert_or_assign(std::string(name), std::string(value));
    changedProperties_.emplace(name);
  }
  queue_->wake();
  return {};
}

void EmbeddedStore::submit(ChangeSet changes, std::function<void(Outcome)> done) {
  auto set = std::make_unique<PreparedSet>();
  set->changes = std::move(changes);
  set->done = std::move(done);
  if (!queue_) {
    settle(*set, std::unexpected(
                     storageFailure({}, Error(code::readOnly, "dbmg", "The data file is open for reading only"))));
    return;
  }
  prepare(*set, schema(), services());
  queue_->submit(std::move(set));
}

}  // namespace qodly::storage
