// Reading and writing attributes of an entity: storage values, relations, aliases (orda.md 5.2, 5.3, 7, 9).
#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/calculated.h"
#include "orda/change_tracking.h"
#include "orda/entity_events.h"
#include "orda/entity_state.h"
#include "orda/save_rules.h"
#include "value/value_text.h"

namespace qodly::orda {

namespace {

using State = Entity::State;

constexpr int maximumAliasDepth = 32;

EntityRef loadRelated(State& state, const model::Relation& relation) {
  const Value key = destinationKey(*state.dataClass.schema().model, relation, state.value(relation.sourceAttribute));
  if (key.isMissing()) return {};
  const auto reader = state.process().read();
  const RecordNumber number =
      state.process().findUnique(*reader, relation.destinationClass, relation.destinationAttribute, key);
  if (number == storage::noRecord) return {};
  const RecordView view = reader->record(relation.destinationClass, number);
  if (!view) return {};
  const DataClass destination(state.process(), state.dataClass.schemaRef(), relation.destinationClass);
  if (!destination.mayRead()) return {};
  return State::wrap(State::ofRecord(destination, number, view));
}

Value readRelatedEntity(State& state, std::uint32_t attribute) {
  const auto known = std::ranges::find(state.related, attribute, &std::pair<std::uint32_t, EntityRef>::first);
  if (known != state.related.end()) return toValue(known->second);
  const auto& definition = state.definition().attributes[attribute];
  EntityRef entity = loadRelated(state, relationOf(*state.dataClass.schema().model, definition));
  if (entity) state.related.emplace_back(attribute, entity);
  return toValue(entity);
}

Value readRelatedEntities(State& state, std::uint32_t attribute) {
  const auto& definition = state.definition().attributes[attribute];
  const DataClass many(state.process(), state.dataClass.schemaRef(), definition.relatedClass);
  const bool alterable = state.selection && state.selection->isAlterable();
  RecordSet members;
  if (!state.isNew()) {
    const query::Hop hop{.relation = definition.relation, .toMany = true};
    auto found = state.engine().follow(hop, RecordSet::ordered({state.number}), state.process().overlay());
    if (found) members = many.readable(std::move(*found));
  }
  return toValue(many.select(std::move(members), alterable));
}

// Index of the storage attribute of the same dataclass that the alias stands for; noIndex when it stands for anything
// else.
std::uint32_t writableTarget(const model::DataClass& dataClass, std::uint32_t attribute, int depth = 0) {
  const model::Attribute& definition = dataClass.attributes[attribute];
  if (definition.isStorage()) return attribute;
  if (definition.kind != model::AttributeKind::alias || depth == maximumAliasDepth) return model::noIndex;
  const std::uint32_t next = dataClass.indexOf(definition.aliasPath);
  return next == model::noIndex ? model::noIndex : writableTarget(dataClass, next, depth + 1);
}

std::unexpected<Error> refuse(int code, std::string message) {
  return std::unexpected(dataError(code, std::move(message)));
}

// Whether holding `to` from `from` would close a ring of references: such a ring would never be freed.
bool reaches(const Entity& from, const Entity& to) {
  if (&from == &to) return true;
  for (const auto& [attribute, entity] : State::of(from).related) {
    if (reaches(*entity, to)) return true;
  }
  return false;
}

struct Link {
  Value foreignKey;
  EntityRef entity;  // null reference: looked up when read
};

Result<Link> linkToEntity(State& state, const model::Attribute& attribute, Entity& entity) {
  const model::Model& model = *state.dataClass.schema().model;
  const model::Relation& relation = relationOf(model, attribute);
  const model::DataClass& wanted = model.classes[relation.destinationClass];
  const auto other = entity.dataClass().current();
  if (!other || other->index() != relation.destinationClass) {
    return refuse(code::incompatibleDataClass,
                  fmt::format("{}.{} takes an entity of {}, not of {}", state.dataClass.name(), attribute.name,
                              wanted.name, entity.dataClass().name()));
  }
  const bool byKey = relation.destinationAttribute == wanted.primaryKey;
  const Value key = byKey ? entity.getKey() : entity.get(relation.destinationAttribute);
  if (key.isMissing()) {
    return refuse(code::keyNotFound, fmt::format("The {} entity assigned to {}.{} has no key yet: save it first",
                                                 wanted.name, state.dataClass.name(), attribute.name));
  }
  const auto& source = state.definition().attributes[relation.sourceAttribute];
  auto foreignKey = assignable(state.definition(), source, key);
  if (!foreignKey) return std::unexpected(foreignKey.error());
  return Link{std::move(*foreignKey), EntityRef::sharing(&entity)};
}

Result<Link> linkToKey(State& state, const model::Attribute& attribute, const Value& key) {
  const model::Model& model = *state.dataClass.schema().model;
  const model::Relation& relation = relationOf(model, attribute);
  const model::DataClass& wanted = model.classes[relation.destinationClass];
  if (!key.isNumber() && !key.isText()) {
    return refuse(code::wrongType, fmt::format("{}.{} takes an entity of {}, a key or null, not a value of type {}",
                                               state.dataClass.name(), attribute.name, wanted.name, name(key.type())));
  }
  const Value destination = destinationKey(model, relation, key);
  const auto reader = state.process().read();
  const bool exists = !destination.isMissing() &&
                      state.process().findUnique(*reader, relation.destinationClass, relation.destinationAttribute,
                                                 destination) != storage::noRecord;
  if (!exists) {
    return refuse(code::keyNotFound,
                  fmt::format("Cannot find entity with {} key in the \"{}\" dataclass", quoted(key), wanted.name));
  }
  const auto& source = state.definition().attributes[relation.sourceAttribute];
  auto foreignKey = assignable(state.definition(), source, destination);
  if (!foreignKey) return std::unexpected(foreignKey.error());
  return Link{std::move(*foreignKey), {}};
}

Result<> writeRelation(Entity& self, State& state, std::uint32_t index, const Value& value) {
  const model::Attribute& attribute = state.definition().attributes[index];
  Link link{Value::null(), {}};
  if (!value.isMissing()) {
    Entity* entity = Entity::from(value);
    auto found = entity != nullptr ? linkToEntity(state, attribute, *entity) : linkToKey(state, attribute, value);
    if (!found) return std::unexpected(found.error());
    link = std::move(*found);
  }
  const std::uint32_t source = relationOf(*state.dataClass.schema().model, attribute).sourceAttribute;
  state.assign(source, std::move(link.foreignKey));
  state.touch(index);
  state.touch(source);
  state.forgetRelated(source);
  if (link.entity && !reaches(*link.entity, self)) state.related.emplace_back(index, std::move(link.entity));
  return {};
}

Result<> writeStorage(State& state, std::uint32_t index, const Value& value, NumberAsDuration numbers) {
  const model::Attribute& attribute = state.definition().attributes[index];
  auto converted = assignable(state.definition(), attribute, value, numbers);
  if (!converted) return std::unexpected(converted.error());
  state.assign(index, std::move(*converted));
  state.touch(index);
  state.forgetRelated(index);
  return {};
}

}  // namespace

std::uint32_t Entity::attributeIndex(std::string_view attribute) {
  return state_->followModel() ? state_->definition().indexOf(attribute) : model::noIndex;
}

Value Entity::get(std::string_view attribute) {
  const std::uint32_t index = attributeIndex(attribute);
  return index == model::noIndex ? Value() : get(index);
}

Value Entity::get(std::uint32_t attribute) {
  auto value = read(attribute);
  if (value) return std::move(*value);
  state_->process().noteFailure(value.error());
  return Value::null();
}

Result<Value> Entity::read(std::uint32_t attribute) {
  if (!state_->followModel() || attribute >= state_->definition().attributes.size()) return Value();
  const model::Attribute& definition = state_->definition().attributes[attribute];
  const DataClass& dataClass = state_->dataClass;
  if (!state_->process().allows(dataClass.schema(), dataClass.index(), attribute, Right::read)) return Value::null();
  switch (definition.kind) {
    case model::AttributeKind::storage:
      return state_->value(attribute);
    case model::AttributeKind::relatedEntity:
      return readRelatedEntity(*state_, attribute);
    case model::AttributeKind::relatedEntities:
      return readRelatedEntities(*state_, attribute);
    case model::AttributeKind::alias: {
      const AccessLift lift(state_->process());
      return walk(toValue(EntityRef::sharing(this)), definition.aliasPath);
    }
    case model::AttributeKind::calculated:
      break;
  }
  const AccessLift lift(state_->process());
  return readCalculated(*this, attribute);
}

Result<> Entity::set(std::string_view attribute, const Value& value, NumberAsDuration numbers) {
  const std::uint32_t index = attributeIndex(attribute);
  return index == model::noIndex ? Result<>{} : set(index, value, numbers);
}

Result<> Entity::set(std::uint32_t attribute, const Value& value, NumberAsDuration numbers) {
  if (!state_->followModel() || attribute >= state_->definition().attributes.size()) return {};
  const model::Attribute& definition = state_->definition().attributes[attribute];
  const auto readOnly = [&] {
    return refuse(code::readOnly, fmt::format("{}.{} is read-only", state_->dataClass.name(), definition.name));
  };
  if (isSystemAttribute(state_->definition(), definition)) return readOnly();
  if (definition.isCalculated()) {
    if (definition.readOnly) return readOnly();
    auto done = writeCalculated(*this, attribute, value);
    if (done) raiseTouched(*this, attribute);
    return done;
  }
  if (definition.kind == model::AttributeKind::relatedEntity) {
    const std::uint32_t source = relationOf(*state_->dataClass.schema().model, definition).sourceAttribute;
    auto done = writeRelation(*this, *state_, attribute, value);
    if (!done) return done;
    raiseTouched(*this, attribute);
    if (!state_->definition().attributes[source].shadowed) raiseTouched(*this, source);
    return done;
  }
  const std::uint32_t target = writableTarget(state_->definition(), attribute);
  if (target == model::noIndex) return readOnly();
  auto done = writeStorage(*state_, target, value, numbers);
  if (done) raiseTouched(*this, target);
  return done;
}

}  // namespace qodly::orda
