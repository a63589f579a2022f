// Change tracking (orda.md 9.2): a datastore-wide number that records in which order entities were written and dropped.
// Numbers are given inside the commit of the outermost level, one commit at a time, so that no entity ever becomes
// visible with a stamp lower than one already seen. Thread-safe.
#pragma once

#include <cstdint>

#include "orda/engine.h"
#include "orda/fiber_mutex.h"

namespace qodly::orda {

inline constexpr std::string_view globalStampAttribute = "__GlobalStamp";
inline constexpr std::string_view deletedRecordsClass = "__DeletedRecords";

// Index of the storage attribute __GlobalStamp, model::noIndex when the dataclass is not tracked.
std::uint32_t globalStampOf(const model::DataClass& dataClass);
bool isSystemAttribute(const model::DataClass& dataClass, const model::Attribute& attribute);

class ChangeTracking {
 public:
  explicit ChangeTracking(Engine& engine) : engine_(engine) {}

  Engine::Outcome commit(ChangeSet changes, Owner owner, Owner session);
  std::uint64_t stamp() const;  // 0 when no dataclass is tracked
  Result<> setStamp(std::uint64_t stamp);

 private:
  Engine::Outcome commitStamped(ChangeSet changes, const Schema& schema, Owner owner, Owner session);

  Engine& engine_;
  FiberMutex order_;
};

}  // namespace qodly::orda
