// entity.drop(): the checks in their order (orda.md 12.9); deletion control collects what goes with the entity.
#include "base/error_codes.h"
#include "orda/deletion_control.h"
#include "orda/entity_events.h"

namespace qodly::orda {

namespace {

Status dropNow(Entity::State& state, ForceDrop mode) {
  const bool undone = state.isUndone() && state.process().transactionLevel() == 0;
  if (undone && mode == ForceDrop::no && state.dataClass.load(state.number)) {
    return Status::of(StatusCode::stampHasChanged);
  }
  return dropRecord(state.dataClass, state.number, mode == ForceDrop::yes ? 0 : state.stamp);
}

}  // namespace

Status Entity::drop(ForceDrop mode) {
  State& state = *state_;
  if (isNew() || !state.followModel()) return Status::of(StatusCode::entityDoesNotExistAnymore);
  if (state.afterDropping) {
    return Status::failed(dataError(code::insideEvent, "An entity cannot be dropped inside its own afterDrop event"));
  }
  if (!hasDropEvents(state.definition()) || state.process().behaviour() == nullptr) return dropNow(state, mode);
  ActionEvents events(*this, ActionEvents::Action::drop);
  std::optional<Status> status = events.before();
  if (!status) {
    status = state.followModel() ? dropNow(state, mode) : Status::of(StatusCode::entityDoesNotExistAnymore);
  }
  events.after(*status);
  return std::move(*status);
}

}  // namespace qodly::orda
