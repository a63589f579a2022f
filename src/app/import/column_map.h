// Which column of an import file goes into which attribute: what --map says, and for the rest equal names, whatever
// their case. A relation attribute takes the key of the related entity.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "model/model.h"
#include "value/value.h"

namespace qodly::app {

struct Target {
  std::uint32_t attribute = model::noIndex;  // storage attribute that takes the value
  std::uint32_t relation = model::noIndex;   // set when the column names a relation attribute
};

// Not thread-safe: remembers the names it has seen.
class ColumnMap {
 public:
  // `mappings`: "column=attribute"; "column=" leaves a column out. Errors: wrongArgument, attributeNotFound with the
  // names there are.
  static Result<ColumnMap> make(const model::Model& model, std::uint32_t dataClass,
                                std::span<const std::string> mappings);

  // The target of a column, nullptr when it has none. A dotted path only by --map. Two columns of one attribute: the
  // one
  // --map names, else the one seen first.
  const Target* find(std::string_view column);

  // --map entries whose column is a dotted path into JSON ("name.common").
  struct Path {
    std::vector<std::string> steps;
    Target target;
  };
  const std::vector<Path>& paths() const { return paths_; }

  // Names a header may hold: attributes and mapped columns.
  std::vector<std::string> knownNames() const;
  // Columns met that go nowhere, without those left out by --map and the system's own (`__KEY`, `__STAMP`...).
  std::vector<std::string> unmatched() const;
  bool anyMatched() const { return matched_; }
  std::string attributeNames() const;  // "ID, name, price"

 private:
  ColumnMap(const model::Model& model, std::uint32_t dataClass) : model_(&model), dataClass_(dataClass) {}
  const model::DataClass& definition() const { return model_->classes[dataClass_]; }
  std::optional<Target> targetNamed(std::string_view attribute) const;  // exact, else ignoring case
  std::optional<Target> automatic(std::string_view column) const;
  Result<> add(std::string_view mapping);

  struct Entry {
    std::optional<Target> target;
    bool leftOut = false;
  };
  const model::Model* model_;
  std::uint32_t dataClass_;
  std::unordered_map<std::string, Entry, model::NameHash, std::equal_to<>> entries_;
  std::vector<Path> paths_;
  std::set<std::string> pathRoots_;
  std::set<std::uint32_t> taken_;  // attributes that have a column
  bool matched_ = false;
};

}  // namespace qodly::app
