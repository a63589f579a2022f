// Syntax tree to plan: walks the logical structure and hands paths, values and groups to their stages.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error_codes.h"
#include "query/bind_parts.h"

namespace qodly::query {

namespace {

using Term = std::variant<BoundComparison, Node>;

class Binder {
 public:
  Binder(const model::Model& model, const Parameters& parameters) : model_(model), parameters_(parameters) {}

  Result<Node> criteria(const SyntaxNode& syntax, std::uint32_t dataClass);
  Result<BoundPath> path(const std::variant<Path, Placeholder>& path, std::uint32_t dataClass, std::uint32_t position);

 private:
  Result<> addTerms(const SyntaxNode& syntax, std::uint32_t dataClass, std::vector<Term>& terms);
  Result<Node> disjunction(const SyntaxNode& syntax, std::uint32_t dataClass);
  Result<Node> negation(const SyntaxNode& syntax, std::uint32_t dataClass);
  Result<BoundComparison> comparison(const SyntaxNode& syntax, std::uint32_t dataClass);
  Result<Node> formula(const SyntaxNode& syntax, std::uint32_t dataClass);

  const model::Model& model_;
  const Parameters& parameters_;
};

// A conjunction's members with nested conjunctions flattened (query.md 8.2).
Result<> Binder::addTerms(const SyntaxNode& syntax, std::uint32_t dataClass, std::vector<Term>& terms) {
  if (syntax.kind == SyntaxNode::Kind::conjunction) {
    for (const SyntaxNode& child : syntax.children) {
      if (auto added = addTerms(child, dataClass, terms); !added) return added;
    }
    return {};
  }
  if (syntax.kind == SyntaxNode::Kind::comparison) {
    auto bound = comparison(syntax, dataClass);
    if (!bound) return std::unexpected(bound.error());
    terms.emplace_back(std::move(*bound));
    return {};
  }
  auto node = criteria(syntax, dataClass);
  if (!node) return std::unexpected(node.error());
  terms.emplace_back(std::move(*node));
  return {};
}

Result<Node> Binder::criteria(const SyntaxNode& syntax, std::uint32_t dataClass) {
  switch (syntax.kind) {
    case SyntaxNode::Kind::disjunction:
      return disjunction(syntax, dataClass);
    case SyntaxNode::Kind::negation:
      return negation(syntax, dataClass);
    case SyntaxNode::Kind::formula:
      return formula(syntax, dataClass);
    default:
      break;
  }
  std::vector<Term> terms;
  if (auto added = addTerms(syntax, dataClass, terms); !added) return std::unexpected(added.error());
  return conjunctionOf(dataClass, std::move(terms), model_);
}

Result<Node> Binder::disjunction(const SyntaxNode& syntax, std::uint32_t dataClass) {
  Node node;
  node.kind = Node::Kind::disjunction;
  node.dataClass = dataClass;
  node.children.reserve(syntax.children.size());
  for (const SyntaxNode& child : syntax.children) {
    auto bound = criteria(child, dataClass);
    if (!bound) return bound;
    node.children.push_back(std::move(*bound));
  }
  return node;
}

Result<Node> Binder::negation(const SyntaxNode& syntax, std::uint32_t dataClass) {
  auto child = criteria(syntax.children.front(), dataClass);
  if (!child) return child;
  Node node;
  node.kind = Node::Kind::negation;
  node.dataClass = dataClass;
  node.except = syntax.except;
  node.children.push_back(std::move(*child));
  return node;
}

Result<BoundPath> Binder::path(const std::variant<Path, Placeholder>& path, std::uint32_t dataClass,
                               std::uint32_t position) {
  auto filled = pathOf(path, parameters_, position);
  if (!filled) return std::unexpected(filled.error());
  auto bound = bindPath(*filled, model_, dataClass, parameters_.exposedOnly);
  if (!bound) return std::unexpected(atPosition(bound.error().code(), position, bound.error().message()));
  return bound;
}

Result<BoundComparison> Binder::comparison(const SyntaxNode& syntax, std::uint32_t dataClass) {
  auto path = this->path(syntax.left, dataClass, syntax.position);
  if (!path) return std::unexpected(path.error());
  auto values = valuesOf(syntax, parameters_);
  if (!values) return std::unexpected(values.error());
  if (!values->isList && !values->nullLiteral && values->single.value.isMissing()) {
    spdlog::warn(
        "A query compares with a placeholder that holds null (position {}): that does not find null values, "
        "write `== null`",
        syntax.position + 1);
  }
  const AttributeRef& reference = path->attribute;
  const model::Attribute& attribute = model_.classes[reference.dataClass].attributes[reference.attribute];
  const Comparison comparison{syntax.op, syntax.begins};
  BoundComparison bound;
  if (attribute.isCalculated()) {
    auto leaf = calculatedNode(reference, comparison, std::move(*values), model_, parameters_);
    if (!leaf) return std::unexpected(atPosition(leaf.error().code(), syntax.position, leaf.error().message()));
    bound.leaf = std::move(*leaf);
  } else if (attribute.isRelation()) {
    bound.leaf = relationNode(*path, comparison, std::move(*values), model_, parameters_);
  } else {
    bound.leaf.kind = Node::Kind::condition;
    bound.leaf.dataClass = reference.dataClass;
    bound.leaf.condition.attribute = reference;
    fillCondition(bound.leaf.condition, attribute, comparison, std::move(*values));
    // A primary key is never null.
    const bool isKey = reference.attribute == model_.classes[reference.dataClass].primaryKey;
    if (isKey && bound.leaf.condition.nullTest) bound.leaf.condition.constant = isNegative(syntax.op);
  }
  bound.hops = std::move(path->hops);
  return bound;
}

Result<Node> Binder::formula(const SyntaxNode& syntax, std::uint32_t dataClass) {
  Node node;
  node.kind = Node::Kind::formula;
  node.dataClass = dataClass;
  if (const auto* placeholder = std::get_if<Placeholder>(&syntax.formula)) {
    auto value = placeholderValue(*placeholder, parameters_, syntax.position);
    if (!value) return std::unexpected(value.error());
    if (value->type() != Type::handle) {
      return std::unexpected(
          atPosition(code::querySyntax, syntax.position,
                     fmt::format("Query syntax error: the placeholder :{} stands alone but holds no formula; expected "
                                 "a comparator and a value after it",
                                 placeholder->name)));
    }
    node.formula = std::move(*value);
  } else {
    node.formula = Value::text(std::get<std::string>(syntax.formula));
  }
  if (parameters_.allowFormulas && parameters_.calculations != nullptr) return node;
  return std::unexpected(
      atPosition(code::formulaNotAllowed, syntax.position,
                 "Formula not allowed in this member method: write the condition with attributes and comparators "
                 "instead of eval()"));
}

}  // namespace

Result<Plan> bind(const Syntax& syntax, const model::Model& model, std::uint32_t dataClass,
                  const Parameters& parameters) {
  Plan plan;
  plan.dataClass = dataClass;
  plan.root.dataClass = dataClass;
  if (syntax.criteria) {
    auto root = Binder(model, parameters).criteria(*syntax.criteria, dataClass);
    if (!root) return std::unexpected(root.error());
    plan.root = normalise(std::move(*root));
  }
  auto order = bindOrder(syntax.order, model, dataClass, parameters);
  if (!order) return std::unexpected(order.error());
  plan.order = std::move(*order);
  return plan;
}

Result<std::vector<SortKey>> bindOrder(std::span<const SyntaxSortKey> keys, const model::Model& model,
                                       std::uint32_t dataClass, const Parameters& parameters) {
  std::vector<SortKey> order;
  order.reserve(keys.size());
  Binder binder(model, parameters);
  for (const SyntaxSortKey& key : keys) {
    auto path = binder.path(key.path, dataClass, key.position);
    if (!path) return std::unexpected(path.error());
    const AttributeRef& reference = path->attribute;
    const model::Attribute& attribute = model.classes[reference.dataClass].attributes[reference.attribute];
    const auto refuse = [&](std::string_view why) {
      return std::unexpected(
          atPosition(code::wrongArgument, key.position, fmt::format("Cannot sort by \"{}\": {}", attribute.name, why)));
    };
    for (const Hop& hop : path->hops) {
      if (hop.toMany) return refuse("the path goes through a relation to many entities");
    }
    if (attribute.isRelation()) return refuse("it is a relation; name an attribute of the related dataclass");
    if (attribute.isCalculated()) {
      auto calculated = calculatedKeys(std::move(*path), key.descending, model, parameters);
      if (!calculated) return std::unexpected(calculated.error());
      for (SortKey& each : *calculated) order.push_back(std::move(each));
      continue;
    }
    const ColumnType column = model::columnType(attribute);
    if (column == ColumnType::object && !reference.insideObject())
      return refuse("it is an object; name a property inside it");
    if (column == ColumnType::blob || column == ColumnType::picture) return refuse("its values have no order");
    for (const ObjectStep& step : reference.object) {
      if (step.each) return refuse("a sort key cannot go through every element of a collection");
    }
    order.push_back({.path = std::move(*path), .descending = key.descending, .beyond = {}});
  }
  return order;
}

}  // namespace qodly::query
