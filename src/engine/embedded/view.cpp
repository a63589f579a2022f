// The overlay of a table is gathered once an operation, on first use.
#include "engine/embedded/view.h"

#include <algorithm>

namespace qodly::engine {

const TableOverlay::Entry* TableOverlay::find(RecordNumber number) const {
  const auto found = std::ranges::lower_bound(entries, number, {}, &Entry::number);
  return found != entries.end() && found->number == number ? &*found : nullptr;
}

View::View(const storage::Store& store, std::shared_ptr<const Catalog> catalog, const orda::Overlay* overlay,
           Membership* membership)
    : store_(store),
      catalog_(std::move(catalog)),
      overlay_(overlay != nullptr && !overlay->empty() ? overlay : nullptr),
      membership_(membership),
      scope_(store.read()) {}

void View::enableWorkers(WorkerPool& pool) {
  if (pool.size() < 2) return;
  pool_ = &pool;
  bool same = false;
  while (!same) {  // a commit between two openings moves the snapshot on
    workers_.clear();
    scope_ = store_.read();
    same = true;
    for (unsigned slot = 0; same && slot < pool.size(); ++slot) {
      workers_.push_back(store_.read());
      same = workers_.back()->snapshot() == scope_->snapshot();
    }
  }
}

const TableOverlay& View::overlay(std::uint32_t dataClass) {
  const auto [found, isNew] = overlays_.try_emplace(dataClass);
  TableOverlay& table = found->second;
  if (!isNew || overlay_ == nullptr) return table;
  const ClassStorage& place = catalog_->of(dataClass);
  overlay_->forEach(place.table, [&](RecordNumber number, const storage::Change& change) {
    const bool removed = change.kind == storage::Change::Kind::remove;
    table.entries.push_back({number, removed ? RecordView() : RecordView(change.record, *place.layouts)});
    table.touched.add(number);
  });
  return table;
}

RecordView View::record(std::uint32_t dataClass, RecordNumber number) {
  if (overlay_ != nullptr) {
    if (const TableOverlay::Entry* entry = overlay(dataClass).find(number)) return entry->record;
  }
  return scope_->record(catalog_->of(dataClass).table, number);
}

std::uint64_t View::count(std::uint32_t dataClass) {
  const storage::TableId table = catalog_->of(dataClass).table;
  std::uint64_t count = scope_->count(table);
  if (overlay_ == nullptr) return count;
  for (const TableOverlay::Entry& entry : overlay(dataClass).entries) {
    const bool committed = static_cast<bool>(scope_->record(table, entry.number));
    if (entry.record && !committed) ++count;
    if (!entry.record && committed) --count;
  }
  return count;
}

RecordNumber View::end(std::uint32_t dataClass) {
  const RecordNumber committed = scope_->end(catalog_->of(dataClass).table);
  const TableOverlay& changes = overlay(dataClass);
  return changes.empty() ? committed : std::max(committed, changes.entries.back().number + 1);
}

Bitmap View::committed(storage::TableId table) {
  Bitmap numbers;
  const RecordNumber end = scope_->end(table);
  if (scope_->count(table) == end) {
    numbers.addRange(0, end);
    return numbers;
  }
  if (membership_ != nullptr) {
    if (const Membership::Members known = membership_->find(table, scope_->snapshot())) return *known;
  }
  constexpr std::size_t batchSize = 65536;
  std::vector<RecordNumber> batch;
  scope_->scan(table, 0, end, [&](RecordNumber number, const RecordView&) {
    batch.push_back(number);
    if (batch.size() == batchSize) {
      numbers.addMany(batch.size(), batch.data());
      batch.clear();
    }
    return true;
  });
  numbers.addMany(batch.size(), batch.data());
  if (membership_ != nullptr) membership_->offer(table, scope_->snapshot(), numbers);
  return numbers;
}

Bitmap View::all(std::uint32_t dataClass) {
  Bitmap numbers = committed(catalog_->of(dataClass).table);
  for (const TableOverlay::Entry& entry : overlay(dataClass).entries) {
    if (entry.record) {
      numbers.add(entry.number);
    } else {
      numbers.remove(entry.number);
    }
  }
  return numbers;
}

bool View::hasIndex(std::uint32_t dataClass, std::uint32_t attribute, storage::IndexKind kind) const {
  const ClassStorage& place = catalog_->of(dataClass);
  return store_.hasIndex(place.table, place.attributes[attribute].column, kind);
}

void View::fail(const Error& error) {
  std::lock_guard lock(mutex_);
  if (!failure_) failure_ = error;
}

std::optional<Error> View::failure() {
  std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace qodly::engine
