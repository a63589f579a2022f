#include "rest/source.h"

#include <algorithm>

#include "base/text.h"
#include "rest/attributes_filter.h"
#include "rest/entity_set.h"
#include "rest/errors.h"
#include "rest/exposure.h"
#include "rest/filter.h"
#include "value/convert.h"
#include "value/json.h"

namespace qodly::rest {

namespace {

using storage::noRecord;
using storage::RecordNumber;

// The same for an alias or a calculated attribute, whose type only the query knows.
Result<RecordNumber> findByQuery(Call& call, std::uint32_t dataClass) {
  const auto wanted = Collection::make();
  wanted->push(Value::text(call.address.key.text));
  const auto found = applyFilter(call, dataClass, nullptr, call.address.keyAttribute + " === :1",
                                 json::text(Value::collection(wanted)));
  if (!found) return std::unexpected(found.error());
  const orda::RecordSet& members = (*found)->members();
  return members.empty() ? noRecord : members.at(0);
}

// First entity, in storage order, whose attribute equals the value; `@` is an ordinary character.
Result<RecordNumber> findByAttribute(Call& call, std::uint32_t dataClass) {
  const auto& definition = call.model().classes[dataClass];
  const std::uint32_t index = visibleAttribute(call.model(), dataClass, call.address.keyAttribute);
  const auto target = index == model::noIndex ? std::nullopt : targetOf(call.model(), dataClass, index);
  if (!target || relatedClassOf(target->in(call.model())) != model::noIndex) {
    return std::unexpected(attributeNotFound(call.address.keyAttribute, definition.name));
  }
  if (auto allowed = demand(call, dataClass, index, orda::Right::read); !allowed) {
    return std::unexpected(allowed.error());
  }
  if (!definition.attributes[index].isStorage()) return findByQuery(call, dataClass);
  const auto& attribute = definition.attributes[index];
  const auto value = convertTo(model::columnType(attribute), Value::text(call.address.key.text));
  if (!value || value->isMissing()) return noRecord;
  const bool restricted = definition.restricted;
  if (attribute.unique && !restricted) return call.read()->findUnique(dataClass, index, *value);
  query::Plan plan;
  plan.dataClass = dataClass;
  plan.root.kind = query::Node::Kind::condition;
  plan.root.dataClass = dataClass;
  plan.root.condition.attribute = {.dataClass = dataClass, .attribute = index, .object = {}, .length = false};
  plan.root.condition.op = query::Operator::identical;
  plan.root.condition.value = *value;
  query::optimise(plan, call.model(), *call.engine().statistics(call.overlay()));
  auto found = call.engine().run(plan, call.overlay(), nullptr, nullptr);
  if (!found) return std::unexpected(found.error());
  if (restricted) *found = orda::DataClass(call.process(), call.schema, dataClass).readable(std::move(*found));
  return found->empty() ? noRecord : found->at(0);
}

std::vector<std::string_view> attributeLists(const Call& call) {
  return {call.address.segments.begin(), call.address.segments.end()};
}

}  // namespace

std::string expandBehind(std::string_view expand, std::string_view relation) {
  std::string rest;
  for (std::string_view item : listItems(expand)) {
    if (item == relation) continue;
    if (item.starts_with(relation) && item.substr(relation.size()).starts_with('.'))
      item.remove_prefix(relation.size() + 1);
    if (!rest.empty()) rest += ',';
    rest += item;
  }
  return rest;
}

Value keyValue(const model::DataClass& dataClass, std::string_view text) {
  if (dataClass.primaryKey == model::noIndex) return {};
  const ColumnType type = model::columnType(dataClass.key());
  if (type == ColumnType::text) return Value::text(text);
  if (type >= ColumnType::int8 && type <= ColumnType::int64) {
    const auto number = parseInteger(text);
    return number ? Value::integer(*number) : Value();
  }
  auto value = convertTo(type, Value::text(text));
  return value && !value->isMissing() ? *std::move(value) : Value();
}

namespace {

// Members behind one relation, those that may be read.
Result<orda::RecordSet> follow(Call& call, const query::Hop& hop, const orda::RecordSet& members) {
  auto next = call.engine().follow(hop, members, call.overlay());
  const std::uint32_t end = query::farClass(hop, call.model());
  if (!next || !call.model().classes[end].restricted || !hop.toMany) return next;
  return orda::DataClass(call.process(), call.schema, end).readable(std::move(*next));
}

Result<orda::RecordSet> calculatedMembers(Call& call, const AttributeTarget& target, const orda::RecordSet& owners) {
  const orda::DataClass owner(call.process(), call.schema, target.dataClass);
  orda::RecordSet members;
  for (const RecordNumber number : owners.toVector()) {
    const orda::EntityRef entity = owner.load(number);
    if (!entity) continue;
    const auto value = entity->read(target.attribute);
    if (!value) return std::unexpected(value.error());
    if (const auto* selection = orda::EntitySelection::from(*value)) {
      if (owners.size() == 1) return selection->members();
      members = members.unite(selection->members());
    } else if (const auto* one = orda::Entity::from(*value); one != nullptr && !one->isNew()) {
      members = members.append(one->number());
    }
  }
  return members;
}

}  // namespace

Result<orda::RecordSet> relatedMembers(Call& call, std::uint32_t dataClass, std::uint32_t attribute) {
  const auto number = findEntity(call, dataClass);
  if (!number) return std::unexpected(number.error());
  const auto target = targetOf(call.model(), dataClass, attribute);
  const bool calculated = target->in(call.model()).isCalculated();
  std::vector<query::Hop> hops = target->hops;
  if (!calculated) hops.push_back(hopOf(target->in(call.model())));
  orda::RecordSet members = orda::RecordSet::ordered({*number});
  for (const query::Hop& hop : hops) {
    auto next = follow(call, hop, members);
    if (!next) return next;
    members = std::move(*next);
  }
  return calculated ? calculatedMembers(call, *target, members) : members;
}

RecordNumber findByKey(Call& call, std::uint32_t dataClass, std::string_view key) {
  const auto& definition = call.model().classes[dataClass];
  const Value value = keyValue(definition, key);
  if (value.isUndefined()) return noRecord;
  const RecordNumber number = call.read()->findUnique(dataClass, definition.primaryKey, value);
  if (number == noRecord || !definition.restricted) return number;
  return orda::DataClass(call.process(), call.schema, dataClass).isReadable(number) ? number : noRecord;
}

Result<RecordNumber> findEntity(Call& call, std::uint32_t dataClass) {
  const Address& address = call.address;
  const std::string& name = call.model().classes[dataClass].name;
  const std::string& key = address.hasSetKey ? address.setKey.text : address.key.text;
  if (address.hasSetKey) {
    const auto set = findEntitySet(call, dataClass);
    if (!set) return std::unexpected(set.error());
    const RecordNumber number = findByKey(call, dataClass, key);
    if (number == noRecord || !set->members.contains(number)) return std::unexpected(entityNotLoaded(key, name));
    return number;
  }
  const Result<RecordNumber> number =
      address.keyAttribute.empty() ? findByKey(call, dataClass, key) : findByAttribute(call, dataClass);
  if (number && *number == noRecord) return std::unexpected(entityNotLoaded(key, name));
  return number;
}

std::optional<std::uint32_t> addressedRelation(const Call& call, std::uint32_t dataClass) {
  const Address& address = call.address;
  if (!address.isEntity() || address.segments.empty()) return std::nullopt;
  const std::string& name = address.segments.front();
  const auto expand = listItems(call.parameters.text(Parameter::expand));
  if (std::ranges::find(expand, std::string_view(name)) == expand.end()) return std::nullopt;
  const std::uint32_t index = visibleAttribute(call.model(), dataClass, name);
  if (index == model::noIndex) return std::nullopt;
  const auto target = targetOf(call.model(), dataClass, index);
  return target && relatedClassOf(target->in(call.model())) != model::noIndex ? std::optional(index) : std::nullopt;
}

Result<Source> findSource(Call& call, std::uint32_t dataClass) {
  Source source{.dataClass = dataClass,
                .members = {},
                .lists = attributeLists(call),
                .expand = std::string(call.parameters.text(Parameter::expand)),
                .plan = {}};
  if (const auto relation = addressedRelation(call, dataClass)) {
    const auto target = targetOf(call.model(), dataClass, *relation);
    source.dataClass = target->in(call.model()).relatedClass;
    // Before anything is looked for: what exists is not told either.
    if (auto allowed = demand(call, dataClass, *relation, orda::Right::read); !allowed) {
      return std::unexpected(allowed.error());
    }
    if (auto allowed = demand(call, source.dataClass, orda::Right::read); !allowed) {
      return std::unexpected(allowed.error());
    }
    auto members = relatedMembers(call, dataClass, *relation);
    if (!members) return std::unexpected(members.error());
    source.members = std::move(*members);
    source.lists.erase(source.lists.begin());
    source.expand = expandBehind(source.expand, call.address.segments.front());
    return source;
  }
  if (call.address.hasEntitySet && !call.address.entitySet.empty()) {
    auto set = findEntitySet(call, dataClass);
    if (!set) return std::unexpected(set.error());
    source.members = std::move(set->members);
    return source;
  }
  source.members = call.engine().all(dataClass, call.overlay());
  if (call.model().classes[dataClass].restricted) {
    source.members = orda::DataClass(call.process(), call.schema, dataClass).readable(std::move(source.members));
  }
  return source;
}

namespace {

// By $orderby, or $subOrderby of a sub entity set; as they are without either.
Result<orda::RecordSet> ordered(Call& call, std::uint32_t dataClass, orda::RecordSet members) {
  std::string_view order = call.parameters.text(Parameter::orderby);
  if (order.empty() && call.method() == CallMethod::subEntitySet) order = call.parameters.text(Parameter::subOrderby);
  if (trim(order).empty()) return members;
  return applyOrder(call, dataClass, members, order);
}

}  // namespace

Result<Source> evaluateSource(Call& call, std::uint32_t dataClass) {
  const auto filter = call.parameters.given(Parameter::filter);
  const PlanRequest plans = planRequest(call.parameters);
  const bool wholeClass = !call.address.isEntity() && !call.address.hasEntitySet;
  Result<Source> source;
  if (wholeClass && filter) {
    // The query of the dataclass itself: no need to know all its members first.
    source = Source{.dataClass = dataClass,
                    .members = {},
                    .lists = attributeLists(call),
                    .expand = std::string(call.parameters.text(Parameter::expand)),
                    .plan = {}};
  } else {
    source = findSource(call, dataClass);
    if (!source) return source;
    if (auto combined = combineEntitySets(call, *source); !combined) return std::unexpected(combined.error());
  }
  orda::SelectionRef filtered;
  if (filter) {
    auto found = applyFilter(call, source->dataClass, wholeClass ? nullptr : &source->members, *filter,
                             call.parameters.text(Parameter::params), plans);
    if (!found) return std::unexpected(found.error());
    filtered = std::move(*found);
    source->members = filtered->members();
  }
  if (plans.any()) source->plan = planMembers(plans, filtered.get());
  auto sorted = ordered(call, source->dataClass, std::move(source->members));
  if (!sorted) return std::unexpected(sorted.error());
  source->members = std::move(*sorted);
  return source;
}

Result<orda::RecordSet> filteredAndOrdered(Call& call, std::uint32_t dataClass, orda::RecordSet members) {
  if (const auto filter = call.parameters.given(Parameter::filter)) {
    auto found = applyFilter(call, dataClass, &members, *filter, call.parameters.text(Parameter::params));
    if (!found) return std::unexpected(found.error());
    members = (*found)->members();
  }
  return ordered(call, dataClass, std::move(members));
}

}  // namespace qodly::rest
