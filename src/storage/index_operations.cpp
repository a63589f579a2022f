#include "storage/index_operations.h"

#include <algorithm>
#include <cstring>

#include "storage/index_key.h"

namespace qodly::storage {

int compareKeys(const IndexOperation& left, const IndexOperation& right) {
  if (left.prefix != right.prefix) return left.prefix < right.prefix ? -1 : 1;
  const int order = left.bytes().compare(right.bytes());
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

IndexOperation KeyArena::add(std::string_view key, RecordNumber record, bool exact) {
  if (capacity_ - used_ < key.size()) {
    constexpr std::size_t smallest = 1024, largest = std::size_t{1} << 18;
    capacity_ = std::clamp(capacity_ * 2, smallest, largest);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(capacity_));
    used_ = 0;
  }
  char* place = blocks_.back().get() + used_;
  std::memcpy(place, key.data(), key.size());
  used_ += key.size();
  bytes_ += key.size() + sizeof(IndexOperation);
  return {keyPrefix(key), place, record, static_cast<std::uint16_t>(key.size()), true, exact};
}

void sortOperations(IndexOperations& operations) {
  if (std::is_sorted(operations.begin(), operations.end(), keyThenRecord)) return;
  std::stable_sort(operations.begin(), operations.end(), keyThenRecord);
}

IndexOperations mergeRuns(std::vector<IndexOperations> runs) {
  if (runs.empty()) return {};
  while (runs.size() > 1) {
    std::vector<IndexOperations> merged;
    merged.reserve((runs.size() + 1) / 2);
    for (std::size_t i = 0; i + 1 < runs.size(); i += 2) {
      IndexOperations both;
      both.reserve(runs[i].size() + runs[i + 1].size());
      std::merge(runs[i].begin(), runs[i].end(), runs[i + 1].begin(), runs[i + 1].end(), std::back_inserter(both),
                 keyThenRecord);
      merged.push_back(std::move(both));
    }
    if (runs.size() % 2 != 0) merged.push_back(std::move(runs.back()));
    runs = std::move(merged);
  }
  return std::move(runs.front());
}

namespace {

// Puts entries into an index; those behind its last key are appended, which fills pages completely.
class EntryWriter {
 public:
  EntryWriter(lmdb::Transaction& transaction, MDB_dbi index) : cursor_(transaction.cursor(index)) {
    MDB_val key{}, value{};
    if (lmdb::get(cursor_.get(), key, value, MDB_LAST)) {
      last_ = lmdb::toView(key);
    } else {
      empty_ = true;
    }
  }

  void add(const IndexOperation& operation) {
    if (!appending_) appending_ = empty_ || operation.bytes() > last_;
    unsigned flags = MDB_NODUPDATA;
    if (appending_) {
      flags = previous_ != nullptr && compareKeys(*previous_, operation) == 0 ? MDB_APPENDDUP : MDB_APPEND;
      previous_ = &operation;
    }
    MDB_val key = lmdb::toVal(operation.bytes()), value = lmdb::toVal(operation.record);
    const int code = mdb_cursor_put(cursor_.get(), &key, &value, flags);
    if (code != MDB_KEYEXIST) lmdb::check(code, "writing an index");
  }

  void remove(const IndexOperation& operation) {
    MDB_val key = lmdb::toVal(operation.bytes()), value = lmdb::toVal(operation.record);
    if (!lmdb::get(cursor_.get(), key, value, MDB_GET_BOTH)) return;
    lmdb::check(mdb_cursor_del(cursor_.get(), 0), "writing an index");
  }

 private:
  lmdb::Cursor cursor_;
  std::string last_;  // last key of the index before the first operation
  bool empty_ = false, appending_ = false;
  const IndexOperation* previous_ = nullptr;
};

}  // namespace

void applyOperations(lmdb::Transaction& transaction, MDB_dbi index, std::span<const IndexOperation> operations) {
  if (operations.empty()) return;
  EntryWriter writer(transaction, index);
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const IndexOperation& operation = operations[i];
    const bool superseded = i + 1 < operations.size() && operations[i + 1].record == operation.record &&
                            compareKeys(operation, operations[i + 1]) == 0;
    if (superseded) continue;
    if (operation.add) {
      writer.add(operation);
    } else {
      writer.remove(operation);
    }
  }
}

}  // namespace qodly::storage
