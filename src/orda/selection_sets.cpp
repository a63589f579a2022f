// Set functions of entity selections: and, or, minus, add, contains, selected (orda.md 13.4, 13.5, 13.11).
#include "base/error_codes.h"
#include "orda/entity_state.h"

namespace qodly::orda {

namespace {

std::unexpected<Error> incompatible() {
  return std::unexpected(
      dataError(code::incompatibleDataClass, "The entity selection comes from an incompatible dataclass"));
}

bool sameDataClass(const DataClass& left, const DataClass& right) {
  return left.schema().tables[left.index()] == right.schema().tables[right.index()];
}

// The operand of a set function: nothing (null), one entity, or a selection.
struct Operand {
  const Entity* entity = nullptr;
  const EntitySelection* selection = nullptr;
  RecordSet members;
  bool neverSaved = false;

  bool empty() const { return members.empty(); }
};

Result<Operand> operandOf(const EntitySelection& own, const Value& other) {
  Operand operand;
  if (other.isMissing()) return operand;
  if (const EntitySelection* selection = EntitySelection::from(other)) {
    if (!sameDataClass(own.dataClass(), selection->dataClass())) return incompatible();
    operand.selection = selection;
    operand.members = selection->members();
    return operand;
  }
  const Entity* entity = Entity::from(other);
  if (entity == nullptr) {
    return std::unexpected(dataError(code::wrongArgument, "An entity or an entity selection is expected here, not a " +
                                                              std::string(name(other.type()))));
  }
  if (!sameDataClass(own.dataClass(), entity->dataClass())) return incompatible();
  operand.entity = entity;
  operand.neverSaved = entity->isNew();
  if (!operand.neverSaved) operand.members = RecordSet::unordered(Bitmap::bitmapOf(1, entity->number()));
  return operand;
}

Error neverSavedError() {
  return dataError(code::wrongArgument, "A never-saved entity cannot be part of an entity selection: save it first");
}

}  // namespace

Result<SelectionRef> EntitySelection::intersect(const Value& other) const {
  const auto operand = operandOf(*this, other);
  if (!operand) return std::unexpected(operand.error());
  return State::make(state_->dataClass, state_->dataClass.readable(state_->members.intersect(operand->members)),
                     state_->alterable);
}

namespace {

// A selection given on as it is, unless a filter may hide some of it.
SelectionRef shared(const EntitySelection& selection) {
  const DataClass& dataClass = selection.dataClass();
  if (!dataClass.definition().restricted) return EntitySelection::State::share(selection);
  return EntitySelection::State::make(dataClass, dataClass.readable(selection.members()), selection.isAlterable());
}

}  // namespace

Result<SelectionRef> EntitySelection::unite(const Value& other) const {
  const auto operand = operandOf(*this, other);
  if (!operand) return std::unexpected(operand.error());
  if (operand->neverSaved) return std::unexpected(neverSavedError());
  if (operand->empty()) {
    return state_->members.empty() ? State::make(state_->dataClass, {}, state_->alterable) : shared(*this);
  }
  if (operand->selection != nullptr && state_->members.empty()) return shared(*operand->selection);
  if (operand->entity != nullptr && state_->members.contains(operand->entity->number())) return shared(*this);
  return State::make(state_->dataClass, state_->dataClass.readable(state_->members.unite(operand->members)),
                     state_->alterable);
}

Result<SelectionRef> EntitySelection::subtract(const Value& other) const {
  const auto operand = operandOf(*this, other);
  if (!operand) return std::unexpected(operand.error());
  if (state_->members.empty()) return State::make(state_->dataClass, {}, state_->alterable);
  if (operand->empty()) return shared(*this);
  if (operand->entity != nullptr && !state_->members.contains(operand->entity->number())) return shared(*this);
  return State::make(state_->dataClass, state_->dataClass.readable(state_->members.subtract(operand->members)),
                     state_->alterable);
}

Result<> EntitySelection::add(const Value& entityOrSelection) {
  if (!state_->alterable) {
    return std::unexpected(dataError(code::selectionNotAlterable, "This entity selection cannot be altered"));
  }
  const auto operand = operandOf(*this, entityOrSelection);
  if (!operand) return std::unexpected(operand.error());
  if (operand->neverSaved) return std::unexpected(neverSavedError());
  if (operand->empty()) return {};
  if (operand->entity != nullptr) {
    state_->members = std::move(state_->members).append(operand->entity->number());
    return {};
  }
  if (!isOrdered()) {
    state_->members = state_->members.unite(operand->members);
    return {};
  }
  std::vector<RecordNumber> numbers = state_->members.toVector();
  operand->members.forEach([&](RecordNumber number) {
    numbers.push_back(number);
    return true;
  });
  state_->members = RecordSet::ordered(std::move(numbers));
  return {};
}

bool EntitySelection::contains(const Entity& entity) const {
  return sameDataClass(state_->dataClass, entity.dataClass()) && !entity.isNew() &&
         state_->members.contains(entity.number());
}

namespace {

// Inclusive runs of positions as `{start, end}` objects.
class Ranges {
 public:
  void add(std::int64_t position) {
    if (end_ + 1 != position) close();
    if (start_ < 0) start_ = position;
    end_ = position;
  }

  Value finish() {
    close();
    auto result = Object::make();
    result->set("ranges", Value::collection(ranges_));
    return Value::object(result);
  }

 private:
  void close() {
    if (start_ < 0) return;
    auto range = Object::make();
    range->set("start", Value::integer(start_));
    range->set("end", Value::integer(end_));
    ranges_->push(Value::object(range));
    start_ = -1;
  }

  Ref<Collection> ranges_ = Collection::make();
  std::int64_t start_ = -1, end_ = -2;
};

}  // namespace

Result<Value> EntitySelection::selected(const EntitySelection& other) const {
  if (!sameDataClass(state_->dataClass, other.state_->dataClass)) return incompatible();
  Ranges ranges;
  std::int64_t position = 0;
  const Bitmap chosen = other.members().toBitmap();
  if (!chosen.isEmpty()) {
    state_->members.forEach([&](RecordNumber number) {
      if (chosen.contains(number)) ranges.add(position);
      ++position;
      return true;
    });
  }
  return ranges.finish();
}

}  // namespace qodly::orda
