// queryPath: what an engine did, as the object that scripts and REST clients see (query.md 13).
#include <cmath>

#include "query/describe_parts.h"

namespace qodly::query {

namespace {

Value stepObject(const TraceStep& step, const model::Model& model);

Value stepsOf(const TraceStep& step, const model::Model& model) {
  auto steps = Collection::make();
  for (const TraceStep& child : step.steps) {
    // The criterion of an EXCEPT stands for its negation.
    const bool excluded = child.node != nullptr && child.node->kind == Node::Kind::negation && child.node->except;
    steps->push(stepObject(excluded && !child.steps.empty() ? child.steps.front() : child, model));
  }
  return Value::collection(std::move(steps));
}

Value stepObject(const TraceStep& step, const model::Model& model) {
  auto object = Object::make();
  object->set("description", Value::text(step.node != nullptr ? itemText(*step.node, model) : std::string()));
  object->set("time", Value::integer(std::llround(step.milliseconds)));
  object->set("recordsfounds", Value::integer(static_cast<std::int64_t>(step.found)));
  if (step.steps.empty()) return Value::object(std::move(object));
  Value steps = stepsOf(step, model);
  if (step.node != nullptr && step.node->kind == Node::Kind::join) {
    // Under a join the steps are wrapped once more.
    auto wrapper = Object::make();
    wrapper->set("steps", std::move(steps));
    auto outer = Collection::make();
    outer->push(Value::object(std::move(wrapper)));
    steps = Value::collection(std::move(outer));
  }
  object->set("steps", std::move(steps));
  return Value::object(std::move(object));
}

}  // namespace

Value describePath(const Trace& trace, const Plan& plan, const model::Model& model) {
  auto object = Object::make();
  if (plan.root.kind == Node::Kind::all) return Value::object(std::move(object));
  auto steps = Collection::make();
  steps->push(stepObject(trace.root, model));
  object->set("steps", Value::collection(std::move(steps)));
  return Value::object(std::move(object));
}

}  // namespace qodly::query
