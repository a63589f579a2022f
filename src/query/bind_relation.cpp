// Comparisons with a relation attribute itself (query.md 5, 7): null tests, and entities or keys, which become
// conditions on the foreign key or on the primary key at the other end.
#include "query/bind_parts.h"

namespace qodly::query {

namespace {

// An entity, a selection, or an object with __KEY stands for its key or keys: undefined when it says that they are of
// another dataclass than `wanted`.
Value keyValue(const Value& value, const model::DataClass& wanted, const Parameters& parameters) {
  Value told = value;
  if (value.type() == Type::handle) told = parameters.keyOf ? parameters.keyOf(value.asHandle()) : Value();
  if (!told.isObject()) return told;
  const Value dataClass = told.asObject().get("__DATACLASS");
  return dataClass.isText() && dataClass.asText() != wanted.name ? Value() : told.asObject().get("__KEY");
}

// Handles replaced by keys; a selection or collection of keys makes a list.
void resolveKeys(Values& values, const model::DataClass& wanted, const Parameters& parameters) {
  if (!values.isList) {
    values.single.value = keyValue(values.single.value, wanted, parameters);
    if (!values.single.value.isCollection()) return;
    values.isList = true;
    for (const Value& key : values.single.value.asCollection().elements()) values.list.push_back({key, false, {}});
    return;
  }
  for (Element& element : values.list) element.value = keyValue(element.value, wanted, parameters);
}

Node conditionNode(std::uint32_t dataClass, std::uint32_t attribute) {
  Node node;
  node.kind = Node::Kind::condition;
  node.dataClass = dataClass;
  node.condition.attribute.dataClass = dataClass;
  node.condition.attribute.attribute = attribute;
  return node;
}

Node constantNode(const BoundPath& path, Comparison comparison, bool answer, const Value& shown) {
  Node node = conditionNode(path.attribute.dataClass, path.attribute.attribute);
  node.condition.op = comparison.op;
  node.condition.value = shown;
  node.condition.constant = answer;
  return node;
}

Node negationOf(Node child) {
  Node node;
  node.kind = Node::Kind::negation;
  node.dataClass = child.dataClass;
  node.children.push_back(std::move(child));
  return node;
}

Node nullTest(const BoundPath& path, const Hop& hop, bool negative) {
  Node node;
  node.kind = Node::Kind::related;
  node.dataClass = path.attribute.dataClass;
  node.hop = hop;
  node.negative = negative;
  return node;
}

// Equality with one or several keys; a list given to `=` or `!=` works as `in`.
Node keyCondition(std::uint32_t dataClass, std::uint32_t attribute, Comparison comparison, Values values,
                  const model::Model& model) {
  const bool negative = isNegative(comparison.op);
  if (values.isList) comparison.op = Operator::in;
  Node node = conditionNode(dataClass, attribute);
  fillCondition(node.condition, model.classes[dataClass].attributes[attribute], comparison, std::move(values));
  return negative && comparison.op == Operator::in ? negationOf(std::move(node)) : node;
}

}  // namespace

Node relationNode(BoundPath& path, Comparison comparison, Values values, const model::Model& model,
                  const Parameters& parameters) {
  const model::Attribute& attribute = model.classes[path.attribute.dataClass].attributes[path.attribute.attribute];
  const model::Relation& relation = model.relations[attribute.relation];
  const Hop hop{attribute.relation, attribute.kind == model::AttributeKind::relatedEntities, path.instance};
  const bool equality = comparison.op <= Operator::notIdentical && !comparison.begins;
  const bool negative = isNegative(comparison.op);
  if (values.nullLiteral && equality) return nullTest(path, hop, negative);
  if (!equality && comparison.op != Operator::in) return constantNode(path, comparison, false, values.single.value);

  const std::uint32_t target = attribute.relatedClass;
  resolveKeys(values, model.classes[target], parameters);
  if (!values.isList && values.single.value.isMissing())
    return constantNode(path, comparison, negative, values.single.value);

  const std::uint32_t key = model.classes[target].primaryKey;
  if (key == model::noIndex) return constantNode(path, comparison, negative, values.single.value);
  if (hop.toMany) {
    path.hops.push_back(hop);
    return keyCondition(target, key, comparison, std::move(values), model);
  }
  if (relation.destinationAttribute == key) {
    return keyCondition(relation.sourceClass, relation.sourceAttribute, comparison, std::move(values), model);
  }
  // The foreign key refers to another field than the primary key: ask the related entity for its key.
  if (negative) comparison.op = negated(comparison.op);
  Node related = joined({hop}, keyCondition(target, key, comparison, std::move(values), model), model);
  return negative ? negationOf(std::move(related)) : related;
}

}  // namespace qodly::query
