// Relations as attributes see them: keys at both ends, and steps along a dotted path (orda.md 5).
#include <algorithm>

#include "base/text.h"
#include "orda/entity_state.h"

namespace qodly::orda {

const model::Relation& relationOf(const model::Model& model, const model::Attribute& attribute) {
  return model.relations[attribute.relation];
}

Value destinationKey(const model::Model& model, const model::Relation& relation, const Value& foreignKey) {
  if (foreignKey.isMissing()) return Value::null();
  const model::Attribute& destination =
      model.classes[relation.destinationClass].attributes[relation.destinationAttribute];
  return convertTo(model::columnType(destination), foreignKey).value_or(Value::null());
}

namespace {

Value step(const Value& from, std::string_view name) {
  if (Entity* entity = Entity::from(from)) return entity->get(name);
  if (EntitySelection* selection = EntitySelection::from(from)) {
    if (name == "length") return Value::integer(static_cast<std::int64_t>(selection->length()));
    return selection->project(name).value_or(Value::null());
  }
  if (from.isObject()) return from.asObject().get(name);
  if (!from.isCollection()) return Value::null();
  const auto& elements = from.asCollection().elements();
  if (name == "length") return Value::integer(static_cast<std::int64_t>(elements.size()));
  auto results = Collection::make();
  for (const Value& element : elements) {
    const Value result = step(element, name);
    if (!result.isCollection()) {
      results->push(result);
      continue;
    }
    for (const Value& inner : result.asCollection().elements()) results->push(inner);
  }
  return Value::collection(results);
}

}  // namespace

Value walk(Value from, std::string_view dottedPath) {
  for (std::string_view name : split(dottedPath, '.')) {
    if (from.isMissing()) return Value::null();
    if (name.ends_with("[]")) name.remove_suffix(2);
    from = step(from, name);
  }
  return from.isUndefined() ? Value::null() : from;
}

}  // namespace qodly::orda
