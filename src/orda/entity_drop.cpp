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

// The right to drop: that of the dataclass, and that of each attribute with a lock of its own that holds a value
// (roles.md 15.9).
std::expected<void, Status> checkRights(Entity& entity, Entity::State& state) {
  const DataClass& dataClass = state.dataClass;
  const std::shared_ptr<const Access>& access = state.process().access();
  if (!access) return {};
  const model::Model& model = *dataClass.schema().model;
  const auto& attributes = state.definition().attributes;
  if (!access->allows(model, dataClass.index(), Right::drop)) {
    return std::unexpected(Status::forbidden(noPermission("delete", dataClass.name())));
  }
  for (std::uint32_t i = 0; i < attributes.size(); ++i) {
    if (!attributes[i].isStorage() && !attributes[i].isRelation()) continue;
    if (access->allows(model, dataClass.index(), i, Right::drop)) continue;
    const AccessLift lift(state.process());  // the value counts, readable or not
    if (!entity.get(i).isMissing())
      return std::unexpected(Status::forbidden(noPermission("delete", dataClass.name(), attributes[i].name)));
  }
  return {};
}

}  // namespace

Status Entity::drop(ForceDrop mode) {
  State& state = *state_;
  if (isNew() || !state.followModel()) return Status::of(StatusCode::entityDoesNotExistAnymore);
  if (state.afterDropping) {
    return Status::failed(dataError(code::insideEvent, "An entity cannot be dropped inside its own afterDrop event"));
  }
  if (auto allowed = checkRights(*this, state); !allowed) return allowed.error();
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
