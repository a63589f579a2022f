// Moving through the selection an entity was taken from (orda.md 12.3).
#include "base/error_codes.h"
#include "orda/entity_state.h"

namespace qodly::orda {

namespace {

// Where the entity stands in its selection now: an unordered one may have grown before it.
std::int64_t placeOf(const Entity::State& state) {
  if (!state.selection) return -1;
  const RecordSet& members = state.selection->members();
  if (!members.isOrdered()) return members.positionOf(state.number);
  return static_cast<std::int64_t>(state.position);
}

EntityRef nearest(const Entity::State& state, std::int64_t direction) {
  if (!state.selection) return {};
  const auto length = static_cast<std::int64_t>(state.selection->length());
  for (std::int64_t place = placeOf(state) + direction; place >= 0 && place < length; place += direction) {
    if (EntityRef entity = state.selection->at(place)) return entity;
  }
  return {};
}

}  // namespace

SelectionRef Entity::getSelection() const { return state_->selection; }
EntityRef Entity::first() const { return state_->selection ? state_->selection->first() : EntityRef(); }
EntityRef Entity::last() const { return state_->selection ? state_->selection->last() : EntityRef(); }
EntityRef Entity::next() const { return nearest(*state_, 1); }
EntityRef Entity::previous() const { return nearest(*state_, -1); }

Result<std::int64_t> Entity::indexOf(const EntitySelection* selection) const {
  if (selection == nullptr || selection == state_->selection.get()) return placeOf(*state_);
  const auto own = state_->dataClass.current(), other = selection->dataClass().current();
  if (!own || !other || own->index() != other->index()) {
    return std::unexpected(
        dataError(code::incompatibleDataClass, "The entity selection comes from an incompatible dataclass"));
  }
  return selection->members().positionOf(state_->number);
}

}  // namespace qodly::orda
