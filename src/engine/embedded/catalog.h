// Where the attributes of a model are stored: tables, columns, indexes. Made from a model and what the store answered
// (schema_mapping.h); immutable and shared, so that a running query keeps the one it started with.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "orda/engine.h"
#include "storage/layout.h"
#include "storage/types.h"
#include "value/convert.h"

namespace qodly::engine {

struct StoredAttribute {
  storage::ColumnId column = 0;  // 0: attribute without data
  ColumnType type = ColumnType::text;
  bool neverNull = false;    // null is read as the blank value
  bool ordered = false;      // has an ordered index
  bool keywords = false;     // has a keyword index
  bool objectPaths = false;  // has an object index
  // Unique integers only: key minus record number of the entity found last. Keys given by a sequence run along with the
  // record numbers, so the record at that distance is looked at before the index is.
  std::shared_ptr<std::atomic<std::int64_t>> keyDistance;
};

struct ClassStorage {
  storage::TableId table = 0;
  std::shared_ptr<const storage::LayoutSet> layouts;
  std::vector<StoredAttribute> attributes;  // by attribute index
};

struct Catalog {
  std::shared_ptr<const orda::Schema> schema;
  std::vector<ClassStorage> classes;  // by class index

  const model::Model& model() const { return *schema->model; }
  const ClassStorage& of(std::uint32_t dataClass) const { return classes[dataClass]; }
  const StoredAttribute& attribute(std::uint32_t dataClass, std::uint32_t attribute) const {
    return classes[dataClass].attributes[attribute];
  }
};

}  // namespace qodly::engine
