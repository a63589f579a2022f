// Kept lean: opening a reader, finding a key and reading the record is the path of every `get`.
#include "engine/embedded/reader.h"

#include <algorithm>
#include <functional>

namespace qodly::engine {

EmbeddedReader::EmbeddedReader(const storage::Store& store, std::shared_ptr<const Catalog> catalog,
                               const orda::Overlay* overlay, OverlayKeys& overlayKeys)
    : Reader(catalog->schema),
      store_(store),
      catalog_(std::move(catalog)),
      overlay_(overlay != nullptr && !overlay->empty() ? overlay : nullptr),
      overlayKeys_(overlayKeys),
      scope_(store.read()) {}

RecordView EmbeddedReader::record(std::uint32_t dataClass, RecordNumber number) {
  const ClassStorage& place = catalog_->of(dataClass);
  if (overlay_ != nullptr) {
    if (const storage::Change* change = overlay_->find({place.table, number})) return changed(dataClass, *change);
  }
  const storage::RecordId id{place.table, number};
  if (id == last_) return lastRecord_;
  return scope_->record(place.table, number);
}

RecordNumber EmbeddedReader::guess(storage::TableId table, const StoredAttribute& attribute, std::int64_t key) {
  const std::int64_t number = key - attribute.keyDistance->load(std::memory_order_relaxed);
  if (number < 0 || number >= storage::noRecord) return storage::noRecord;
  const auto candidate = static_cast<RecordNumber>(number);
  const RecordView found = scope_->record(table, candidate);
  if (!found) return storage::noRecord;
  const storage::Field field = found.field(attribute.column);
  if (!field.present || field.type != attribute.type || field.integer() != key) return storage::noRecord;
  last_ = {table, candidate};
  lastRecord_ = found;
  return candidate;
}

RecordView EmbeddedReader::changed(std::uint32_t dataClass, const storage::Change& change) const {
  if (change.kind == storage::Change::Kind::remove) return {};
  return {change.record, *catalog_->of(dataClass).layouts};
}

RecordNumber EmbeddedReader::findUnique(std::uint32_t dataClass, std::uint32_t attribute, const Value& key) {
  if (key.isMissing()) return storage::noRecord;
  const StoredAttribute& stored = catalog_->attribute(dataClass, attribute);
  if (!stored.ordered) return storage::noRecord;
  if (overlay_ != nullptr) {
    const RecordNumber number = overlayKeys_.find(*overlay_, catalog_->of(dataClass), stored, key, store_);
    if (number != storage::noRecord) return number;
  }
  const RecordNumber number = findCommitted(dataClass, stored, key);
  if (overlay_ == nullptr || number == storage::noRecord) return number;
  // A record that the overlay touches would have been found there if it still had the key.
  return overlay_->find({catalog_->of(dataClass).table, number}) != nullptr ? storage::noRecord : number;
}

RecordNumber EmbeddedReader::findCommitted(std::uint32_t dataClass, const StoredAttribute& attribute,
                                           const Value& key) {
  const storage::TableId table = catalog_->of(dataClass).table;
  const bool sequential = attribute.keyDistance && key.type() == Type::integer;
  if (sequential) {
    if (const RecordNumber number = guess(table, attribute, key.asInteger()); number != storage::noRecord)
      return number;
  }
  const storage::IndexKey bytes = storage::indexKey(attribute.type, key, store_.collation());
  if (bytes.exact) {
    const RecordNumber number = scope_->findIndex(table, attribute.column, storage::IndexKind::ordered, bytes.bytes);
    if (sequential && number != storage::noRecord) {
      attribute.keyDistance->store(key.asInteger() - number, std::memory_order_relaxed);
    }
    return number;
  }
  RecordNumber found = storage::noRecord;
  const storage::KeyRange range{bytes.bytes, true, bytes.bytes, true, false};
  scope_->scanIndex(
      table, attribute.column, storage::IndexKind::ordered, range, false, [&](std::string_view, RecordNumber number) {
        const auto value =
            storage::loadField(scope_->record(table, number).field(attribute.column), attribute.type, store_.blobs());
        const bool same =
            value && value->isText() && key.isText() && store_.collation().equals(value->asText(), key.asText());
        if (same) found = number;
        return !same;
      });
  return found;
}

std::uint64_t EmbeddedReader::count(std::uint32_t dataClass) {
  const storage::TableId table = catalog_->of(dataClass).table;
  if (overlay_ == nullptr) return scope_->count(table);
  return View(store_, catalog_, overlay_).count(dataClass);
}

namespace {

constexpr std::size_t shortRun = 8;

// Numbers close behind each other, in order: passing over the records costs less than looking each one up.
bool isRun(std::span<const RecordNumber> numbers) {
  if (numbers.size() < shortRun || numbers.back() < numbers.front()) return false;
  if (numbers.back() - numbers.front() >= numbers.size() * 2) return false;
  return std::ranges::adjacent_find(numbers, std::ranges::greater_equal{}) == numbers.end();
}

}  // namespace

void EmbeddedReader::records(std::uint32_t dataClass, std::span<const RecordNumber> numbers,
                             const std::function<bool(std::size_t, const RecordView&)>& visit) {
  if (overlay_ == nullptr && isRun(numbers)) return passOver(dataClass, numbers, visit);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!visit(i, record(dataClass, numbers[i]))) return;
  }
}

void EmbeddedReader::passOver(std::uint32_t dataClass, std::span<const RecordNumber> numbers,
                              const std::function<bool(std::size_t, const RecordView&)>& visit) {
  std::size_t next = 0;
  bool goOn = true;
  scope_->scan(catalog_->of(dataClass).table, numbers.front(), numbers.back() + 1,
               [&](RecordNumber number, const RecordView& view) {
                 while (goOn && next < numbers.size() && numbers[next] < number) goOn = visit(next++, {});
                 if (goOn && next < numbers.size() && numbers[next] == number) goOn = visit(next++, view);
                 return goOn && next < numbers.size();
               });
  while (goOn && next < numbers.size()) goOn = visit(next++, {});
}

}  // namespace qodly::engine
