// Conditions of one AND group that speak about the same related entity (query.md 8.2) or about the same element of a
// collection (9.3) are put together.
#include <map>

#include "query/bind_parts.h"

namespace qodly::query {

namespace {

struct HopsLess {
  bool operator()(const std::vector<Hop>& left, const std::vector<Hop>& right) const {
    return std::lexicographical_compare(
        left.begin(), left.end(), right.begin(), right.end(), [](const Hop& a, const Hop& b) {
          return std::tuple(a.relation, a.toMany, a.instance) < std::tuple(b.relation, b.toMany, b.instance);
        });
  }
};

// Attribute and path up to the first lettered step; empty when the condition has no letter or needs no element.
std::string linkKey(const Node& leaf) {
  if (leaf.kind != Node::Kind::condition || leaf.condition.constant) return {};
  const AttributeRef& attribute = leaf.condition.attribute;
  std::string key = std::to_string(attribute.attribute);
  for (const ObjectStep& step : attribute.object) {
    key += '\0';
    key += std::to_string(step.name.size());
    key += ':';
    key += step.name;
    if (step.each) key += "[]";
    if (step.link == 0) continue;
    key += step.link;
    return key;
  }
  return {};
}

// Leaves with a common lettered collection become one linked node; order of first appearance.
std::vector<Node> linkLeaves(std::vector<Node> leaves) {
  std::vector<Node> linked;
  std::map<std::string, std::size_t> places;
  for (Node& leaf : leaves) {
    const std::string key = linkKey(leaf);
    if (key.empty()) {
      linked.push_back(std::move(leaf));
      continue;
    }
    const auto [place, isNew] = places.try_emplace(key, linked.size());
    if (isNew) {
      linked.push_back(std::move(leaf));
      continue;
    }
    Node& group = linked[place->second];
    if (group.kind != Node::Kind::linked) {
      Node wrapper;
      wrapper.kind = Node::Kind::linked;
      wrapper.dataClass = group.dataClass;
      wrapper.children.push_back(std::move(group));
      group = std::move(wrapper);
    }
    group.children.push_back(std::move(leaf));
  }
  return linked;
}

Node conjunctionNode(std::uint32_t dataClass, std::vector<Node> children) {
  if (children.size() == 1) return std::move(children.front());
  Node node;
  node.kind = Node::Kind::conjunction;
  node.dataClass = dataClass;
  node.children = std::move(children);
  return node;
}

// Everything that one AND group says about one related entity (no hops: about the entity itself).
struct Group {
  std::vector<Hop> hops;
  std::vector<Node> leaves;
  bool ready = false;  // a node of its own, nothing to group
};

std::vector<Group> groupTerms(std::vector<std::variant<BoundComparison, Node>> terms) {
  std::vector<Group> groups;
  std::map<std::vector<Hop>, std::size_t, HopsLess> places;
  for (auto& term : terms) {
    if (auto* node = std::get_if<Node>(&term)) {
      Group& group = groups.emplace_back();
      group.leaves.push_back(std::move(*node));
      group.ready = true;
      continue;
    }
    BoundComparison& comparison = std::get<BoundComparison>(term);
    const auto [place, isNew] = places.try_emplace(comparison.hops, groups.size());
    if (isNew) groups.emplace_back().hops = std::move(comparison.hops);
    groups[place->second].leaves.push_back(std::move(comparison.leaf));
  }
  return groups;
}

}  // namespace

Node joined(std::vector<Hop> hops, Node leaf, const model::Model& model) {
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    Node join;
    join.kind = Node::Kind::join;
    join.dataClass = nearClass(*hop, model);
    join.hop = *hop;
    join.children.push_back(std::move(leaf));
    leaf = std::move(join);
  }
  return leaf;
}

Node conjunctionOf(std::uint32_t dataClass, std::vector<std::variant<BoundComparison, Node>> terms,
                   const model::Model& model) {
  std::vector<Node> children;
  for (Group& group : groupTerms(std::move(terms))) {
    if (group.ready) {
      children.push_back(std::move(group.leaves.front()));
      continue;
    }
    std::vector<Node> leaves = linkLeaves(std::move(group.leaves));
    if (group.hops.empty()) {
      for (Node& leaf : leaves) children.push_back(std::move(leaf));
    } else {
      const std::uint32_t end = farClass(group.hops.back(), model);
      children.push_back(joined(std::move(group.hops), conjunctionNode(end, std::move(leaves)), model));
    }
  }
  return conjunctionNode(dataClass, std::move(children));
}

}  // namespace qodly::query
