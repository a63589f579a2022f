// Plans as the objects that scripts and REST clients see (query.md 13, rest.md 19).
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "query/describe_parts.h"
#include "value/value_text.h"

namespace qodly::query {

namespace {

void appendShown(const Value& value, std::string& out) {
  if (value.isMissing()) {
    out += "null";
    return;
  }
  const std::string text = valueText(value);
  out += text.empty() && !value.isText() ? name(value.type()) : std::string_view(text);
}

std::string comparedText(const Condition& condition) {
  std::string text;
  if (condition.op != Operator::in) {
    appendShown(shownValue(condition), text);
    return text;
  }
  text = "[";
  for (const Value& value : condition.list) {
    if (text.size() > 1) text += ", ";
    appendShown(value, text);
  }
  return text + "]";
}

Value collectionOf(std::span<const Node> nodes, const model::Model& model) {
  auto items = Collection::make();
  for (const Node& node : nodes) items->push(describeNode(node, model));
  return Value::collection(std::move(items));
}

Value member(std::string_view name, Value value) {
  auto object = Object::make();
  object->set(name, std::move(value));
  return Value::object(std::move(object));
}

Value itemObject(const Node& node, const model::Model& model) {
  auto object = Object::make();
  object->set("item", Value::text(itemText(node, model)));
  if (node.kind == Node::Kind::join) object->set("subquery", collectionOf(node.children, model));
  return Value::object(std::move(object));
}

// `a and b except c`: [And of the kept, excluded...].
Value exceptObject(const Node& node, const model::Model& model) {
  std::vector<const Node*> kept;
  auto operands = Collection::make();
  auto keptItems = Collection::make();
  for (const Node& child : node.children) {
    if (child.kind != Node::Kind::negation || !child.except) kept.push_back(&child);
  }
  for (const Node* child : kept) keptItems->push(describeNode(*child, model));
  if (kept.size() == 1) operands->push(keptItems->elements().front());
  if (kept.size() > 1) operands->push(member("And", Value::collection(std::move(keptItems))));
  for (const Node& child : node.children) {
    if (child.kind == Node::Kind::negation && child.except) operands->push(describeNode(child.children.front(), model));
  }
  return member("Except", Value::collection(std::move(operands)));
}

}  // namespace

std::string_view relationAttributeName(const Hop& hop, const model::Model& model) {
  const model::Relation& relation = model.relations[hop.relation];
  const std::uint32_t index = hop.toMany ? relation.oneToNAttribute : relation.nTo1Attribute;
  const model::DataClass& owner = model.classes[nearClass(hop, model)];
  return index == model::noIndex ? std::string_view(owner.name) : std::string_view(owner.attributes[index].name);
}

JoinFields joinFields(const Hop& hop, const model::Model& model) {
  const model::Relation& relation = model.relations[hop.relation];
  const model::DataClass& source = model.classes[relation.sourceClass];
  const model::DataClass& destination = model.classes[relation.destinationClass];
  const JoinFields toOne{source.name, source.attributes[relation.sourceAttribute].name, destination.name,
                         destination.attributes[relation.destinationAttribute].name};
  if (!hop.toMany) return toOne;
  return {toOne.rightTable, toOne.rightField, toOne.leftTable, toOne.leftField};
}

std::string attributeText(const AttributeRef& reference, const model::Model& model) {
  std::string text = model.classes[reference.dataClass].attributes[reference.attribute].name;
  for (const ObjectStep& step : reference.object) {
    if (!step.name.empty()) text += "." + step.name;
    if (!step.each) continue;
    text += '[';
    if (step.link != 0) text += step.link;
    text += ']';
  }
  if (reference.length) text += ".length";
  return text;
}

const Value& shownValue(const Condition& condition) {
  return condition.written.isUndefined() ? condition.value : condition.written;
}

// `==` on a text shows as `===` without wildcard and as `=` with one (query.md 13).
std::string_view shownOperator(const Condition& condition) {
  if (condition.op != Operator::equal || !condition.value.isText()) return canonical(condition.op);
  return condition.value.asText().contains('@') ? "=" : "===";
}

bool hasExcept(const Node& node) {
  if (node.kind != Node::Kind::conjunction) return false;
  for (const Node& child : node.children) {
    if (child.kind == Node::Kind::negation && child.except) return true;
  }
  return false;
}

std::string itemText(const Node& node, const model::Model& model) {
  switch (node.kind) {
    case Node::Kind::formula:
      return "Formula";
    case Node::Kind::calculated:
    case Node::Kind::condition: {
      const Condition& condition = node.condition;
      const std::string attribute =
          fmt::format("{}.{}", model.classes[node.dataClass].name, attributeText(condition.attribute, model));
      const std::string rest = fmt::format("{} {}", shownOperator(condition), comparedText(condition));
      if (node.access == Node::Access::sequential) return fmt::format("{} {}", attribute, rest);
      return fmt::format("[index : {} ] {}", attribute, rest);
    }
    case Node::Kind::related:
      return fmt::format("{}.{} {} null", model.classes[node.dataClass].name, relationAttributeName(node.hop, model),
                         node.negative ? "!=" : "==");
    case Node::Kind::join: {
      const JoinFields fields = joinFields(node.hop, model);
      return fmt::format("Join on Table : {}  :  {}.{} = {}.{}", fields.rightTable, fields.leftTable, fields.leftField,
                         fields.rightTable, fields.rightField);
    }
    case Node::Kind::conjunction:
      return hasExcept(node) ? "EXCEPT" : "AND";
    case Node::Kind::linked:
      return "AND";
    case Node::Kind::disjunction:
      return "OR";
    case Node::Kind::negation:
      return node.except ? "EXCEPT" : "NOT";
    case Node::Kind::all:
      return "All";
    case Node::Kind::none:
      return "None";
  }
  return {};
}

Value describeNode(const Node& node, const model::Model& model) {
  switch (node.kind) {
    case Node::Kind::conjunction:
      if (hasExcept(node)) return exceptObject(node, model);
      return member("And", collectionOf(node.children, model));
    case Node::Kind::linked:
      return member("And", collectionOf(node.children, model));
    case Node::Kind::disjunction:
      return member("Or", collectionOf(node.children, model));
    case Node::Kind::negation:
      return member("Not", collectionOf(node.children, model));
    default:
      return itemObject(node, model);
  }
}

Value describe(const Plan& plan, const model::Model& model) {
  if (plan.root.kind == Node::Kind::all) return Value::object(Object::make());
  return describeNode(plan.root, model);
}

}  // namespace qodly::query
