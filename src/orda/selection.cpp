// Elements, copies and drops of entity selections (orda.md 13.2, 13.6, 13.9, 14).
#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/deletion_control.h"
#include "orda/entity_events.h"
#include "orda/entity_pool.h"
#include "orda/entity_state.h"

namespace qodly::orda {

namespace {

constexpr std::size_t dropBatch = 5'000;

RecordSet likeSource(std::vector<RecordNumber> numbers, bool ordered) {
  if (ordered) return RecordSet::ordered(std::move(numbers));
  return RecordSet::unordered(Bitmap(numbers.size(), numbers.data()));
}

}  // namespace

EntitySelection::EntitySelection(std::unique_ptr<State> state) : state_(std::move(state)) {}
EntitySelection::~EntitySelection() = default;

EntitySelection* EntitySelection::from(const Value& value) {
  if (value.type() != Type::handle || value.asHandle().kind() != kindName) return nullptr;
  return static_cast<EntitySelection*>(&value.asHandle());
}

Value toValue(const SelectionRef& selection) {
  return selection ? Value::handle(Ref<Handle>::sharing(selection.get())) : Value::null();
}

SelectionRef EntitySelection::adopt(Process& process, const EntitySelection& source) {
  if (source.isAlterable()) return {};
  const DataClass& dataClass = source.state_->dataClass;
  return State::make(DataClass(process, dataClass.schemaRef(), dataClass.index()), source.members(), false);
}

const DataClass& EntitySelection::dataClass() const { return state_->dataClass; }
const RecordSet& EntitySelection::members() const { return state_->members; }
std::uint64_t EntitySelection::length() const { return state_->members.size(); }
bool EntitySelection::isOrdered() const { return state_->members.isOrdered(); }
bool EntitySelection::isAlterable() const { return state_->alterable; }
const Value& EntitySelection::queryPlan() const { return state_->plan; }
const Value& EntitySelection::queryPath() const { return state_->path; }
const Value& EntitySelection::extendedQueryPlan() const { return state_->extendedPlan; }
const Value& EntitySelection::extendedQueryPath() const { return state_->extendedPath; }

Result<EntityRef> EntitySelection::element(std::int64_t index) const {
  if (index < 0 || static_cast<std::uint64_t>(index) >= length()) {
    return std::unexpected(
        dataError(code::indexOutOfRange, fmt::format("Position {} is outside the {} selection of length {}", index,
                                                     state_->dataClass.name(), length())));
  }
  return at(index);
}

EntityRef EntitySelection::at(std::int64_t index) const {
  const auto size = static_cast<std::int64_t>(length());
  const std::int64_t position = index < 0 ? index + size : index;
  if (position < 0 || position >= size) return {};
  const auto place = static_cast<std::uint64_t>(position);
  EntityRef entity = state_->dataClass.load(state_->members.at(place));
  if (!entity) return {};
  Entity::State& state = Entity::State::of(*entity);
  state.selection = State::share(*this);
  state.position = place;
  return entity;
}

namespace {

constexpr std::size_t mostAhead = 512;

using Ahead = EntitySelection::State::Ahead;

bool isFresh(const Ahead& ahead, Process& process) {
  return ahead.writes == process.datastore().writes() && ahead.overlayVersion == process.overlayVersion();
}

// Reads the records from a position on; more of them each time, as long as nobody writes meanwhile.
void readAhead(Ahead& ahead, const EntitySelection::State& state, const DataClass& now, std::uint64_t from) {
  Process& process = state.process();
  const bool goesOn = from == ahead.from + ahead.places.size() && isFresh(ahead, process);
  ahead.wanted = goesOn ? std::min(ahead.wanted * 4, mostAhead) : 1;
  ahead.writes = process.datastore().writes();
  ahead.overlayVersion = process.overlayVersion();
  ahead.from = from;
  ahead.numbers = state.members.slice(from, ahead.wanted);
  ahead.bytes.clear();
  ahead.places.assign(ahead.numbers.size(), {0, 0});
  ahead.layouts = process.engine().layouts(now.index());
  const auto reader = process.read();
  reader->records(now.index(), ahead.numbers, [&](std::size_t position, const RecordView& view) {
    if (!view) return true;
    ahead.places[position] = {ahead.bytes.size(), view.bytes().size()};
    ahead.bytes += view.bytes();
    return true;
  });
}

}  // namespace

EntityRef EntitySelection::passing(std::int64_t index) const {
  State& state = *state_;
  const auto place = static_cast<std::uint64_t>(index);
  // Values of an open transaction have a fate of their own; they are looked up one by one.
  if (state.process().transactionLevel() != 0) return at(index);
  if (state.dataClass.schemaRef().get() != state.process().datastore().currentSchema()) return at(index);
  if (!state.ahead) state.ahead = std::make_unique<Ahead>();
  Ahead& ahead = *state.ahead;
  const bool known = place >= ahead.from && place < ahead.from + ahead.places.size() && isFresh(ahead, state.process());
  if (!known) {
    if (index < 0 || place >= length()) return {};
    readAhead(ahead, state, state.dataClass, place);
  }
  const std::uint64_t offset = place - ahead.from;
  const auto [begin, size] = ahead.places[offset];
  if (size == 0) return {};
  auto entity = takeState(state.dataClass);
  entity->number = ahead.numbers[offset];
  entity->record.assign(ahead.bytes, begin, size);
  if (entity->layouts != ahead.layouts) entity->layouts = ahead.layouts;
  entity->stamp = storage::stampOf(entity->record);
  entity->selection = State::share(*this);
  entity->position = place;
  return Entity::State::wrap(std::move(entity));
}

EntityRef EntitySelection::first() const { return at(0); }
EntityRef EntitySelection::last() const { return at(-1); }

SelectionRef EntitySelection::copy(bool shared) const {
  return State::make(state_->dataClass, state_->members, !shared);
}

SelectionRef EntitySelection::slice(std::int64_t start, std::optional<std::int64_t> end) const {
  const auto size = static_cast<std::int64_t>(length());
  const auto fromEnd = [&](std::int64_t position) {
    return std::clamp<std::int64_t>(position < 0 ? position + size : position, 0, size);
  };
  const std::int64_t from = fromEnd(start), to = std::max(from, fromEnd(end.value_or(size)));
  auto numbers = state_->members.slice(static_cast<std::uint64_t>(from), static_cast<std::uint64_t>(to - from));
  return State::make(state_->dataClass, likeSource(std::move(numbers), isOrdered()), state_->alterable);
}

SelectionRef EntitySelection::clean() const {
  const auto now = state_->dataClass.current();
  std::vector<RecordNumber> kept;
  if (now) {
    const std::vector<RecordNumber> numbers = state_->members.toVector();
    const auto reader = state_->process().read();
    reader->records(now->index(), numbers, [&](std::size_t position, const RecordView& view) {
      if (view) kept.push_back(numbers[position]);
      return true;
    });
  }
  return State::make(now.value_or(state_->dataClass), likeSource(std::move(kept), isOrdered()), state_->alterable);
}

namespace {

// Drops a run of entities in one commit. False: nothing was dropped, they have to be taken one by one.
bool dropTogether(const DataClass& dataClass, std::span<const RecordNumber> numbers) {
  Process& process = dataClass.process();
  const TableId table = dataClass.schema().tables[dataClass.index()];
  ChangeSet changes;
  {
    const auto reader = process.read();
    bool free = true;
    reader->records(dataClass.index(), numbers, [&](std::size_t position, const RecordView& view) {
      if (!view) return true;
      const RecordId id{table, numbers[position]};
      free = !process.foreignHolder(id);
      storage::Change change;
      change.kind = storage::Change::Kind::remove;
      changes.put(id, std::move(change));
      return free;
    });
    if (!free) return false;
  }
  return changes.empty() || process.write(std::move(changes)).has_value();
}

// The entity, whether it may be read or not.
EntityRef loadUnrestricted(const DataClass& dataClass, RecordNumber number) {
  const AccessLift lift(dataClass.process());
  return dataClass.load(number);
}

// In the order of the selection, an entity that is in it several times where it comes first.
std::vector<RecordNumber> eachOnce(const RecordSet& members) {
  std::vector<RecordNumber> numbers = members.toVector();
  if (!members.isOrdered()) return numbers;
  Bitmap seen;
  std::erase_if(numbers, [&](RecordNumber number) { return !seen.addChecked(number); });
  return numbers;
}

struct DropRun {
  Bitmap remaining;
  bool stopped = false;
};

void dropOneByOne(const DataClass& dataClass, std::span<const RecordNumber> numbers, StopOnFirstError mode,
                  std::vector<Status>* failures, DropRun& run) {
  // Entity::drop runs the events and checks the rights.
  const bool entityByEntity = hasDropEvents(dataClass.definition()) || dataClass.process().access() != nullptr;
  for (const RecordNumber number : numbers) {
    Status status;
    if (entityByEntity) {
      const EntityRef entity = loadUnrestricted(dataClass, number);
      if (!entity) continue;
      status = entity->drop(ForceDrop::yes);
    } else {
      status = dropRecord(dataClass, number, 0);
    }
    // Dropped already, by somebody else or by the cascade of one before it.
    if (status.success() || status.code == StatusCode::entityDoesNotExistAnymore) continue;
    run.remaining.add(number);
    if (failures != nullptr) failures->push_back(std::move(status));
    run.stopped = mode == StopOnFirstError::yes;
    if (run.stopped) return;
  }
}

}  // namespace

SelectionRef EntitySelection::drop(StopOnFirstError mode, std::vector<Status>* failures) const {
  const auto now = state_->dataClass.current();
  DropRun run;
  if (now) {
    const std::vector<RecordNumber> numbers = eachOnce(state_->members);
    const bool controlled = isControlled(*now->schema().model, now->index()) || hasDropEvents(now->definition()) ||
                            now->process().access() != nullptr;
    for (std::size_t from = 0; from < numbers.size() && !run.stopped; from += dropBatch) {
      const auto batch = std::span(numbers).subspan(from, std::min(dropBatch, numbers.size() - from));
      if (!controlled && dropTogether(*now, batch)) continue;
      dropOneByOne(*now, batch, mode, failures, run);
    }
  }
  return State::make(now.value_or(state_->dataClass), RecordSet::unordered(std::move(run.remaining)),
                     state_->alterable);
}

}  // namespace qodly::orda
