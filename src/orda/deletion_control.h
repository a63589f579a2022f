// Deletion control (orda.md 5.4): what dropping one entity drops with it, and what refuses the drop. Collects the
// removals of the entity and of everything below it, related entities first, as one change set.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "orda/entity_events.h"

namespace qodly::orda {

// Whether dropping an entity of the class is controlled by some relation.
bool isControlled(const model::Model& model, std::uint32_t dataClass);

// The events of the related entities of one drop, which run once however often the drop is tried.
class RelatedEvents {
 public:
  // The status that stops the drop, if the entity's functions stop it.
  std::optional<Status> before(const DataClass& dataClass, RecordNumber number);
  void after(const Status& status);

 private:
  struct Run {
    EntityRef entity;
    ActionEvents events;
  };
  std::map<RecordId, std::unique_ptr<Run>> runs_;
};

class DeletionControl {
 public:
  DeletionControl(Process& process, const Schema& schema, const DataClass& root, RelatedEvents& events)
      : process_(process), schema_(schema), root_(root), events_(events) {}

  // expectedStamp: of the entity itself, 0 = any. nullopt: nothing refuses, changes() is ready; else the status of the
  // first refusal.
  std::optional<Status> collect(std::uint32_t dataClass, RecordNumber number, std::uint32_t expectedStamp);
  ChangeSet& changes() { return changes_; }

 private:
  struct Frame {
    std::uint32_t dataClass;
    RecordNumber number;
    std::uint32_t expectedStamp = 0;
    std::size_t nextRelation = 0;
    std::uint32_t relatedClass = model::noIndex;
    std::vector<RecordNumber> related;  // to drop before this one
    std::size_t nextRelated = 0;
  };

  std::optional<Status> enter(std::uint32_t dataClass, RecordNumber number, std::uint32_t expectedStamp);
  std::optional<Status> examine(Frame& frame, std::uint32_t relation);
  std::vector<RecordNumber> relatedTo(const Frame& frame, std::uint32_t relation);
  Value keyOf(std::uint32_t dataClass, RecordNumber number, std::uint32_t attribute);
  RecordId idOf(std::uint32_t dataClass, RecordNumber number) const { return {schema_.tables[dataClass], number}; }

  Process& process_;
  const Schema& schema_;
  const DataClass& root_;
  RelatedEvents& events_;
  ChangeSet changes_;
  std::set<RecordId> dropping_;
  std::vector<Frame> frames_;
};

// Drops one entity with everything deletion control drops with it. `stamp` 0: whatever the stamp is.
Status dropRecord(const DataClass& dataClass, RecordNumber number, std::uint32_t stamp);

}  // namespace qodly::orda
