// reload, lock and unlock (orda.md 12.10, 15.3).
#include "orda/entity_state.h"

namespace qodly::orda {

Status Entity::reload() {
  State& state = *state_;
  if (state.isNew() || !state.followModel()) return Status::of(StatusCode::entityDoesNotExistAnymore);
  const auto reader = state.process().read();
  const RecordView view = reader->record(state.dataClass.index(), state.number);
  if (!view) return Status::of(StatusCode::entityDoesNotExistAnymore);
  state.adopt(view);
  return {};
}

Status Entity::lock(ReloadIfChanged mode) {
  State& state = *state_;
  if (state.isNew() || !state.followModel()) return Status::of(StatusCode::entityDoesNotExistAnymore);
  const auto locked = state.locked ? std::nullopt : state.process().lockRecord(state.id());
  const Owner session = state.process().identity().sessionOwner;
  if (locked && (session == 0 || locked->owner != session)) {
    Status status = Status::lockedBy(*locked, state.number);
    status.ofLock = true;
    return status;
  }
  // The lock is held first: the stamp compared after that cannot change any more.
  const bool taken = !state.locked && !locked;
  const auto refuse = [&](StatusCode code) {
    if (taken) state.engine().locks().unlock(state.id(), state.process().owner());
    return Status::of(code);
  };
  std::uint32_t stamp = 0;
  {
    const auto reader = state.process().read();
    const RecordView view = reader->record(state.dataClass.index(), state.number);
    if (!view) return refuse(StatusCode::entityDoesNotExistAnymore);
    stamp = view.stamp();
  }
  Status status;
  const bool changed = stamp != state.stamp || state.isUndone();
  if (changed && mode == ReloadIfChanged::no) return refuse(StatusCode::stampHasChanged);
  if (changed) status = reload();
  if (!status.success()) return refuse(status.code);
  if (mode == ReloadIfChanged::yes) status.wasReloaded = changed;
  if (taken) state.locked = true;
  (void)state.process().holdUntilEnd(state.id());
  return status;
}

bool Entity::unlock() {
  State& state = *state_;
  if (!state.locked) return false;
  state.locked = false;
  const bool released = state.engine().locks().unlock(state.id(), state.process().owner());
  const auto reader = state.process().read();
  return released && static_cast<bool>(reader->record(state.dataClass.index(), state.number));
}

}  // namespace qodly::orda
