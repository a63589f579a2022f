#include "orda/scripted_plan.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>

#include "orda/attribute_paths.h"
#include "orda/calculated.h"
#include "orda/read_watch.h"
#include "query/match.h"
#include "value/compare.h"

namespace qodly::orda {

namespace {

using query::Node;
using query::TraceStep;
using Clock = std::chrono::steady_clock;

constexpr std::size_t entitiesAtOnce = 1000;

bool isTrue(const Value& value) { return value.type() == Type::boolean && value.asBoolean(); }

// Decides about one entity.
using Test = std::function<Result<bool>(Entity&)>;

class ScriptedRun {
 public:
  // `trace`: nullptr unless wanted.
  ScriptedRun(const DataClass& root, const Value& arguments, ScriptedTrace* trace)
      : process_(root.process()), schema_(root.schemaRef()), arguments_(arguments), trace_(trace) {}

  Result<RecordSet> evaluate(const Node& node, const RecordSet* candidates, TraceStep* step) {
    const Clock::time_point start = Clock::now();
    auto found = evaluateNode(node, candidates, step);
    if (step != nullptr && found) {
      step->found = found->size();
      step->milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    }
    return found;
  }

 private:
  Engine& engine() const { return process_.engine(); }

  RecordSet everything(const Node& node, const RecordSet* candidates) {
    if (candidates != nullptr) return *candidates;
    return engine().all(node.dataClass, process_.overlay());
  }

  Result<RecordSet> evaluateNode(const Node& node, const RecordSet* candidates, TraceStep* step) {
    if (candidates != nullptr && candidates->empty()) return RecordSet();
    if (node.isScripted()) return test(node, everything(node, candidates));
    if (!node.needsScripts()) return plain(node, candidates, step);
    switch (node.kind) {
      case Node::Kind::conjunction:
        return conjunction(node, candidates, step);
      case Node::Kind::disjunction:
        return disjunction(node, candidates, step);
      case Node::Kind::negation: {
        const RecordSet all = everything(node, candidates);
        auto found = evaluate(node.children.front(), &all, stepOf(step, 0));
        if (!found) return found;
        return all.subtract(*found);
      }
      case Node::Kind::join:
        return join(node, candidates, step);
      default:
        return RecordSet();
    }
  }

  Result<RecordSet> plain(const Node& node, const RecordSet* candidates, TraceStep* step) {
    const auto plan = std::make_shared<query::Plan>();
    plan->dataClass = node.dataClass;
    plan->root = node;
    query::optimise(*plan, *schema_->model, *engine().statistics(process_.overlay()));
    if (step == nullptr) return engine().run(*plan, process_.overlay(), candidates, nullptr);
    query::Trace part;
    auto found = engine().run(*plan, process_.overlay(), candidates, &part);
    step->node = &plan->root;
    step->steps = std::move(part.root.steps);
    trace_->parts.push_back(plan);
    return found;
  }

  // What the engine answers first, then code on what is left.
  Result<RecordSet> conjunction(const Node& node, const RecordSet* candidates, TraceStep* step) {
    std::optional<RecordSet> remaining;
    for (const bool scripted : {false, true}) {
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (node.children[i].needsScripts() != scripted) continue;
        auto found = evaluate(node.children[i], remaining ? &*remaining : candidates, stepOf(step, i));
        if (!found) return found;
        remaining = std::move(*found);
        if (remaining->empty()) return RecordSet();
      }
    }
    return remaining ? std::move(*remaining) : everything(node, candidates);
  }

  Result<RecordSet> disjunction(const Node& node, const RecordSet* candidates, TraceStep* step) {
    RecordSet found;
    for (const bool scripted : {false, true}) {
      for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (node.children[i].needsScripts() != scripted) continue;
        std::optional<RecordSet> rest;
        if (!found.empty()) rest = everything(node, candidates).subtract(found);
        auto more = evaluate(node.children[i], rest ? &*rest : candidates, stepOf(step, i));
        if (!more) return more;
        found = found.unite(*more);
      }
    }
    return found;
  }

  Result<RecordSet> join(const Node& node, const RecordSet* candidates, TraceStep* step) {
    const RecordSet near = everything(node, candidates);
    const auto reachable = engine().follow(node.hop, near, process_.overlay());
    if (!reachable) return reachable;
    auto targets = evaluate(node.children.front(), &*reachable, stepOf(step, 0));
    if (!targets) return targets;
    const query::Hop back{.relation = node.hop.relation, .toMany = !node.hop.toMany, .instance = 0};
    auto found = engine().follow(back, *targets, process_.overlay());
    if (!found) return found;
    return near.intersect(*found);
  }

  Result<RecordSet> test(const Node& node, const RecordSet& candidates) {
    const DataClass dataClass(process_, schema_, node.dataClass);
    if (node.kind == Node::Kind::calculated) {
      if (node.condition.constant) return *node.condition.constant ? candidates : RecordSet();
      return filter(dataClass, candidates, calculatedTest(node));
    }
    const ReadNotes notes(engine(), *schema_, {.dataClass = node.dataClass});
    auto formula = process_.behaviour()->formula(dataClass, node.formula, arguments_);
    if (!formula) return std::unexpected(formula.error());
    return filter(dataClass, candidates, [&](Entity& entity) -> Result<bool> {
      auto result = (**formula)(entity);
      if (!result) return std::unexpected(result.error());
      return isTrue(*result);
    });
  }

  // The attribute's value compared as a stored one of its type would be.
  Test calculatedTest(const Node& node) {
    const query::Condition& condition = node.condition;
    const model::Attribute& attribute =
        schema_->model->classes[node.dataClass].attributes[condition.attribute.attribute];
    auto matcher = std::make_shared<query::Matcher>(condition, engine().collation());
    const auto matches = [matcher](const Value& value) {
      return value.isMissing() ? matcher->matchesMissing() : matcher->matches(value);
    };
    const std::uint32_t index = condition.attribute.attribute;
    if (attribute.result == model::CalculatedResult::scalar) {
      const ColumnType type = model::columnType(attribute);
      return [=](Entity& entity) -> Result<bool> {
        auto value = entity.read(index);
        if (!value) return std::unexpected(value.error());
        if (type == ColumnType::object) return matches(value->isCollection() ? Value::null() : *value);
        return matches(convertTo(type, *value).value_or(Value::null()));
      };
    }
    // The end of a path through entities: any of its values may match.
    return [=, beyond = node.beyond](Entity& entity) -> Result<bool> {
      auto value = entity.read(index);
      if (!value) return std::unexpected(value.error());
      const Value end = beyond.empty() ? *value : walk(*value, beyond);
      const auto one = [&](const Value& each) {
        auto object = Object::make();
        object->set("value", each.isMissing() ? Value::null() : each);
        return matcher->matches(Value::object(object));
      };
      if (!end.isCollection()) return one(end);
      for (const Value& each : end.asCollection().elements()) {
        if (one(each)) return true;
      }
      return false;
    };
  }

  Result<RecordSet> filter(const DataClass& dataClass, const RecordSet& candidates, const Test& test) {
    Bitmap found;
    const std::vector<RecordNumber> numbers = candidates.toVector();
    for (std::size_t from = 0; from < numbers.size(); from += entitiesAtOnce) {
      const auto part = std::span(numbers).subspan(from, std::min(entitiesAtOnce, numbers.size() - from));
      const std::vector<EntityRef> entities = loadAll(dataClass, part);
      for (std::size_t i = 0; i < part.size(); ++i) {
        if (!entities[i]) continue;
        auto holds = test(*entities[i]);
        if (!holds) return std::unexpected(holds.error());
        if (*holds) found.add(part[i]);
      }
    }
    return RecordSet::unordered(std::move(found));
  }

  static TraceStep* stepOf(TraceStep* parent, std::size_t child) {
    return parent != nullptr && child < parent->steps.size() ? &parent->steps[child] : nullptr;
  }

  Process& process_;
  std::shared_ptr<const Schema> schema_;
  const Value& arguments_;
  ScriptedTrace* trace_;
};

void mirror(const Node& node, TraceStep& step) {
  step.node = &node;
  step.steps.resize(node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i) mirror(node.children[i], step.steps[i]);
}

// In the order of `source`, each once.
RecordSet inOrder(const RecordSet& source, const RecordSet& found) {
  if (!source.isOrdered()) return found;
  Bitmap rest = found.toBitmap();
  std::vector<RecordNumber> kept;
  source.forEach([&](RecordNumber number) {
    if (rest.removeChecked(number)) kept.push_back(number);
    return true;
  });
  return RecordSet::ordered(std::move(kept));
}

}  // namespace

bool needsScripts(std::span<const query::SortKey> keys) {
  return std::ranges::any_of(keys, [](const query::SortKey& key) { return key.calculated; });
}

bool needsScripts(const query::Plan& plan) { return plan.root.needsScripts() || needsScripts(plan.order); }

Result<RecordSet> runScripted(const DataClass& dataClass, const query::Plan& plan, const RecordSet* within,
                              const Value& arguments, ScriptedTrace* trace) {
  if (trace != nullptr) mirror(plan.root, trace->trace.root);
  std::optional<RecordSet> candidates;
  Process& process = dataClass.process();
  if (within != nullptr) {
    candidates = within->intersect(process.engine().all(dataClass.index(), process.overlay()));
  }
  auto found =
      ScriptedRun(dataClass, arguments, trace)
          .evaluate(plan.root, candidates ? &*candidates : nullptr, trace != nullptr ? &trace->trace.root : nullptr);
  if (!found || plan.order.empty()) return found;
  const RecordSet source = within != nullptr ? inOrder(*within, *found) : std::move(*found);
  if (needsScripts(plan.order)) return sortScripted(dataClass, source, plan.order);
  return process.engine().sort(dataClass.index(), source, plan.order, process.overlay());
}

RecordSet sortByValues(std::span<const RecordNumber> numbers, const std::vector<std::vector<Value>>& columns,
                       std::span<const bool> descending, const Collation& collation) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < numbers.size(); ++i) {
    if (!columns.front()[i].isUndefined()) order.push_back(i);
  }
  std::ranges::stable_sort(order, [&](std::uint32_t left, std::uint32_t right) {
    for (std::size_t key = 0; key < columns.size(); ++key) {
      const auto compared = sortOrder(columns[key][left], columns[key][right], collation);
      if (compared != 0) return descending[key] ? compared > 0 : compared < 0;
    }
    return false;
  });
  std::vector<RecordNumber> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t position : order) sorted.push_back(numbers[position]);
  return RecordSet::ordered(std::move(sorted));
}

namespace {

// One value a member, in their order; undefined for members that do not exist.
Result<std::vector<Value>> scriptedValues(const DataClass& dataClass, std::span<const RecordNumber> numbers,
                                          const query::BoundPath& bound) {
  ResolvedPath path;
  path.hops = bound.hops;
  path.dataClass = bound.attribute.dataClass;
  path.attribute = bound.attribute.attribute;
  path.object = bound.attribute.object;
  if (bound.attribute.length) path.object.push_back({.name = "length", .each = false, .link = 0});
  std::vector<Value> values = valuesAt(dataClass, numbers, path);
  if (auto failure = dataClass.process().takeFailure()) return std::unexpected(*failure);
  return values;
}

bool isComparable(const Value& value) { return !value.isMissing() && value.type() <= Type::instant; }

}  // namespace

Result<RecordSet> sortScripted(const DataClass& dataClass, const RecordSet& members,
                               std::span<const query::SortKey> keys) {
  const std::vector<RecordNumber> numbers = members.toVector();
  std::vector<std::vector<Value>> columns;
  auto descending = std::make_unique<bool[]>(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto column = scriptedValues(dataClass, numbers, keys[i].path);
    if (!column) return std::unexpected(column.error());
    columns.push_back(std::move(*column));
    descending[i] = keys[i].descending;
  }
  return sortByValues(numbers, columns, std::span<const bool>(descending.get(), keys.size()),
                      dataClass.process().engine().collation());
}

Result<Aggregate> aggregateScripted(const DataClass& dataClass, const RecordSet& members,
                                    const query::BoundPath& path) {
  const std::vector<RecordNumber> numbers = members.toVector();
  const auto values = scriptedValues(dataClass, numbers, path);
  if (!values) return std::unexpected(values.error());
  const Collation& collation = dataClass.process().engine().collation();
  Aggregate aggregate;
  for (const Value& value : *values) {
    if (!isComparable(value)) continue;
    ++aggregate.count;
    if (value.isNumber() || value.type() == Type::time) {
      aggregate.sum += value.isNumber() ? value.asNumber() : static_cast<double>(value.asTime().ms);
      ++aggregate.numbers;
    }
    if (aggregate.minimum.isUndefined() || sortOrder(value, aggregate.minimum, collation) < 0)
      aggregate.minimum = value;
    if (aggregate.maximum.isUndefined() || sortOrder(value, aggregate.maximum, collation) > 0)
      aggregate.maximum = value;
  }
  return aggregate;
}

Result<std::vector<DistinctValue>> distinctScripted(const DataClass& dataClass, const RecordSet& members,
                                                    const query::BoundPath& path, bool exact) {
  const std::vector<RecordNumber> numbers = members.toVector();
  auto values = scriptedValues(dataClass, numbers, path);
  if (!values) return std::unexpected(values.error());
  const Collation& collation = dataClass.process().engine().collation();
  std::erase_if(*values, [](const Value& value) { return !isComparable(value) || value.type() == Type::time; });
  std::ranges::stable_sort(*values, [&](const Value& left, const Value& right) {
    const auto order = sortOrder(left, right, collation);
    if (order != 0 || !exact || !left.isText() || !right.isText()) return order < 0;
    return left.asText() < right.asText();
  });
  std::vector<DistinctValue> found;
  for (Value& value : *values) {
    const bool same = !found.empty() && sortOrder(found.back().value, value, collation) == 0 &&
                      (!exact || found.back().value.identical(value));
    if (!same) found.push_back({std::move(value), 0});
    ++found.back().count;
  }
  return found;
}

}  // namespace qodly::orda
