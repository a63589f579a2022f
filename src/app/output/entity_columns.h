// The columns of a listing of entities (export, query): storage attributes, keys of related entities, and paths across
// relations, read batch by batch.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "orda/entity.h"
#include "value/value.h"

namespace qodly::app {

class EntityColumns {
 public:
  static constexpr std::uint64_t batchRows = 1000;

  // `names` empty: every storage attribute, without those of the system. A relation attribute stands for the key of the
  // related entity. Error: attributeNotFound with the names there are.
  static Result<EntityColumns> make(const orda::DataClass& dataClass, std::span<const std::string> names);

  const std::vector<std::string>& names() const { return names_; }

  // Visits the entities [0, count) of the selection in its order; `values` belong to names(). Stops when the visitor
  // returns false. Entities that were dropped meanwhile are left out.
  Result<> forEach(const orda::EntitySelection& selection, std::uint64_t count,
                   const std::function<bool(std::span<const Value> values)>& visit) const;

  // Leaves out what does not fit a table: pictures, blobs and objects.
  void dropUnprintable();

 private:
  struct Column {
    std::uint32_t attribute = model::noIndex;  // storage attribute of the dataclass
    std::string path;                          // else a path
  };
  explicit EntityColumns(const orda::DataClass& dataClass) : dataClass_(dataClass) {}
  Result<> add(const std::string& name);
  Result<bool> visitBatch(std::span<const storage::RecordNumber> numbers,
                          const std::function<bool(std::span<const Value> values)>& visit) const;

  orda::DataClass dataClass_;
  std::vector<Column> columns_;
  std::vector<std::string> names_;
};

// A value as JSON, with the content of pictures and blobs as data URIs (what import reads back) instead of a mark.
void appendJson(const Value& value, std::string& out);
// A value as the text of a cell or table column. Null: "".
std::string cellText(const Value& value);

}  // namespace qodly::app
