#include "query/object_query.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "query/bind_parts.h"
#include "query/match.h"
#include "query/match_object.h"

namespace qodly::query {

namespace {

using Term = std::variant<BoundComparison, Node>;

// A condition on a member of the element itself: the usual case, worth a way of its own. Objects of one make have their
// members in the same order, so the place where the last one had it is looked at first.
class MemberTest {
 public:
  MemberTest(const Condition& condition, const Collation& collation)
      : name_(condition.attribute.object.front().name), test_(condition, collation) {}

  static bool fits(const Condition& condition) {
    const AttributeRef& attribute = condition.attribute;
    return attribute.object.size() == 1 && !attribute.object.front().each && attribute.object.front().link == 0 &&
           !attribute.object.front().name.empty() && !attribute.length;
  }

  bool operator()(const Value& element) const {
    constexpr std::size_t behindTheMember = 1;
    const Value* value = element.isObject() ? find(element.asObject()) : nullptr;
    return test_(value != nullptr ? ValueView(*value) : ValueView(), behindTheMember);
  }

 private:
  const Value* find(const Object& object) const {
    const auto& members = object.members();
    const std::uint32_t place = place_.load(std::memory_order_relaxed);
    if (place < members.size() && members[place].name == name_) return &members[place].value;
    const Value* found = object.find(name_);
    for (std::uint32_t i = 0; found != nullptr && i < members.size(); ++i) {
      if (&members[i].value == found) place_.store(i, std::memory_order_relaxed);
    }
    return found;
  }

  std::string_view name_;  // of the condition, which outlives this
  PathTest test_;
  mutable std::atomic<std::uint32_t> place_{0};
};

// A node of the plan with its matchers, ready to be asked.
struct Test {
  const Node* node;
  std::unique_ptr<MemberTest> member;
  std::unique_ptr<Matcher> condition;
  std::unique_ptr<LinkedMatcher> linked;
  std::vector<Test> children;

  bool operator()(const Value& element) const {
    const auto holds = [&](const Test& child) { return child(element); };
    switch (node->kind) {
      case Node::Kind::condition:
        return member ? (*member)(element) : condition->matches(element);
      case Node::Kind::linked:
        return linked->matches(element);
      case Node::Kind::conjunction:
        return std::ranges::all_of(children, holds);
      case Node::Kind::disjunction:
        return std::ranges::any_of(children, holds);
      case Node::Kind::negation:
        return !children.front()(element);
      default:
        return node->kind == Node::Kind::all;
    }
  }
};

Test testOf(const Node& node, const Collation& collation) {
  Test test{&node, nullptr, nullptr, nullptr, {}};
  if (node.kind == Node::Kind::condition && MemberTest::fits(node.condition)) {
    test.member = std::make_unique<MemberTest>(node.condition, collation);
  } else if (node.kind == Node::Kind::condition) {
    test.condition = std::make_unique<Matcher>(node.condition, collation);
  } else if (node.kind == Node::Kind::linked) {
    test.linked = std::make_unique<LinkedMatcher>(node, collation);
  } else {
    for (const Node& child : node.children) test.children.push_back(testOf(child, collation));
  }
  return test;
}

bool comparesIdentity(const SyntaxNode& comparison, const Value& value) {
  const auto* placeholder = std::get_if<Placeholder>(&comparison.right);
  if (placeholder == nullptr || placeholder->indexed) return false;
  if (comparison.begins || comparison.op > Operator::notIdentical) return false;
  return value.isObject() || value.isCollection() || value.type() == Type::handle;
}

class Binder {
 public:
  explicit Binder(const Parameters& parameters) : parameters_(parameters) {
    // Every condition is one inside an object: the element itself.
    element_.type = model::AttributeType::object;
  }

  Result<Node> criteria(const SyntaxNode& syntax) {
    switch (syntax.kind) {
      case SyntaxNode::Kind::disjunction:
        return group(syntax, Node::Kind::disjunction);
      case SyntaxNode::Kind::negation:
        return group(syntax, Node::Kind::negation);
      case SyntaxNode::Kind::formula:
        return std::unexpected(formula(syntax));
      default:
        break;
    }
    std::vector<Term> terms;
    if (auto added = addTerms(syntax, terms); !added) return std::unexpected(added.error());
    return conjunctionOf(0, std::move(terms), model_);
  }

  Result<Path> path(const std::variant<Path, Placeholder>& path, std::uint32_t position) {
    auto filled = pathOf(path, parameters_, position);
    if (!filled) return std::unexpected(filled.error());
    for (const PathStep& step : *filled) {
      if (step.classIndex == 0) continue;
      return std::unexpected(atPosition(code::querySyntax, position,
                                        fmt::format("\"{}\" is no relation: braces belong to relations", step.name)));
    }
    std::vector<std::string>& names = paths_.emplace_back();
    for (const PathStep& step : *filled) names.push_back(step.name);
    return filled;
  }

  std::vector<std::vector<std::string>> takePaths() { return std::move(paths_); }

 private:
  Result<> addTerms(const SyntaxNode& syntax, std::vector<Term>& terms) {
    if (syntax.kind == SyntaxNode::Kind::conjunction) {
      for (const SyntaxNode& child : syntax.children) {
        if (auto added = addTerms(child, terms); !added) return added;
      }
      return {};
    }
    if (syntax.kind == SyntaxNode::Kind::comparison) {
      auto bound = comparison(syntax);
      if (!bound) return std::unexpected(bound.error());
      terms.emplace_back(BoundComparison{{}, std::move(*bound)});
      return {};
    }
    auto node = criteria(syntax);
    if (!node) return std::unexpected(node.error());
    terms.emplace_back(std::move(*node));
    return {};
  }

  Result<Node> group(const SyntaxNode& syntax, Node::Kind kind) {
    Node node;
    node.kind = kind;
    node.except = syntax.except;
    for (const SyntaxNode& child : syntax.children) {
      auto bound = criteria(child);
      if (!bound) return bound;
      node.children.push_back(std::move(*bound));
    }
    return node;
  }

  Result<Node> comparison(const SyntaxNode& syntax) {
    auto left = path(syntax.left, syntax.position);
    if (!left) return std::unexpected(left.error());
    auto values = valuesOf(syntax, parameters_);
    if (!values) return std::unexpected(values.error());
    Node node;
    node.kind = Node::Kind::condition;
    Condition& condition = node.condition;
    setPath(condition.attribute, std::move(*left));
    if (comparesIdentity(syntax, values->single.value)) {
      condition.op = syntax.op;
      condition.value = values->single.value;
      return node;
    }
    fillCondition(condition, element_, {syntax.op, syntax.begins}, std::move(*values));
    return node;
  }

  static void setPath(AttributeRef& attribute, Path path) {
    attribute.dataClass = 0;
    attribute.attribute = 0;
    for (PathStep& step : path) attribute.object.push_back({std::move(step.name), step.each, step.link});
    if (attribute.object.back().name == "length" && !attribute.object.back().each) {
      attribute.object.pop_back();
      attribute.length = true;
    }
  }

  Error formula(const SyntaxNode& syntax) {
    if (const auto* placeholder = std::get_if<Placeholder>(&syntax.formula)) {
      auto value = placeholderValue(*placeholder, parameters_, syntax.position);
      if (!value) return value.error();
      if (value->type() != Type::handle) {
        return atPosition(code::querySyntax, syntax.position,
                          fmt::format("Query syntax error: the placeholder :{} stands alone; expected a comparator and "
                                      "a value after it",
                                      placeholder->name));
      }
    }
    return atPosition(code::formulaNotAllowed, syntax.position,
                      "Formula not allowed in this member method: use filter() with a formula instead");
  }

  const Parameters& parameters_;
  model::Model model_;  // of no class: nothing here asks it
  model::Attribute element_;
  std::vector<std::vector<std::string>> paths_;
};

}  // namespace

struct ObjectQuery::State {
  Node root;
  std::optional<Test> test;  // points into root
  std::vector<OrderKey> order;
  std::vector<std::vector<std::string>> paths;
};

ObjectQuery::ObjectQuery(std::unique_ptr<State> state) : state_(std::move(state)) {}
ObjectQuery::~ObjectQuery() = default;
ObjectQuery::ObjectQuery(ObjectQuery&&) noexcept = default;
ObjectQuery& ObjectQuery::operator=(ObjectQuery&&) noexcept = default;

Result<ObjectQuery> ObjectQuery::compile(std::string_view text, const Parameters& parameters,
                                         const Collation& collation) {
  auto syntax = parse(text);
  if (!syntax) return std::unexpected(syntax.error());
  auto state = std::make_unique<State>();
  Binder binder(parameters);
  if (syntax->criteria) {
    auto root = binder.criteria(*syntax->criteria);
    if (!root) return std::unexpected(root.error());
    state->root = normalise(std::move(*root));
  }
  for (const SyntaxSortKey& key : syntax->order) {
    auto path = binder.path(key.path, key.position);
    if (!path) return std::unexpected(path.error());
    OrderKey& order = state->order.emplace_back();
    order.descending = key.descending;
    for (PathStep& step : *path) {
      if (step.each) {
        return std::unexpected(atPosition(code::wrongArgument, key.position,
                                          "A sort key cannot go through every element of a collection"));
      }
      order.path.push_back(std::move(step.name));
    }
  }
  state->paths = binder.takePaths();
  state->test = testOf(state->root, collation);
  return ObjectQuery(std::move(state));
}

bool ObjectQuery::matches(const Value& element) const { return element.isObject() && (*state_->test)(element); }

const std::vector<ObjectQuery::OrderKey>& ObjectQuery::order() const { return state_->order; }

const std::vector<std::vector<std::string>>& ObjectQuery::paths() const { return state_->paths; }

}  // namespace qodly::query
