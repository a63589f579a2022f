// The keys that a record has under an index. The byte forms are drawn in index_key.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/collation.h"
#include "storage/blob_store.h"
#include "storage/record.h"
#include "storage/store.h"

namespace qodly::storage {

inline constexpr std::size_t maximumKeyBytes = 511;  // LMDB's limit

// Whether columns of the type can have an index of the kind.
bool canIndex(IndexKind kind, ColumnType type);
// Whether the keys of such an index depend on the collation.
bool dependsOnCollation(IndexKind kind, ColumnType type);

// The keys of one record under one index; reusable.
class KeyList {
 public:
  struct Key {
    std::uint32_t offset;
    std::uint16_t length;
    bool exact;
  };
  void clear() {
    bytes_.clear();
    keys_.clear();
  }
  std::size_t size() const { return keys_.size(); }
  std::string_view operator[](std::size_t index) const {
    return std::string_view(bytes_).substr(keys_[index].offset, keys_[index].length);
  }
  bool exact(std::size_t index) const { return keys_[index].exact; }
  void add(std::string_view key, bool exact);
  void sortAndRemoveDuplicates();

 private:
  friend Result<> collectKeys(IndexKind, ColumnType, const Field&, const Collation&, const BlobStore&, KeyList&);
  std::string bytes_;
  std::vector<Key> keys_;
};

// Replaces `out` by the keys of `field` under an index of `kind` on a column whose type is `type` today. An ordered
// index has exactly one (null included), the others any number, sorted and different. Error: external content cannot be
// read.
Result<> collectKeys(IndexKind kind, ColumnType type, const Field& field, const Collation& collation,
                     const BlobStore& blobs, KeyList& out);

// First 8 bytes of a key as a number, so that most comparisons need no look at the rest.
std::uint64_t keyPrefix(std::string_view key);

}  // namespace qodly::storage
