// From a row of the file to values by attribute.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "app/import/cell_values.h"
#include "app/import/column_map.h"
#include "app/import/row_source.h"
#include "orda/datastore.h"

namespace qodly::app {

// Not thread-safe.
class RowValues {
 public:
  RowValues(orda::Datastore& datastore, std::uint32_t dataClass, ColumnMap& map, CellOptions options);

  // CSV: decides once where each column goes.
  void bind(const std::vector<std::string>& columns);

  // Fills values(); undefined where the row says nothing. Error: why the row cannot be stored.
  Result<> read(const Row& row);
  const std::vector<Value>& values() const { return values_; }
  // The values for another thread; read() comes before values() again.
  std::vector<Value> handOver();

 private:
  template <class Source>
  Result<> assign(const Target& target, const Source& source);
  Result<Value> foreignKey(const Target& target, const Value& key);
  Result<> readObject(const Object& object);

  orda::Datastore& datastore_;
  std::shared_ptr<const orda::Schema> schema_;
  std::uint32_t dataClass_;
  ColumnMap& map_;
  CellOptions options_;
  std::vector<std::optional<Target>> columns_;
  std::vector<Value> values_;
  // Keys of related entities that are known to exist; emptied when large.
  std::unordered_set<std::string> knownKeys_;
};

}  // namespace qodly::app
