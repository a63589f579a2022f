// Numbers are compared as intervals, texts and objects on their bytes; only retyped, external and unusual attributes go
// through a Value.
#include "engine/embedded/predicate.h"

#include <algorithm>

namespace qodly::engine {

namespace {

using query::Condition;
using query::Node;
using storage::Field;

// The attribute all conditions of a linked node are about.
const Condition& firstCondition(const Node& node) {
  const Node* at = &node;
  while (at->kind != Node::Kind::condition) at = &at->children.front();
  return at->condition;
}

}  // namespace

LeafTest::LeafTest(std::uint32_t dataClass, std::uint32_t attribute, View& view)
    : view_(view),
      attribute_(view.catalog().attribute(dataClass, attribute)),
      fixed_(*view.catalog().of(dataClass).layouts, attribute_.column, attribute_.type) {}

LeafTest::LeafTest(const Node& leaf, View& view)
    : LeafTest(leaf.dataClass, firstCondition(leaf).attribute.attribute, view) {
  if (leaf.kind == Node::Kind::condition) {
    compile(leaf.condition);
    return;
  }
  linked_ = std::make_unique<query::LinkedMatcher>(leaf, view.collation());
  kind_ = Kind::object;
  missing_ = linked_->matchesObject(PackedView());
}

LeafTest::LeafTest(std::uint32_t dataClass, const Condition& condition, View& view)
    : LeafTest(dataClass, condition.attribute.attribute, view) {
  compile(condition);
}

LeafTest::LeafTest(std::uint32_t dataClass, std::uint32_t attribute, const KeySet& keys, View& view)
    : LeafTest(dataClass, attribute, view) {
  kind_ = Kind::keys;
  keys_ = &keys;
  missing_ = attribute_.neverNull && keys.contains(blankOf(attribute_.type));
}

void LeafTest::compile(const Condition& condition) {
  if (condition.constant) {
    kind_ = Kind::constant;
    constant_ = *condition.constant;
    return;
  }
  matcher_ = std::make_unique<query::Matcher>(condition, view_.collation());
  missing_ = attribute_.neverNull ? matcher_->matches(blankOf(attribute_.type)) : matcher_->matchesMissing();
  negated_ = query::isNegative(condition.op);
  const query::Operator op = negated_ ? query::negated(condition.op) : condition.op;
  if (attribute_.type == ColumnType::object) {
    kind_ = Kind::object;
  } else if (condition.nullTest) {
    kind_ = Kind::constant;  // of a present value
    constant_ = negated_;
  } else if (attribute_.type == ColumnType::text) {
    kind_ = Kind::text;
  } else if (isIntegral(attribute_.type)) {
    if (const auto interval = integerInterval(op, condition.value, attribute_.type)) {
      integers_ = *interval;
      kind_ = Kind::integer;
    }
  } else if (attribute_.type == ColumnType::real) {
    if (const auto interval = realInterval(op, condition.value)) {
      reals_ = *interval;
      kind_ = Kind::real;
    }
  }
}

// The answer of the number comparisons on records of today's form; nullopt for all others.
std::optional<bool> LeafTest::testFixed(const RecordView& record) const {
  using Found = storage::FixedColumn::Found;
  std::int64_t integer = 0;
  double real = 0;
  const Found found = kind_ == Kind::integer ? fixed_.integer(record, integer) : fixed_.real(record, real);
  if (found == Found::unusual) return std::nullopt;
  if (found == Found::null) return missing_;
  return (kind_ == Kind::integer ? integers_.contains(integer) : reals_.contains(real)) != negated_;
}

bool LeafTest::test(const RecordView& record) const {
  if (kind_ == Kind::integer || kind_ == Kind::real) {
    if (const std::optional<bool> answer = testFixed(record)) return *answer;
  }
  if (kind_ == Kind::constant && !matcher_) return constant_;
  const Field field = record.field(attribute_.column);
  if (!field.present) return missing_;
  if (field.type != attribute_.type) return testRetyped(field);
  if (field.external) return testExternal(field);
  return testPresent(field);
}

bool LeafTest::testPresent(const Field& field) const {
  switch (kind_) {
    case Kind::constant:
      return constant_;
    case Kind::integer:
      return integers_.contains(field.integer()) != negated_;
    case Kind::real:
      return reals_.contains(field.real()) != negated_;
    case Kind::text:
      return matcher_->matchesText(field.text());
    case Kind::object:
      return linked_ ? linked_->matchesObject(field.object()) : matcher_->matchesObject(field.object());
    case Kind::keys:
      return keys_->contains(field);
    case Kind::value:
      break;
  }
  return testValue(storage::toValue(field));
}

bool LeafTest::testRetyped(const Field& field) const {
  const Result<Value> value = storage::loadField(field, attribute_.type, view_.blobs());
  if (!value) {
    view_.fail(value.error());
    return false;
  }
  return value->isMissing() ? missing_ : testValue(*value);
}

bool LeafTest::testExternal(const Field& field) const {
  if (kind_ == Kind::constant) return constant_;  // null tests do not need the content
  return testRetyped(field);
}

bool LeafTest::testValue(const Value& value) const {
  if (kind_ == Kind::constant) return constant_;
  if (kind_ == Kind::keys) return keys_->contains(value);
  return linked_ ? linked_->matches(value) : matcher_->matches(value);
}

bool Predicate::covers(const Node& node) {
  switch (node.kind) {
    case Node::Kind::all:
    case Node::Kind::none:
    case Node::Kind::linked:
      return true;
    case Node::Kind::condition:
      return node.access == Node::Access::sequential;
    case Node::Kind::conjunction:
    case Node::Kind::disjunction:
    case Node::Kind::negation:
      return std::ranges::all_of(node.children, covers);
    default:
      return false;
  }
}

void Predicate::add(const Node& node) { roots_.push_back(compile(node)); }

std::uint32_t Predicate::compile(const Node& node) {
  const auto index = static_cast<std::uint32_t>(steps_.size());
  steps_.push_back({node.kind, {}, nullptr});
  if (counted_) counts_.push_back(std::make_unique<std::atomic<std::uint64_t>>(0));
  if (node.kind == Node::Kind::condition || node.kind == Node::Kind::linked) {
    steps_[index].leaf = std::make_unique<LeafTest>(node, view_);
    return index;
  }
  for (const Node& child : node.children) {
    const std::uint32_t step = compile(child);
    steps_[index].children.push_back(step);
  }
  return index;
}

bool Predicate::test(const RecordView& record) const {
  if (!any_) {
    return std::ranges::all_of(roots_, [&](std::uint32_t root) { return test(root, record); });
  }
  bool found = false;
  for (const std::uint32_t root : roots_) {
    if (test(root, record)) {
      if (!counted_) return true;
      found = true;
    }
  }
  return found;
}

bool Predicate::test(std::uint32_t step, const RecordView& record) const {
  const bool found = evaluate(steps_[step], record);
  if (counted_ && found) counts_[step]->fetch_add(1, std::memory_order_relaxed);
  return found;
}

bool Predicate::evaluate(const Step& step, const RecordView& record) const {
  if (step.leaf) return step.leaf->test(record);
  switch (step.kind) {
    case Node::Kind::conjunction:
      return std::ranges::all_of(step.children, [&](std::uint32_t child) { return test(child, record); });
    case Node::Kind::disjunction: {
      bool found = false;
      for (const std::uint32_t child : step.children) {
        if (test(child, record)) {
          if (!counted_) return true;
          found = true;
        }
      }
      return found;
    }
    case Node::Kind::negation:
      return !test(step.children.front(), record);
    default:
      return step.kind == Node::Kind::all;
  }
}

std::vector<std::uint64_t> Predicate::counts() const {
  std::vector<std::uint64_t> counts;
  for (const auto& count : counts_) counts.push_back(count->load(std::memory_order_relaxed));
  return counts;
}

}  // namespace qodly::engine
