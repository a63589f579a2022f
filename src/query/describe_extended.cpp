// The extended forms of plan and path that REST adds (query.md 13, rest.md 19).
#include <cmath>

#include "query/describe_parts.h"

namespace qodly::query {

namespace {

Value text(std::string_view value) { return Value::text(value); }

Value valueOf(const Condition& condition) {
  if (condition.op != Operator::in) return shownValue(condition);
  auto values = Collection::make();
  for (const Value& value : condition.list) values->push(value);
  return Value::collection(std::move(values));
}

Ref<Object> criterionObject(bool indexed, std::string_view field, std::string_view table, std::uint32_t instance,
                            std::string_view op, Value value) {
  auto object = Object::make();
  object->set("type", text(indexed ? "IndexNode" : "SeqNode"));
  object->set("field", text(field));
  object->set("table", text(table));
  object->set("instance", Value::integer(instance));
  object->set("oper", Value::text(" " + std::string(op) + " "));
  object->set("value", std::move(value));
  return object;
}

Value hopObject(const Hop& hop, std::uint32_t leftInstance, const model::Model& model) {
  const JoinFields fields = joinFields(hop, model);
  auto object = Object::make();
  object->set("leftTable", text(fields.leftTable));
  object->set("leftField", text(fields.leftField));
  object->set("leftInstance", Value::integer(leftInstance));
  object->set("rightTable", text(fields.rightTable));
  object->set("rightField", text(fields.rightField));
  object->set("rightInstance", Value::integer(hop.instance));
  return Value::object(std::move(object));
}

void addFigures(Object& object, const TraceStep* step) {
  if (step == nullptr) return;
  object.set("timeTaken", Value::integer(std::llround(step->milliseconds)));
  object.set("foundRecords", Value::integer(static_cast<std::int64_t>(step->found)));
}

// `step` is what the engine recorded about `node`; nullptr in a plan.
Value extended(const Node& node, const TraceStep* step, std::uint32_t instance, const model::Model& model);

// The recorded step of a child node; nullptr when it was not evaluated.
const TraceStep* stepOf(const TraceStep* parent, const Node& child) {
  if (parent == nullptr) return nullptr;
  for (const TraceStep& step : parent->steps) {
    if (step.node == &child) return &step;
  }
  return nullptr;
}

// Child of a path that was not evaluated: an empty object.
Value extendedChild(const Node& child, const TraceStep* parent, std::uint32_t instance, const model::Model& model) {
  const TraceStep* step = stepOf(parent, child);
  if (parent != nullptr && step == nullptr) return Value::object(Object::make());
  return extended(child, step, instance, model);
}

Value logicObject(const Node& node, const TraceStep* step, std::uint32_t instance, const model::Model& model) {
  const bool except = hasExcept(node);
  auto parts = Collection::make();
  const auto isExcluded = [](const Node& child) { return child.kind == Node::Kind::negation && child.except; };
  for (const Node& child : node.children) {
    if (!isExcluded(child)) parts->push(extendedChild(child, step, instance, model));
  }
  for (const Node& child : node.children) {
    if (isExcluded(child)) parts->push(extendedChild(child.children.front(), stepOf(step, child), instance, model));
  }
  auto object = Object::make();
  object->set("type", text("LogicOperatorNode"));
  object->set("logicOper", text(except                                 ? "Except"
                                : node.kind == Node::Kind::disjunction ? "Or"
                                : node.kind == Node::Kind::negation    ? "Not"
                                                                       : "And"));
  object->set("parts", Value::collection(std::move(parts)));
  addFigures(*object, step);
  return Value::object(std::move(object));
}

// Joins that follow each other directly make one path.
Value joinObject(const Node& node, const TraceStep* step, std::uint32_t instance, const model::Model& model) {
  auto path = Collection::make();
  const Node* last = &node;
  const TraceStep* lastStep = step;
  path->push(hopObject(node.hop, instance, model));
  while (last->children.front().kind == Node::Kind::join) {
    const Node& next = last->children.front();
    path->push(hopObject(next.hop, last->hop.instance, model));
    lastStep = stepOf(lastStep, next);
    last = &next;
  }
  auto object = Object::make();
  object->set("type", text("JoinNode"));
  object->set("targetTable", text(joinFields(last->hop, model).rightTable));
  object->set("instance", Value::integer(last->hop.instance));
  object->set("joinPath", Value::collection(std::move(path)));
  const Node& filter = last->children.front();
  object->set("filter", step == nullptr ? extended(filter, nullptr, last->hop.instance, model)
                                        : extendedChild(filter, lastStep, last->hop.instance, model));
  addFigures(*object, step);
  return Value::object(std::move(object));
}

Value extended(const Node& node, const TraceStep* step, std::uint32_t instance, const model::Model& model) {
  const bool indexed = node.access != Node::Access::sequential;
  switch (node.kind) {
    case Node::Kind::formula: {
      auto object = Object::make();
      object->set("type", text("FormulaNode"));
      addFigures(*object, step);
      return Value::object(std::move(object));
    }
    case Node::Kind::calculated:
    case Node::Kind::condition: {
      const Condition& condition = node.condition;
      auto object =
          criterionObject(indexed, attributeText(condition.attribute, model), model.classes[node.dataClass].name,
                          instance, shownOperator(condition), valueOf(condition));
      addFigures(*object, step);
      return Value::object(std::move(object));
    }
    case Node::Kind::related: {
      auto object = criterionObject(indexed, relationAttributeName(node.hop, model), model.classes[node.dataClass].name,
                                    instance, node.negative ? "!=" : "==", Value::null());
      addFigures(*object, step);
      return Value::object(std::move(object));
    }
    case Node::Kind::join:
      return joinObject(node, step, instance, model);
    case Node::Kind::all:
    case Node::Kind::none:
      return Value::object(Object::make());
    default:
      return logicObject(node, step, instance, model);
  }
}

}  // namespace

Value describeExtended(const Plan& plan, const model::Model& model) { return extended(plan.root, nullptr, 0, model); }

Value describePathExtended(const Trace& trace, const Plan& plan, const model::Model& model) {
  if (plan.root.kind == Node::Kind::all) return Value::object(Object::make());
  return extended(plan.root, &trace.root, 0, model);
}

}  // namespace qodly::query
