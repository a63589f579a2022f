// Values of a row as the record that stores them, by the rules of entity.save(): defaults, sequences, generated uuids,
// mandatory values and bounds (orda.md 4.3, 9; orda/save_rules.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "orda/datastore.h"
#include "storage/change_set.h"
#include "storage/record.h"
#include "value/value.h"

namespace qodly::app {

struct EncodedRow {
  storage::RecordId id;
  storage::Change change;
  // Values of the unique attributes that the row sets: (attribute, value). What tells duplicates apart afterwards.
  std::vector<std::pair<std::uint32_t, Value>> unique;
  bool unchanged = false;  // an update that changes nothing
};

// Not thread-safe. The model must not change while it lives.
class RowEncoder {
 public:
  // `writes` false: checks everything, gives no numbers and stores no blob.
  RowEncoder(orda::Datastore& datastore, std::uint32_t dataClass, bool writes);

  // `values` by attribute index; undefined: the row does not say. Error: why the row cannot be stored.
  Result<EncodedRow> insert(std::span<const Value> values);
  Result<EncodedRow> update(storage::RecordNumber number, const storage::RecordView& stored,
                            std::span<const Value> values);
  // Moves the counters of sequences up to the explicit values seen.
  void raiseSequences();

 private:
  Value firstValue(std::uint32_t attribute, const Value& given);
  Result<> put(EncodedRow& row, std::uint32_t attribute, const Value& value);

  orda::Engine& engine_;
  std::shared_ptr<const orda::Schema> schema_;
  std::uint32_t dataClass_;
  bool writes_;
  const model::DataClass& definition_;
  storage::RecordBuilder builder_;
  std::vector<std::int64_t> highest_;  // explicit value per attribute; INT64_MIN: none waits to be told
};

}  // namespace qodly::app
