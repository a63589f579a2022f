// Content-addressed files for large values (over 64 KiB): written and synced before the commit that refers to them,
// removed when no record refers to them any more. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "storage/record.h"
#include "value/value.h"

namespace qodly::storage {

inline constexpr std::size_t externalThreshold = 64 * 1024;

// What stands in the record: SHA-256 of the content and its length, little-endian (40 bytes). In a blob or picture
// column the media type follows; decode() ignores it.
struct BlobRef {
  std::string digest;  // 32 bytes
  std::uint64_t size = 0;
  static std::optional<BlobRef> decode(std::string_view bytes);
  std::string encode() const;
  bool operator==(const BlobRef&) const = default;
};

// Content is protected from collection while something is about to refer to it:
// write() protects for an hour or until a commit that refers to it is settled, protect()/release() for as long as a
// change set is on its way.

class BlobStore {
 public:
  explicit BlobStore(std::filesystem::path folder);
  // Writes the content unless present; durable when it returns.
  Result<BlobRef> write(std::string_view content);
  Result<std::string> read(const BlobRef& ref) const;
  // Memory-maps or reads a part; used by range answers and streaming.
  Result<std::string> readRange(const BlobRef& ref, std::uint64_t offset, std::uint64_t length) const;
  std::filesystem::path pathOf(const BlobRef& ref) const;
  bool exists(const BlobRef& ref) const;
  Result<> check(const BlobRef& ref) const;  // reads and compares digest and size; used by verify
  Result<> remove(const BlobRef& ref);
  Result<std::vector<BlobRef>> list() const;

  // A change set that refers to the content is on its way, and has been settled (committed or refused).
  void protect(const BlobRef& ref);
  void release(const BlobRef& ref);
  // Between the two, content whose change set has been settled stays protected: the collection may have read the
  // records before that commit.
  void beginCollection();
  void endCollection();
  // Removes the file unless the content is protected; true when it was removed.
  Result<bool> removeUnlessProtected(const BlobRef& ref);

 private:
  struct Protection {
    std::uint32_t changeSets = 0;
    std::chrono::steady_clock::time_point writtenAt;
  };
  Result<> writeFile(const std::filesystem::path& target, std::string_view content);

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::unordered_map<std::string, Protection> protected_;  // by digest
  std::unordered_set<std::string> settled_;                // while collecting
  unsigned collecting_ = 0;
  std::uint64_t temporaryFiles_ = 0;
};

// Field to Value with external content loaded from `blobs`.
Result<Value> loadField(const Field& field, ColumnType wanted, const BlobStore& blobs);

// Sets a slot, moving content over externalThreshold to the blob store first.
Result<> storeField(RecordBuilder& builder, const Layout& layout, int slot, const Value& value, BlobStore& blobs);

}  // namespace qodly::storage
