// Chooses how each criterion finds its entities, and the order in which a conjunction is evaluated (query.md 18). A few
// range counts decide; nothing here changes which entities match.
#include <algorithm>
#include <cmath>

#include "query/plan.h"

namespace qodly::query {

namespace {

using Access = Node::Access;

// Reading one candidate's record costs about as much as following this many index entries; an index that gives more
// than so many times the candidates already found is not worth asking.
constexpr std::uint64_t indexEntriesPerCandidate = 8;
constexpr std::uint64_t fewCandidates = 64;
constexpr std::size_t longList = 256;
// Share of entities that a criterion without statistics is expected to keep.
constexpr std::uint64_t unknownShare = 4;

bool isOrdering(Operator op) {
  return op == Operator::less || op == Operator::lessOrEqual || op == Operator::greater ||
         op == Operator::greaterOrEqual;
}

bool startsWithWildcard(const Value& value) { return value.isText() && value.asText().starts_with('@'); }

// A shortened uuid, or one with wildcards, is no key of its index.
bool isWholeUuid(const Value& value) {
  return value.isText() && value.asText().size() == 32 && !value.asText().contains('@');
}

bool isObjectIndexed(const Value& value) { return value.isText() || value.isNumber() || value.type() == Type::boolean; }

std::span<const Value> valuesOf(const Condition& condition) {
  if (condition.op == Operator::in) return condition.list;
  return {&condition.value, 1};
}

bool takesWildcards(Operator op) { return op == Operator::equal || op == Operator::notEqual || op == Operator::in; }

// The index that could serve a condition; sequential when none can. A negative comparator is the complement of what the
// index gives for its positive form.
Access indexFor(const Condition& condition, const model::Attribute& attribute) {
  if (condition.constant || (isNegative(condition.op) && condition.attribute.hasLetter())) return Access::sequential;
  if (condition.nullTest) return condition.attribute.insideObject() ? Access::sequential : Access::index;
  const auto values = valuesOf(condition);
  if (takesWildcards(condition.op) && std::ranges::any_of(values, startsWithWildcard)) return Access::sequential;
  if (condition.attribute.insideObject()) {
    // Dates and durations inside objects also match texts, which stand elsewhere in the index.
    const bool served = condition.op != Operator::keyword && std::ranges::all_of(values, isObjectIndexed);
    return served ? Access::objectIndex : Access::sequential;
  }
  if (condition.op == Operator::keyword) return Access::keywordIndex;
  if (attribute.type == model::AttributeType::uuid && !std::ranges::all_of(values, isWholeUuid))
    return Access::sequential;
  return Access::index;
}

class Optimiser {
 public:
  Optimiser(const model::Model& model, const Statistics& statistics) : model_(model), statistics_(statistics) {}

  void visit(Node& node) {
    for (Node& child : node.children) visit(child);
    switch (node.kind) {
      case Node::Kind::all:
        node.estimate = total(node);
        break;
      case Node::Kind::none:
        node.estimate = 0;
        break;
      case Node::Kind::condition:
        condition(node);
        break;
      case Node::Kind::linked:
        linked(node);
        break;
      case Node::Kind::related:
        related(node);
        break;
      case Node::Kind::join:
        join(node);
        break;
      case Node::Kind::conjunction:
        conjunction(node);
        break;
      case Node::Kind::disjunction:
        disjunction(node);
        break;
      case Node::Kind::negation:
        node.estimate = total(node) - std::min(total(node), node.children.front().estimate);
        break;
      case Node::Kind::calculated:
      case Node::Kind::formula:
        node.estimate = total(node);
        break;
    }
  }

 private:
  std::uint64_t total(const Node& node) const { return statistics_.count(node.dataClass); }

  void condition(Node& node) {
    const Condition& condition = node.condition;
    if (condition.constant) {
      node.estimate = *condition.constant ? total(node) : 0;
      return;
    }
    const AttributeRef& reference = condition.attribute;
    const Access access = indexFor(condition, model_.classes[reference.dataClass].attributes[reference.attribute]);
    if (access != Access::sequential && statistics_.hasIndex(reference.dataClass, reference.attribute, access)) {
      node.access = access;
      node.estimate = std::min(entriesOf(condition, access), total(node));
      return;
    }
    node.access = Access::sequential;
    node.estimate = guess(condition, total(node));
  }

  // Asking for every element of a long list would cost as much as the search.
  std::uint64_t entriesOf(const Condition& condition, Access access) const {
    if (condition.op == Operator::in && condition.list.size() > longList) return condition.list.size();
    return statistics_.estimate(condition, access);
  }

  static std::uint64_t guess(const Condition& condition, std::uint64_t total) {
    if (isNegative(condition.op)) return total;
    if (isOrdering(condition.op)) return total / 2;
    return (total + unknownShare - 1) / unknownShare;
  }

  // One look at the object decides about all conditions at once.
  void linked(Node& node) {
    node.estimate = total(node);
    for (Node& child : node.children) {
      node.estimate = std::min(node.estimate, child.estimate);
      child.access = Access::sequential;
    }
  }

  void related(Node& node) {
    const model::Relation& relation = model_.relations[node.hop.relation];
    const bool indexed = statistics_.hasIndex(relation.sourceClass, relation.sourceAttribute, Access::index);
    node.access = indexed ? Access::index : Access::sequential;
    node.estimate = node.negative ? total(node) : (total(node) + unknownShare - 1) / unknownShare;
  }

  // From the related entities back (index) when they are few, else from each candidate.
  void join(Node& node) {
    const Node& child = node.children.front();
    const std::uint64_t near = total(node);
    const std::uint64_t far = statistics_.count(farClass(node.hop, model_));
    const model::Relation& relation = model_.relations[node.hop.relation];
    const bool indexed = statistics_.hasIndex(relation.sourceClass, relation.sourceAttribute, Access::index);
    if (node.hop.toMany) {
      node.estimate = std::min(near, child.estimate);
    } else {
      const double perTarget = far == 0 ? 0.0 : static_cast<double>(near) / static_cast<double>(far);
      node.estimate =
          std::min(near, static_cast<std::uint64_t>(std::llround(perTarget * static_cast<double>(child.estimate))));
    }
    // Back from many entities to one needs no index: their records name it.
    const bool canGoBack = node.hop.toMany || indexed;
    node.access = canGoBack && givesSet(child) ? Access::index : Access::sequential;
  }

  // Whether the node yields its entities without looking at every one.
  static bool givesSet(const Node& node) {
    switch (node.kind) {
      case Node::Kind::all:
      case Node::Kind::none:
        return true;
      case Node::Kind::condition:
        return node.condition.constant || node.access != Access::sequential;
      case Node::Kind::linked:
      case Node::Kind::related:
      case Node::Kind::join:
        return node.access != Access::sequential;
      case Node::Kind::conjunction:
        return std::ranges::any_of(node.children, givesSet);
      case Node::Kind::disjunction:
      case Node::Kind::negation:
        return std::ranges::all_of(node.children, givesSet);
      case Node::Kind::calculated:
      case Node::Kind::formula:
        break;
    }
    return false;
  }

  // What looking at one candidate costs, for criteria that are evaluated one by one.
  static int weight(const Node& node) {
    switch (node.kind) {
      case Node::Kind::all:
      case Node::Kind::none:
        return 0;
      case Node::Kind::condition:
        return node.condition.attribute.insideObject() ? 3 : 1;
      case Node::Kind::linked:
        return 4;
      case Node::Kind::related:
        return 5;
      case Node::Kind::join:
        return 10 + heaviest(node);
      case Node::Kind::calculated:
        return 100;
      case Node::Kind::formula:
        return 101;
      default:
        return heaviest(node);
    }
  }

  static int heaviest(const Node& node) {
    int most = 0;
    for (const Node& child : node.children) most = std::max(most, weight(child));
    return most;
  }

  // Sets first, smallest first; then the rest, cheapest and most selective first.
  void conjunction(Node& node) {
    std::ranges::stable_sort(node.children, [](const Node& left, const Node& right) {
      const bool leftSet = givesSet(left);
      const bool rightSet = givesSet(right);
      if (leftSet != rightSet) return leftSet;
      if (leftSet) return left.estimate < right.estimate;
      return std::pair(weight(left), left.estimate) < std::pair(weight(right), right.estimate);
    });
    std::uint64_t candidates = total(node);
    for (Node& child : node.children) {
      if (child.estimate > std::max(candidates, fewCandidates) * indexEntriesPerCandidate) makeSequential(child);
      candidates = std::min(candidates, child.estimate);
    }
    node.estimate = candidates;
  }

  // Only what a look at the candidate itself can answer; a join keeps its plan.
  static void makeSequential(Node& node) {
    if (node.kind == Node::Kind::condition) node.access = Access::sequential;
  }

  void disjunction(Node& node) {
    std::uint64_t sum = 0;
    for (const Node& child : node.children) sum += std::min(child.estimate, total(node));
    node.estimate = std::min(sum, total(node));
  }

  const model::Model& model_;
  const Statistics& statistics_;
};

}  // namespace

void optimise(Plan& plan, const model::Model& model, const Statistics& statistics) {
  Optimiser(model, statistics).visit(plan.root);
}

}  // namespace qodly::query
