#include "storage/counters.h"

#include <mutex>

#include <fmt/format.h>

#include "base/text.h"
#include "storage/catalogue.h"

namespace qodly::storage {

namespace {

void raise(std::atomic<std::int64_t>& value, std::int64_t atLeast) {
  std::int64_t current = value.load(std::memory_order_relaxed);
  while (current < atLeast && !value.compare_exchange_weak(current, atLeast)) {
  }
}

using Key = std::pair<TableId, ColumnId>;

std::string nameOf(Key key) { return key.second == 0 ? nextRecordKey(key.first) : sequenceKey(key.first, key.second); }

std::optional<Key> keyOf(std::string_view name) {
  const std::vector<std::string_view> parts = split(name, '/');
  const auto number = [&](std::size_t part) {
    return static_cast<std::uint32_t>(parseInteger(parts[part]).value_or(0));
  };
  if (parts.size() == 2 && parts[0] == "next") return Key{number(1), 0};
  if (parts.size() == 3 && parts[0] == "sequence") return Key{number(1), number(2)};
  return std::nullopt;
}

}  // namespace

Counters::Counter& Counters::counter(Key key) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto place = counters_.find(key); place != counters_.end()) return *place->second;
  }
  const std::unique_lock lock(mutex_);
  std::unique_ptr<Counter>& place = counters_[key];
  if (!place) place = std::make_unique<Counter>();
  return *place;
}

RecordNumber Counters::reserve(TableId table) {
  std::atomic<std::int64_t>& value = counter({table, 0}).value;
  if (value.load(std::memory_order_relaxed) >= noRecord) return noRecord;
  return static_cast<RecordNumber>(value.fetch_add(1));
}

void Counters::raiseRecords(TableId table, std::int64_t atLeast) { raise(counter({table, 0}).value, atLeast); }

std::int64_t Counters::nextSequence(TableId table, ColumnId column) {
  return counter({table, column}).value.fetch_add(1) + 1;
}

void Counters::raiseSequence(TableId table, ColumnId column, std::int64_t atLeast) {
  raise(counter({table, column}).value, atLeast);
}

void Counters::setSequence(TableId table, ColumnId column, std::int64_t last) {
  counter({table, column}).value.store(last);
}

void Counters::load(const lmdb::Transaction& transaction, MDB_dbi meta) {
  const lmdb::Cursor cursor = transaction.cursor(meta);
  MDB_val key{}, value{};
  for (bool found = lmdb::get(cursor.get(), key, value, MDB_FIRST); found;
       found = lmdb::get(cursor.get(), key, value, MDB_NEXT)) {
    const std::string_view name = lmdb::toView(key);
    const std::optional<Key> parsed = keyOf(name);
    if (!parsed) continue;
    Counter& loaded = counter(*parsed);
    const std::int64_t number = readCounter(transaction, meta, name);
    raise(loaded.value, number);
    loaded.saved = loaded.written = number;
  }
}

bool Counters::write(lmdb::Transaction& transaction, MDB_dbi meta) {
  const std::shared_lock lock(mutex_);
  bool any = false;
  for (const auto& [key, counter] : counters_) {
    counter->written = counter->value.load();
    if (counter->written == counter->saved) continue;
    writeCounter(transaction, meta, nameOf(key), counter->written);
    any = true;
  }
  return any;
}

void Counters::persisted() {
  const std::shared_lock lock(mutex_);
  for (const auto& [key, counter] : counters_) counter->saved = counter->written;
}

bool Counters::changed() const {
  const std::shared_lock lock(mutex_);
  for (const auto& [key, counter] : counters_) {
    if (counter->value.load() != counter->saved) return true;
  }
  return false;
}

std::int64_t Counters::value(TableId table, ColumnId column) const {
  const std::shared_lock lock(mutex_);
  const auto place = counters_.find({table, column});
  return place == counters_.end() ? 0 : place->second->value.load();
}

std::vector<ColumnId> Counters::sequences(TableId table) const {
  const std::shared_lock lock(mutex_);
  std::vector<ColumnId> columns;
  for (auto place = counters_.lower_bound({table, 1}); place != counters_.end() && place->first.first == table;
       ++place) {
    columns.push_back(place->first.second);
  }
  return columns;
}

std::string loweredSequence(TableId table, ColumnId column) { return fmt::format("lowered/{}/{}", table, column); }

}  // namespace qodly::storage
