// Simplifications of a bound query that never change its result. A negation goes away only where its opposite is exact:
// `a != v` is the opposite of `a == v`, null and missing values included (query.md 7), but `not (a < v)` is not `a >=
// v` (null satisfies neither), and nothing crosses a join or a lettered collection, which are existential (8.3, 9.3).
#include <algorithm>

#include "query/bind_parts.h"

namespace qodly::query {

namespace {

// Whether not(node) can be written without a negation; only forms that serve an index better are wanted, so positive
// comparators keep their `not`, which costs an engine nothing.
bool hasPlainOpposite(const Node& node) {
  switch (node.kind) {
    case Node::Kind::negation:
      return true;
    case Node::Kind::condition:
      return isNegative(node.condition.op) && !node.condition.attribute.hasLetter();
    case Node::Kind::related:
      return node.negative;
    case Node::Kind::conjunction:
    case Node::Kind::disjunction:
      return std::ranges::all_of(node.children, hasPlainOpposite);
    default:
      return false;
  }
}

Node plainOpposite(Node node) {
  switch (node.kind) {
    case Node::Kind::negation: {
      Node child = std::move(node.children.front());
      return child;
    }
    case Node::Kind::condition:
      node.condition.op = negated(node.condition.op);
      if (node.condition.constant) node.condition.constant = !*node.condition.constant;
      return node;
    case Node::Kind::related:
      node.negative = false;
      return node;
    default:
      node.kind = node.kind == Node::Kind::conjunction ? Node::Kind::disjunction : Node::Kind::conjunction;
      for (Node& child : node.children) child = plainOpposite(std::move(child));
      return node;
  }
}

// and(a, and(b, c)) = and(a, b, c); same for or.
void flatten(Node& node) {
  std::vector<Node> flat;
  flat.reserve(node.children.size());
  for (Node& child : node.children) {
    if (child.kind != node.kind) {
      flat.push_back(std::move(child));
      continue;
    }
    for (Node& inner : child.children) flat.push_back(std::move(inner));
  }
  node.children = std::move(flat);
}

}  // namespace

Node normalise(Node node) {
  for (Node& child : node.children) child = normalise(std::move(child));
  if (node.kind == Node::Kind::negation && !node.except && hasPlainOpposite(node.children.front())) {
    Node child = std::move(node.children.front());
    return normalise(plainOpposite(std::move(child)));
  }
  if (node.kind == Node::Kind::conjunction || node.kind == Node::Kind::disjunction) flatten(node);
  return node;
}

}  // namespace qodly::query
