// entity.drop(): the checks in their order (orda.md 12.9); deletion control collects what goes with the entity.
#include "orda/deletion_control.h"
#include "orda/entity_state.h"

namespace qodly::orda {

Status Entity::drop(ForceDrop mode) {
  if (isNew() || !state_->followModel()) return Status::of(StatusCode::entityDoesNotExistAnymore);
  const bool undone = state_->isUndone() && state_->process().transactionLevel() == 0;
  if (undone && mode == ForceDrop::no && state_->dataClass.load(state_->number)) {
    return Status::of(StatusCode::stampHasChanged);
  }
  return dropRecord(state_->dataClass, state_->number, mode == ForceDrop::yes ? 0 : state_->stamp);
}

}  // namespace qodly::orda
