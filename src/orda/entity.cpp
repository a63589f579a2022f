// State of an entity: reading and writing attributes, touch tracking, key, clone (orda.md 5.2, 5.3, 12.1-12.4).
#include <algorithm>

#include "base/error_codes.h"
#include "base/text.h"
#include "orda/entity_pool.h"
#include "orda/entity_state.h"
#include "orda/plain_read.h"
#include "orda/save_rules.h"
#include "value/value_text.h"

namespace qodly::orda {

using State = Entity::State;

std::unique_ptr<State> State::ofRecord(const DataClass& dataClass, RecordNumber number, const RecordView& view) {
  auto state = std::make_unique<State>(dataClass);
  state->number = number;
  state->adopt(view);
  return state;
}

void State::adopt(const RecordView& view) {
  record.assign(view.bytes());
  layouts = engine().layouts(dataClass.index());
  stamp = view.stamp();
  assigned.clear();
  contents.clear();
  related.clear();
  touched.clear();
  savedIn = process().fateOf(id());
}

void State::settle(std::string bytes, std::uint32_t newStamp) {
  record = std::move(bytes);
  layouts = engine().layouts(dataClass.index());
  stamp = newStamp;
  for (Slot& slot : assigned) {
    if (!slot.value.isObject()) continue;
    // The caller may go on changing the object it assigned.
    std::erase_if(contents, [&](const Slot& known) { return known.attribute == slot.attribute; });
    contents.push_back(std::move(slot));
  }
  assigned.clear();
  touched.clear();
  savedIn = process().fateOf(id());
}

bool State::moveToModel() {
  const auto current = dataClass.current();
  if (!current) return false;
  const auto moved = [&](std::uint32_t attribute) {
    // Both ends of a relation carry its uuid: the kind tells them apart.
    const model::Attribute& before = definition().attributes[attribute];
    const auto& attributes = current->definition().attributes;
    const auto found = std::ranges::find_if(attributes, [&](const model::Attribute& after) {
      return after.uuid == before.uuid && after.kind == before.kind;
    });
    return found == attributes.end() ? model::noIndex : static_cast<std::uint32_t>(found - attributes.begin());
  };
  const auto moveSlots = [&](std::vector<Slot>& slots) {
    for (Slot& slot : slots) slot.attribute = moved(slot.attribute);
    std::erase_if(slots, [](const Slot& slot) { return slot.attribute == model::noIndex; });
  };
  moveSlots(assigned);
  moveSlots(contents);
  for (std::uint32_t& attribute : touched) attribute = moved(attribute);
  std::erase(touched, model::noIndex);
  related.clear();
  dataClass = *current;
  layouts = engine().layouts(dataClass.index());
  return true;
}

const State::Slot* State::findAssigned(std::uint32_t attribute) const {
  const auto found = std::ranges::find(assigned, attribute, &Slot::attribute);
  return found == assigned.end() ? nullptr : &*found;
}

void State::touch(std::uint32_t attribute) {
  if (std::ranges::find(touched, attribute) == touched.end()) touched.push_back(attribute);
}

void State::assign(std::uint32_t attribute, Value value) {
  const auto found = std::ranges::find(assigned, attribute, &Slot::attribute);
  if (found != assigned.end()) {
    found->value = std::move(value);
  } else {
    assigned.push_back({attribute, std::move(value)});
  }
  std::erase_if(contents, [&](const Slot& slot) { return slot.attribute == attribute; });
}

Value State::value(std::uint32_t attribute) {
  const model::Attribute& definition = this->definition().attributes[attribute];
  const auto blanked = [&](Value value) {
    return value.isMissing() && definition.neverNull ? blankOf(model::columnType(definition)) : value;
  };
  if (const Slot* slot = findAssigned(attribute)) return blanked(slot->value);
  const auto content = std::ranges::find(contents, attribute, &Slot::attribute);
  if (content != contents.end()) return content->value;
  const RecordView stored = view();
  if (!stored) return blanked(Value::null());
  // The plain case needs nothing of the engine: a value of the attribute's type inside the record.
  const storage::Field field = stored.field(dataClass.schema().columns[dataClass.index()][attribute]);
  if (field.present && !field.external && field.type == model::columnType(definition) &&
      field.type != ColumnType::object) {
    return storage::toValue(field);
  }
  Value value = engine().decode(stored, dataClass.index(), attribute).value_or(Value::null());
  if (value.isUndefined()) value = Value::null();
  if (value.isObject() || value.isCollection()) contents.push_back({attribute, value});
  return value;
}

bool readPlain(const Entity& entity, std::uint32_t attribute, Value& value) {
  const State& state = State::of(entity);
  if (state.process().access() || !state.assigned.empty() || state.record.empty()) return false;
  const model::Attribute& definition = state.definition().attributes[attribute];
  if (definition.kind != model::AttributeKind::storage) return false;
  const RecordView stored(state.record, *state.layouts);
  if (!stored) return false;
  const storage::Field field = stored.field(state.dataClass.schema().columns[state.dataClass.index()][attribute]);
  const bool plain = field.present && !field.external && field.type == model::columnType(definition);
  if (!plain) return false;
  switch (field.type) {
    case ColumnType::boolean:
    case ColumnType::int8:
    case ColumnType::int16:
    case ColumnType::int32:
    case ColumnType::real:
    case ColumnType::date:
    case ColumnType::text:
      value = storage::toValue(field);
      return true;
    default:
      return false;
  }
}

void State::detectChangedContents() {
  for (std::size_t i = 0; i < contents.size();) {
    const std::uint32_t attribute = contents[i].attribute;
    const Value stored = engine().decode(view(), dataClass.index(), attribute).value_or(Value::null());
    if (stored.identical(contents[i].value)) {
      ++i;
      continue;
    }
    Value changed = contents[i].value;
    assign(attribute, std::move(changed));  // leaves `contents` without this slot
    touch(attribute);
  }
}

void State::forgetRelated(std::uint32_t sourceAttribute) {
  const model::Model& model = *dataClass.schema().model;
  std::erase_if(related, [&](const auto& entry) {
    return relationOf(model, definition().attributes[entry.first]).sourceAttribute == sourceAttribute;
  });
}

Entity::Entity(std::unique_ptr<State> state) : state_(std::move(state)) {}

Entity::~Entity() {
  if (state_->locked) state_->engine().locks().unlock(state_->id(), state_->process().owner());
  keepState(std::move(state_));
}

Entity* Entity::from(const Value& value) {
  if (value.type() != Type::handle || value.asHandle().kind() != kindName) return nullptr;
  return static_cast<Entity*>(&value.asHandle());
}

Value toValue(const EntityRef& entity) {
  return entity ? Value::handle(Ref<Handle>::sharing(entity.get())) : Value::null();
}

const DataClass& Entity::dataClass() const { return state_->dataClass; }
RecordNumber Entity::number() const { return state_->number; }
std::uint32_t Entity::getStamp() const { return state_->stamp; }
void Entity::expectStamp(std::uint32_t stamp) { state_->stamp = stamp; }
bool Entity::isNew() const { return state_->isNew(); }

Instant Entity::savedAt() const {
  const RecordView view = state_->view();
  return view ? view.savedAt() : Instant{};
}

bool Entity::touched() const {
  if (state_->followModel()) state_->detectChangedContents();
  return !state_->touched.empty();
}

void Entity::touch(std::uint32_t attribute) {
  if (!state_->followModel() || attribute >= state_->definition().attributes.size()) return;
  if (!state_->definition().attributes[attribute].isStorage()) return;
  if (state_->findAssigned(attribute) == nullptr) {
    Value current = state_->value(attribute);
    state_->assign(attribute, std::move(current));
  }
  state_->touch(attribute);
}

std::vector<std::string> Entity::touchedAttributes() const {
  std::vector<std::string> names;
  if (!touched()) return names;
  for (const std::uint32_t attribute : state_->touched) {
    const model::Attribute& definition = state_->definition().attributes[attribute];
    if (!definition.shadowed) names.push_back(definition.name);
  }
  return names;
}

Value Entity::getKey() {
  State& state = *state_;
  if (!state.followModel()) return Value::null();
  const std::uint32_t key = state.definition().primaryKey;
  const model::Attribute& attribute = state.definition().key();
  if (state.isNew() && isAutomatic(attribute)) {
    const State::Slot* slot = state.findAssigned(key);
    if (slot == nullptr || slot->value.isMissing()) {
      state.assign(key, attribute.autosequence
                            ? Value::integer(state.engine().nextSequence(state.dataClass.index(), key))
                            : Value::text(newUuid()));
      state.touch(key);
    }
  }
  return state.value(key);
}

std::string Entity::getKeyText() { return valueText(getKey()); }

Result<EntityRef> Entity::clone() const {
  State& state = *state_;
  if (state.isNew()) {
    return std::unexpected(dataError(code::wrongArgument, "A never-saved entity cannot be cloned: save it first"));
  }
  // Object attributes are shared by reference between an entity and its clones: hand all of them out now.
  if (state.followModel()) {
    const auto& attributes = state.definition().attributes;
    for (std::uint32_t i = 0; i < attributes.size(); ++i) {
      if (attributes[i].isStorage() && attributes[i].type == model::AttributeType::object) (void)state.value(i);
    }
  }
  auto copy = std::make_unique<State>(state.dataClass);
  copy->number = state.number;
  copy->stamp = state.stamp;
  copy->record = state.record;
  copy->layouts = state.layouts;
  copy->assigned = state.assigned;
  copy->contents = state.contents;
  copy->related = state.related;
  copy->touched = state.touched;
  copy->savedIn = state.savedIn;
  copy->selection = state.selection;
  copy->position = state.position;
  return State::wrap(std::move(copy));
}

}  // namespace qodly::orda
