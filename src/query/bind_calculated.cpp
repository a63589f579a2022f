// Conditions and sort keys on calculated attributes (query.md 11): the code of the application may give a query or a
// sort order in their place; otherwise they are evaluated through `get`.
#include <fmt/format.h>

#include "base/error_codes.h"
#include "query/bind_parts.h"

namespace qodly::query {

namespace {

const model::Attribute& attributeOf(const AttributeRef& reference, const model::Model& model) {
  return model.classes[reference.dataClass].attributes[reference.attribute];
}

Error unusable(const AttributeRef& reference, const model::Model& model) {
  return Error(
      code::wrongArgument, "dbmg",
      fmt::format("The calculated attribute \"{}\" of the \"{}\" dataclass cannot be used here: no code of the "
                  "application is loaded",
                  attributeOf(reference, model).name, model.classes[reference.dataClass].name));
}

std::string beyondText(const std::vector<ObjectStep>& steps) {
  std::string text;
  for (const ObjectStep& step : steps) {
    if (!text.empty()) text += '.';
    text += step.name;
  }
  return text;
}

// The value as the code sees it: of the attribute's type where the query wrote it as text.
Value comparedValue(const Node& node, const Values& values) {
  if (values.nullLiteral) return Value::null();
  if (values.isList) {
    auto list = Collection::make();
    if (node.condition.op == Operator::in && !node.condition.list.empty()) {
      for (const Value& value : node.condition.list) list->push(value);
    } else {
      for (const Element& element : values.list) list->push(element.value);
    }
    return Value::collection(std::move(list));
  }
  if (values.single.literal && !node.condition.constant && !node.condition.value.isUndefined()) {
    return node.condition.written.isUndefined() ? node.condition.value : node.condition.written;
  }
  return values.single.value;
}

Result<Node> substituted(const Substitute& substitute, const AttributeRef& reference, const model::Model& model,
                         const Parameters& parameters) {
  const auto wrong = [&](const Error& cause) {
    return std::unexpected(
        Error(cause.code(), "dbmg",
              fmt::format("The query function of {}.{} gives \"{}\": {}", model.classes[reference.dataClass].name,
                          attributeOf(reference, model).name, substitute.text, cause.message())));
  };
  if (parameters.depth >= maximumSubstitutions) {
    return wrong(Error(code::recursiveCalculation, "dbmg", "query functions use each other in a circle"));
  }
  const auto syntax = parse(substitute.text);
  if (!syntax) return wrong(syntax.error());
  if (!syntax->order.empty()) {
    return wrong(Error(code::querySyntax, "dbmg", "order by is not possible in the query of a calculated attribute"));
  }
  Parameters inner;
  inner.values = substitute.values;
  inner.keyOf = parameters.keyOf;
  inner.calculations = parameters.calculations;
  inner.depth = parameters.depth + 1;
  auto plan = bind(*syntax, model, reference.dataClass, inner);
  if (!plan) return wrong(plan.error());
  return std::move(plan->root);
}

}  // namespace

Result<Node> calculatedNode(const AttributeRef& reference, Comparison comparison, Values values,
                            const model::Model& model, const Parameters& parameters) {
  if (parameters.calculations == nullptr) return std::unexpected(unusable(reference, model));
  const model::Attribute& attribute = attributeOf(reference, model);
  Node node;
  node.kind = Node::Kind::calculated;
  node.dataClass = reference.dataClass;
  node.condition.attribute = reference;
  const bool direct = attribute.result == model::CalculatedResult::scalar && !reference.insideObject();
  const Values given = values;
  if (attribute.result == model::CalculatedResult::scalar) {
    fillCondition(node.condition, attribute, comparison, std::move(values));
  } else {
    // What the path leads to is only known when it is walked: compared as a value inside an object is.
    node.beyond = beyondText(reference.object);
    node.condition.attribute.object = {{.name = "value", .each = false, .link = 0}};
    node.condition.attribute.length = false;
    model::Attribute dynamic;
    dynamic.type = model::AttributeType::object;
    fillCondition(node.condition, dynamic, comparison, std::move(values));
  }
  if (!direct || !attribute.hasQuery) return node;
  const Value value = comparedValue(node, given);
  auto substitute = parameters.calculations->query(reference.dataClass, reference.attribute, comparison.op, value);
  if (!substitute) return std::unexpected(substitute.error());
  if (!*substitute) return node;
  return substituted(**substitute, reference, model, parameters);
}

Result<std::vector<SortKey>> calculatedKeys(BoundPath path, bool descending, const model::Model& model,
                                            const Parameters& parameters) {
  const AttributeRef reference = path.attribute;
  if (parameters.calculations == nullptr) return std::unexpected(unusable(reference, model));
  const model::Attribute& attribute = attributeOf(reference, model);
  const bool direct = attribute.result == model::CalculatedResult::scalar && !reference.insideObject();
  std::optional<std::string> given;
  if (direct && attribute.hasOrder) {
    auto answer = parameters.calculations->orderBy(reference.dataClass, reference.attribute, descending);
    if (!answer) return std::unexpected(answer.error());
    given = std::move(*answer);
  }
  std::vector<SortKey> keys;
  if (!given) {
    SortKey key{.path = std::move(path), .descending = descending, .calculated = true, .beyond = {}};
    if (attribute.result != model::CalculatedResult::scalar) key.beyond = beyondText(reference.object);
    keys.push_back(std::move(key));
    return keys;
  }
  const auto wrong = [&](const Error& cause) {
    return std::unexpected(
        Error(cause.code(), "dbmg",
              fmt::format("The orderBy function of {}.{} gives \"{}\": {}", model.classes[reference.dataClass].name,
                          attribute.name, *given, cause.message())));
  };
  if (parameters.depth >= maximumSubstitutions) {
    return wrong(Error(code::recursiveCalculation, "dbmg", "orderBy functions use each other in a circle"));
  }
  const auto syntax = parseOrder(*given);
  if (!syntax) return wrong(syntax.error());
  Parameters inner;
  inner.calculations = parameters.calculations;
  inner.depth = parameters.depth + 1;
  auto order = bindOrder(*syntax, model, reference.dataClass, inner);
  if (!order) return wrong(order.error());
  for (SortKey& key : *order) {
    key.path.hops.insert(key.path.hops.begin(), path.hops.begin(), path.hops.end());
    keys.push_back(std::move(key));
  }
  return keys;
}

bool Node::needsScripts() const {
  if (isScripted()) return true;
  for (const Node& child : children) {
    if (child.needsScripts()) return true;
  }
  return false;
}

}  // namespace qodly::query
