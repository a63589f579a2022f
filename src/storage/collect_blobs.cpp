// Removing blob files nothing refers to. The files are listed before the records are read, and what commits settle
// meanwhile stays protected (BlobStore): so a file is removed only when no committed record refers to it and none on
// its way will.
#include <unordered_set>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "storage/embedded_store.h"

namespace qodly::storage {

namespace {

class Collecting {
 public:
  explicit Collecting(BlobStore& blobs) : blobs_(blobs) { blobs_.beginCollection(); }
  ~Collecting() { blobs_.endCollection(); }
  Collecting(const Collecting&) = delete;
  Collecting& operator=(const Collecting&) = delete;

 private:
  BlobStore& blobs_;
};

void addReferences(const RecordView& record, std::unordered_set<std::string>& digests) {
  for (std::size_t slot = 0; slot < record.layout().columns().size(); ++slot) {
    const Field field = record.fieldAt(static_cast<int>(slot));
    if (!field.external) continue;
    if (const std::optional<BlobRef> ref = BlobRef::decode(field.bytes)) digests.insert(ref->digest);
  }
}

}  // namespace

Result<std::uint64_t> EmbeddedStore::collectBlobs() {
  if (options_.readOnly)
    return std::unexpected(Error(code::readOnly, "dbmg", "The data file is open for reading only"));
  const Collecting collecting(blobs_);
  const Result<std::vector<BlobRef>> files = blobs_.list();
  if (!files) return std::unexpected(files.error());
  std::unordered_set<std::string> referenced;
  try {
    const std::shared_ptr<const Schema> current = schema();
    const lmdb::Transaction transaction(environment_.get(), true);
    for (const auto& table : current->tables) {
      if (!table) continue;
      const lmdb::Cursor cursor = transaction.cursor(table->records);
      MDB_val key{}, value{};
      for (bool found = lmdb::get(cursor.get(), key, value, MDB_FIRST); found;
           found = lmdb::get(cursor.get(), key, value, MDB_NEXT)) {
        const RecordView record(lmdb::toView(value), *table->layouts);
        if (!record) {
          return std::unexpected(
              Error(code::dataFileDamaged, "dbmg",
                    fmt::format("Record {} of {} is damaged: blob files are kept until it is repaired",
                                lmdb::toNumber(key), table->name)));
        }
        if (record.hasExternal()) addReferences(record, referenced);
      }
    }
  } catch (const StorageFailure& failure) {
    return std::unexpected(failure.error());
  }
  std::uint64_t removed = 0;
  for (const BlobRef& file : *files) {
    if (referenced.contains(file.digest)) continue;
    const Result<bool> gone = blobs_.removeUnlessProtected(file);
    if (!gone) return std::unexpected(gone.error());
    removed += *gone ? 1 : 0;
  }
  return removed;
}

}  // namespace qodly::storage
