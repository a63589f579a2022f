// The values of a key on one side of a relation, for testing or looking up the other side. Equality is that of query
// `===`: texts by collation.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/collation.h"
#include "storage/record.h"
#include "value/convert.h"
#include "value/value.h"

namespace qodly::engine {

// Filled by one thread, then seal(), then thread-safe to test.
class KeySet {
 public:
  // `type`: column that will be tested; added values are converted to it, others can never be equal and are dropped.
  KeySet(ColumnType type, const Collation& collation);

  void add(const Value& value);
  void add(const storage::Field& field);  // not external, present
  void merge(KeySet&& other);
  void seal();

  std::uint64_t size() const;  // exact once sealed
  bool contains(const Value& value) const;
  bool contains(const storage::Field& field) const;  // present, of the set's column type, not external
  // Each key once, as a value of the column's type.
  std::vector<Value> values() const;

 private:
  void chooseForm();
  bool containsInteger(std::int64_t key) const;
  std::string bytesOf(const Value& value) const;

  ColumnType type_;
  const Collation* collation_;
  bool integral_;
  std::vector<std::int64_t> integers_;     // sorted and unique once sealed
  std::vector<std::uint64_t> bits_;        // when dense: bit (key - first)
  std::vector<std::int64_t> slots_;        // otherwise, when large: open addressing, a power of two
  bool holdsSentinel_ = false;             // the key that marks an empty slot is itself a member
  std::unordered_set<std::string> bytes_;  // other types: key bytes
  std::vector<Value> values_;              // one for each of bytes_
};

}  // namespace qodly::engine
