// Bulk loads: the indexes of a table rest while very many records come in, and are built by sorting at the end.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error_codes.h"
#include "storage/embedded_store.h"

namespace qodly::storage {

namespace {

// Below these the gain would not be worth the rebuilding.
constexpr std::uint64_t fewestRecords = 50'000;
constexpr std::uint64_t largestShareHeld = 4;  // the table may hold so many times the records expected

}  // namespace

class TableLoad final : public BulkLoad {
 public:
  TableLoad(EmbeddedStore& store, TableId table) : store_(store), table_(table) {}
  ~TableLoad() override {
    if (const Result<> finished = finish({}); !finished) spdlog::error("{}", finished.error().text());
  }

  Result<> finish(const Progress& progress) override {
    if (std::exchange(finished_, true)) return {};
    return store_.endLoad(table_, progress);
  }

 private:
  EmbeddedStore& store_;
  TableId table_;
  bool finished_ = false;
};

std::unique_ptr<BulkLoad> EmbeddedStore::bulkLoad(TableId table, std::uint64_t expectedRecords) {
  const std::uint64_t held = statistics(table).records;
  const bool worthwhile = expectedRecords >= fewestRecords && held <= expectedRecords * largestShareHeld;
  beginLoad(table, worthwhile);
  return std::make_unique<TableLoad>(*this, table);
}

void EmbeddedStore::beginLoad(TableId table, bool worthwhile) {
  const std::lock_guard lock(writing_);
  ++loads_[table];
  if (!worthwhile || !queue_) return;
  try {
    restIndexes(table);
  } catch (const StorageFailure& failure) {
    spdlog::warn("The indexes stay in use during a load: {}", failure.error().text());
  }
}

void EmbeddedStore::restIndexes(TableId table) {
  Catalogue resting = catalogue_;
  const auto place = resting.tables.find(table);
  if (place == resting.tables.end()) return;
  bool any = false;
  for (StoredIndex& index : place->second.indexes) {
    const bool unique = index.kind == IndexKind::ordered && place->second.column(index.column)->unique;
    if (unique || index.state != StoredIndex::State::ready) continue;
    index.state = StoredIndex::State::building;
    any = true;
  }
  if (any) writeTables(std::move(resting));
}

Result<> EmbeddedStore::endLoad(TableId table, const Progress& progress) {
  const std::lock_guard lock(writing_);
  if (--loads_[table] > 0) return {};
  loads_.erase(table);
  if (!queue_) return {};
  try {
    buildMissingIndexes(progress);
    return {};
  } catch (const StorageFailure& failure) {
    return std::unexpected(failure.error());
  } catch (const std::exception& failure) {
    return std::unexpected(
        Error(code::inputOutput, "dbmg", fmt::format("Cannot build the indexes: {}", failure.what())));
  }
}

}  // namespace qodly::storage
