// Entity events (orda.md 20): which functions run, in which order, and what stops an action.
#pragma once

#include "orda/entity_state.h"

namespace qodly::orda {

// After an assignment: the attribute's function, then the entity's.
void raiseTouched(Entity& entity, std::uint32_t attribute);

// Whether code listens to the events around saving, or around dropping.
bool hasSaveEvents(const model::DataClass& dataClass);
bool hasDropEvents(const model::DataClass& dataClass);

// The events of one save or drop of one entity.
class ActionEvents {
 public:
  enum class Action : std::uint8_t { save, drop };
  ActionEvents(Entity& entity, Action action) : entity_(entity), state_(Entity::State::of(entity)), action_(action) {}

  // validateSave and saving, or validateDrop and dropping. The status that stops the action, if one does.
  // nothingTouched (save): only the entity level of `saving` runs.
  std::optional<Status> before(bool nothingTouched = false);
  // afterSave or afterDrop.
  void after(const Status& status);

 private:
  std::optional<Status> run(model::EntityEvent event, bool attributesToo);
  std::vector<std::uint32_t> attributesOf(model::EntityEvent event) const;

  Entity& entity_;
  Entity::State& state_;
  Action action_;
  std::vector<std::string> passed_;  // attributes whose `saving` or `dropping` function ended without error
  std::vector<std::string> whole_;   // those that a successful action writes or drops
};

}  // namespace qodly::orda
