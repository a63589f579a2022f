// Rows saved as entities, so that the code of the dataclass runs: its constructor and its events (orda.md 20, admin.md
// 21.1). Slower than encoding records, and needed only for dataclasses with such code.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "orda/datastore.h"
#include "orda/entity.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"

namespace qodly::app {

// Whether saving an entity of the dataclass runs code.
bool savingRunsCode(const model::DataClass& dataClass);

// Not thread-safe: made, used and destroyed on one thread. The model must not change while it lives.
class EntityRows {
 public:
  EntityRows(orda::Datastore& datastore, const std::shared_ptr<script::vm::Runtime>& runtime, std::uint32_t dataClass,
             bool upsert);
  ~EntityRows();
  EntityRows(const EntityRows&) = delete;
  EntityRows& operator=(const EntityRows&) = delete;

  enum class Outcome : std::uint8_t { created, updated, unchanged };

  void begin() { process_.startTransaction(); }
  // `values` by attribute index; undefined: the row does not say. Error: why the row is not stored; what its code had
  // done to other entities is undone.
  Result<Outcome> save(std::span<const Value> values);
  // Commits everything since begin(), and the named value with it ("": none).
  Result<> commit(const std::string& property, std::string text);

 private:
  Result<orda::EntityRef> target(const Value& key);
  Result<> fill(orda::Entity& entity, std::span<const Value> values);
  Result<Outcome> saveInside(std::span<const Value> values);

  orda::Process process_;
  script::vm::Process code_;  // ends before the process its entities belong to
  orda::DataClass dataClass_;
  bool upsert_;
};

}  // namespace qodly::app
