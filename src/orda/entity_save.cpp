// entity.save(): the checks in their order, auto merge, and the change set of one entity (orda.md 12.8, 4.3, 16).
#include <algorithm>

#include "base/error_codes.h"
#include "base/text.h"
#include "orda/change_tracking.h"
#include "orda/entity_events.h"
#include "orda/entity_state.h"
#include "orda/save_outcome.h"
#include "orda/save_rules.h"

namespace qodly::orda {

namespace {

using State = Entity::State;
using Slot = Entity::State::Slot;

constexpr int maximumMergeAttempts = 100;

struct Draft {
  std::string record;
  std::uint32_t stamp = 1;
  std::uint32_t expected = 0;
  RecordNumber number = storage::noRecord;
  bool merged = false;
};

using Drafted = std::expected<Draft, Status>;

std::unexpected<Status> failed(StatusCode code) { return std::unexpected(Status::of(code)); }
std::unexpected<Status> failed(Error error) { return std::unexpected(Status::failed(std::move(error))); }

// Value a new entity stores for one attribute: assigned, default, then the automatic ones (orda.md 4.3).
Value firstValue(State& state, std::uint32_t index, std::vector<Slot>& raised) {
  const model::Attribute& attribute = state.definition().attributes[index];
  const Slot* slot = state.findAssigned(index);
  Value value = slot != nullptr ? slot->value : defaultValue(attribute);
  if (attribute.autosequence) {
    if (value.isMissing()) return Value::integer(state.engine().nextSequence(state.dataClass.index(), index));
    raised.push_back({index, value});
  }
  if (attribute.autogenerate && value.isMissing()) return Value::text(newUuid());
  return value;
}

void raiseSequences(State& state, const std::vector<Slot>& raised) {
  for (const Slot& slot : raised) {
    if (slot.value.isNumber()) {
      state.engine().raiseSequence(state.dataClass.index(), slot.attribute,
                                   static_cast<std::int64_t>(slot.value.asNumber()));
    }
  }
}

Drafted draftInsert(State& state, bool write) {
  const auto& attributes = state.definition().attributes;
  const std::uint32_t index = state.dataClass.index();
  storage::RecordBuilder builder(state.engine().currentLayout(index));
  std::vector<Slot> raised;
  for (std::uint32_t i = 0; i < attributes.size(); ++i) {
    if (!attributes[i].isStorage()) continue;
    const bool automatic = isAutomatic(attributes[i]);
    const Slot* slot = state.findAssigned(i);
    if (!write && automatic && (slot == nullptr || slot->value.isMissing())) continue;
    const Value value = firstValue(state, i, raised);
    if (auto sound = checkConstraints(state.definition(), attributes[i], value); !sound) return failed(sound.error());
    if (value.isMissing()) continue;
    if (auto stored = state.engine().encode(builder, index, i, value); !stored) return failed(stored.error());
  }
  if (write) raiseSequences(state, raised);
  Draft draft;
  draft.record = builder.finish();
  if (write) draft.number = state.engine().reserve(index);
  return draft;
}

// Storage attributes whose stored value differs between the record as loaded and as it is now.
std::vector<std::uint32_t> changedSince(State& state, const RecordView& loaded, const RecordView& now) {
  std::vector<std::uint32_t> changed;
  const auto& attributes = state.definition().attributes;
  const std::uint32_t index = state.dataClass.index();
  const auto& columns = state.dataClass.schema().columns[index];
  for (std::uint32_t i = 0; i < attributes.size(); ++i) {
    if (!attributes[i].isStorage() || isSystemAttribute(state.definition(), attributes[i])) continue;
    const storage::Field before = loaded.field(columns[i]), after = now.field(columns[i]);
    if (before.present == after.present && before.type == after.type && before.external == after.external &&
        before.bytes == after.bytes) {
      continue;
    }
    const auto left = state.engine().decode(loaded, index, i), right = state.engine().decode(now, index, i);
    if (!left || !right || !left->identical(*right)) changed.push_back(i);
  }
  return changed;
}

bool isUnmergeable(const model::Attribute& attribute) {
  return attribute.type == model::AttributeType::object || attribute.type == model::AttributeType::image ||
         attribute.type == model::AttributeType::blob;
}

// Whether what was touched here and what others changed can stand together.
StatusCode mergeConflict(State& state, const RecordView& now) {
  StatusCode result = StatusCode::ok;
  for (const std::uint32_t theirs : changedSince(state, state.view(), now)) {
    if (state.findAssigned(theirs) == nullptr) continue;
    if (isUnmergeable(state.definition().attributes[theirs])) return StatusCode::stampHasChanged;
    result = StatusCode::autoMergeFailed;
  }
  return result;
}

Result<> layAssignedOver(State& state, storage::RecordBuilder& builder, std::vector<Slot>& raised) {
  const std::uint32_t index = state.dataClass.index();
  for (const Slot& slot : state.assigned) {
    const model::Attribute& attribute = state.definition().attributes[slot.attribute];
    if (auto sound = checkConstraints(state.definition(), attribute, slot.value); !sound) return sound;
    if (attribute.autosequence && !slot.value.isMissing()) raised.push_back(slot);
    if (auto stored = state.engine().encode(builder, index, slot.attribute, slot.value); !stored) return stored;
  }
  return {};
}

// Mandatory attributes that are null in the record as it stands and were not assigned.
Result<> checkUntouched(State& state, const RecordView& now) {
  const auto& attributes = state.definition().attributes;
  const auto& columns = state.dataClass.schema().columns[state.dataClass.index()];
  for (std::uint32_t i = 0; i < attributes.size(); ++i) {
    if (!attributes[i].isStorage() || !isMandatory(state.definition(), attributes[i])) continue;
    if (now.field(columns[i]).present || state.findAssigned(i) != nullptr) continue;
    if (auto sound = checkConstraints(state.definition(), attributes[i], Value::null()); !sound) return sound;
  }
  return {};
}

Drafted draftUpdate(State& state, AutoMerge mode, bool write) {
  const std::uint32_t index = state.dataClass.index();
  // Inside a transaction the record is taken before it is read, so that the copy written onto is the last one.
  auto holder = state.process().foreignHolder(state.id());
  if (!holder && write) holder = state.process().holdUntilEnd(state.id());
  const auto reader = state.process().read();
  const RecordView now = reader->record(index, state.number);
  if (!now) return failed(StatusCode::entityDoesNotExistAnymore);
  if (holder) {
    return std::unexpected(Status::lockedBy(std::move(*holder), state.number));
  }
  Draft draft;
  draft.number = state.number;
  // Inside a transaction there is a single copy of each record: no stamp can mismatch (orda.md 16).
  const bool alone = state.process().transactionLevel() == 0;
  if (alone && state.isUndone()) return failed(StatusCode::stampHasChanged);
  if (alone && now.stamp() != state.stamp) {
    if (mode == AutoMerge::no) return failed(StatusCode::stampHasChanged);
    if (const StatusCode conflict = mergeConflict(state, now); conflict != StatusCode::ok) return failed(conflict);
    draft.merged = true;
  }
  if (auto sound = checkUntouched(state, now); !sound) return failed(sound.error());
  storage::RecordBuilder builder(state.engine().currentLayout(index));
  builder.copyFrom(now);
  std::vector<Slot> raised;
  if (auto done = layAssignedOver(state, builder, raised); !done) return failed(done.error());
  if (write) raiseSequences(state, raised);
  draft.record = builder.finish();
  draft.expected = now.stamp();
  draft.stamp = now.stamp() + 1;
  return draft;
}

// The unique attributes of a draft that is not going to be written.
Status checkUnique(State& state) {
  const auto& attributes = state.definition().attributes;
  const auto reader = state.process().read();
  for (const Slot& slot : state.assigned) {
    const bool unique = attributes[slot.attribute].unique || slot.attribute == state.definition().primaryKey;
    if (!unique || slot.value.isMissing()) continue;
    const RecordNumber holder =
        state.process().findUnique(*reader, state.dataClass.index(), slot.attribute, slot.value);
    if (holder == storage::noRecord || holder == state.number) continue;
    return Status::failed(duplicateKeyError(state.definition(), attributes[slot.attribute], slot.value));
  }
  return {};
}

// The record as the commit left it: change tracking writes into it.
void takeStored(State& state, Draft& draft) {
  if (globalStampOf(state.definition()) != model::noIndex && state.process().transactionLevel() == 0) {
    const auto reader = state.process().read();
    const RecordView stored = reader->record(state.dataClass.index(), state.number);
    if (stored && stored.stamp() == draft.stamp) draft.record.assign(stored.bytes());
  }
  state.settle(std::move(draft.record), draft.stamp);
}

bool retriable(const storage::CommitFailure& failure, AutoMerge mode) {
  return mode == AutoMerge::yes && failure.kind == storage::CommitFailure::Kind::stampChanged;
}

Status saveOnce(State& state, AutoMerge mode, bool& again) {
  const bool creating = state.isNew();
  Drafted draft = creating ? draftInsert(state, true) : draftUpdate(state, mode, true);
  if (!draft) return draft.error();
  storage::patchStamp(draft->record, draft->stamp, Instant::now());
  storage::Change change;
  change.kind = creating ? storage::Change::Kind::insert : storage::Change::Kind::update;
  change.record = draft->record;
  change.expectedStamp = draft->expected;
  change.newStamp = draft->stamp;
  const RecordId id{state.dataClass.schema().tables[state.dataClass.index()], draft->number};
  ChangeSet changes;
  changes.put(id, std::move(change));
  if (auto written = state.process().write(std::move(changes)); !written) {
    again = retriable(written.error(), mode);
    if (written.error().kind == storage::CommitFailure::Kind::duplicateKey) {
      written.error().error = duplicateIn(written.error(), state.engine(), state.dataClass.schema(),
                                          state.dataClass.index(), draft->record);
    }
    return statusOf(written.error(), state.process());
  }
  if (!creating && draft->expected != state.stamp) {
    // Written onto a copy that others changed: what was read of the old one no longer holds.
    state.contents.clear();
    state.related.clear();
  }
  state.number = draft->number;
  takeStored(state, *draft);
  Status status;
  if (mode == AutoMerge::yes) status.autoMerged = draft->merged;
  return status;
}

}  // namespace

namespace {

Status saveTouched(State& state, AutoMerge mode) {
  for (int attempt = 0;; ++attempt) {
    bool again = false;
    Status status = saveOnce(state, mode, again);
    if (!again || attempt == maximumMergeAttempts) return status;
  }
}

Status saveWithEvents(Entity& entity, State& state, AutoMerge mode) {
  ActionEvents events(entity, ActionEvents::Action::save);
  const bool nothing = state.touched.empty();
  std::optional<Status> stopped = events.before(nothing);
  if (nothing) return stopped.value_or(Status());
  if (!stopped) {
    state.detectChangedContents();
    stopped = state.followModel() ? saveTouched(state, mode) : Status::of(StatusCode::entityDoesNotExistAnymore);
  }
  events.after(*stopped);
  return std::move(*stopped);
}

}  // namespace

namespace {

// A new entity has the value anyway, by the model or by its constructor (roles.md 5 and 6: create).
bool isDefault(const State& state, std::uint32_t attribute) {
  const Slot* slot = state.findAssigned(attribute);
  if (slot == nullptr) return false;
  const auto made = std::ranges::find(state.constructed, attribute, &Slot::attribute);
  return slot->value.identical(
      made != state.constructed.end() ? made->value : defaultValue(state.definition().attributes[attribute]));
}

// Rights of create and update: that of the dataclass, and those of the attributes that were set (roles.md 5).
std::expected<void, Status> checkRights(State& state) {
  const DataClass& dataClass = state.dataClass;
  const std::shared_ptr<const Access>& access = state.process().access();
  if (!access || (state.touched.empty() && !state.isNew())) return {};
  const Right right = state.isNew() ? Right::create : Right::update;
  if (!access->allows(*dataClass.schema().model, dataClass.index(), right)) {
    return std::unexpected(Status::forbidden(noPermission(actionName(right), dataClass.name())));
  }
  for (const std::uint32_t attribute : state.touched) {
    if (access->allows(*dataClass.schema().model, dataClass.index(), attribute, right)) continue;
    if (state.isNew() && isDefault(state, attribute)) continue;
    return std::unexpected(Status::forbidden(
        noPermission(actionName(right), dataClass.name(), state.definition().attributes[attribute].name)));
  }
  return {};
}

}  // namespace

Status Entity::save(AutoMerge mode) {
  State& state = *state_;
  const auto worded = [&](Status status) {
    if (mode == AutoMerge::yes && !status.autoMerged) status.autoMerged = false;
    return status;
  };
  if (!state.followModel()) return worded(Status::of(StatusCode::entityDoesNotExistAnymore));
  if (state.afterSaving) {
    return worded(Status::failed(dataError(
        code::insideEvent, "An entity cannot be saved inside its own afterSave event: save it in `saving` instead")));
  }
  state.detectChangedContents();
  if (auto allowed = checkRights(state); !allowed) return worded(allowed.error());
  if (hasSaveEvents(state.definition()) && state.process().behaviour() != nullptr) {
    return worded(saveWithEvents(*this, state, mode));
  }
  if (state.touched.empty()) return worded({});
  return worded(saveTouched(state, mode));
}

Status Entity::validate() {
  State& state = *state_;
  if (!state.followModel()) return Status::of(StatusCode::entityDoesNotExistAnymore);
  state.detectChangedContents();
  if (auto allowed = checkRights(state); !allowed) return allowed.error();
  if (state.touched.empty()) return {};
  const Drafted draft = state.isNew() ? draftInsert(state, false) : draftUpdate(state, AutoMerge::no, false);
  return draft ? checkUnique(state) : draft.error();
}

}  // namespace qodly::orda
