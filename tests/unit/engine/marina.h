// A small model for the engine's tests (boats, harbours), an engine over a temporary folder, and a plain reference of
// what it should hold: every attribute appears twice, with and without an index, where both ways must agree.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/embedded/embedded_engine.h"
#include "model/model.h"
#include "orda/engine.h"
#include "query/plan.h"

namespace qodly::engine::test {

using orda::Overlay;
using orda::RecordSet;
using storage::ChangeSet;
using storage::RecordNumber;

// Class and attribute indexes of the model below.
enum Class : std::uint32_t { harbour, boat, classCount };
namespace h {
enum : std::uint32_t { id, code, name, depth, count };
}
namespace b {
enum : std::uint32_t {
  id,
  name,
  plainName,
  metres,
  plainMetres,
  crew,
  plainCrew,
  built,
  plainBuilt,
  launched,
  plainLaunched,
  watch,
  plainWatch,
  racing,
  plainRacing,
  gear,
  plainGear,
  log,
  plainLog,
  uid,
  plainUid,
  rank,
  plainRank,
  harbourId,
  harbourCode,
  count
};
}
enum Relation : std::uint32_t { byId, byCode };

model::Model marina();

using Row = std::vector<Value>;  // by attribute index
using Table = std::map<RecordNumber, Row>;
using State = std::vector<Table>;  // by class index

class Marina {
 public:
  Marina();
  ~Marina();

  orda::Engine& engine() { return *engine_; }
  State& state() { return overlay_.empty() ? committed_ : pending_; }
  const Overlay* overlay() const { return overlay_.empty() ? nullptr : &overlay_; }

  // Outside a transaction committed at once, inside one put into the innermost level.
  RecordNumber insert(std::uint32_t dataClass, Row row);
  void update(std::uint32_t dataClass, RecordNumber number, Row row);
  void remove(std::uint32_t dataClass, RecordNumber number);

  void begin();
  void cancelAll();
  // Hands the innermost level's changes to the one around it.
  void mergeLevel();

  // Value that reads give: blank for a null of a never-null attribute.
  Value read(std::uint32_t dataClass, const Row& row, std::uint32_t attribute) const;
  storage::Change change(std::uint32_t dataClass, const Row& row, storage::Change::Kind kind);

 private:
  void put(std::uint32_t dataClass, RecordNumber number, storage::Change change);

  std::filesystem::path folder_;
  std::unique_ptr<orda::Engine> engine_;
  model::Model model_;
  State committed_, pending_;
  Overlay overlay_;
};

query::Node condition(std::uint32_t dataClass, std::uint32_t attribute, query::Operator op, Value value);
query::SortKey sortKey(std::uint32_t dataClass, std::uint32_t attribute, bool descending = false);
query::BoundPath path(std::uint32_t dataClass, std::uint32_t attribute);
Value jsonValue(std::string_view text);

}  // namespace qodly::engine::test
