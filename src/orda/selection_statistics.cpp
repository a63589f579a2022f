// Statistics of a selection: sum, average, count, min, max, distinct, distinctPaths (orda.md 13.8).
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "orda/attribute_paths.h"
#include "orda/entity_state.h"
#include "orda/scripted_plan.h"

namespace qodly::orda {

namespace {

constexpr double millisecondsASecond = 1000;

struct Measured {
  Aggregate aggregate;
  model::AttributeType type;
  bool inObject = false;
};

Result<Measured> measure(const EntitySelection& selection, std::string_view text) {
  const auto dataClass = selection.dataClass().live();
  if (!dataClass) return std::unexpected(dataClass.error());
  const model::Model& model = *dataClass->schema().model;
  const auto path = resolveScalarPath(model, dataClass->index(), text);
  if (!path) return std::unexpected(path.error());
  if (auto readable = demandReadable(*dataClass, *path); !readable) return std::unexpected(readable.error());
  Process& process = dataClass->process();
  const query::BoundPath bound = path->bound();
  auto aggregate = attributeOf(model, *path).isCalculated()
                       ? aggregateScripted(*dataClass, selection.members(), bound)
                       : process.engine().aggregate(bound, dataClass->index(), selection.members(), process.overlay());
  if (!aggregate) return std::unexpected(aggregate.error());
  return Measured{std::move(*aggregate), attributeOf(model, *path).type, !path->object.empty()};
}

// Durations are stored in milliseconds and counted in seconds.
double inSeconds(const Measured& measured, double sum) {
  return measured.type == model::AttributeType::duration ? sum / millisecondsASecond : sum;
}

}  // namespace

Result<Value> EntitySelection::sum(std::string_view path) const {
  const auto measured = measure(*this, path);
  if (!measured) return std::unexpected(measured.error());
  if (!model::isNumeric(measured->type) && measured->type != model::AttributeType::object) {
    return std::unexpected(
        dataError(code::wrongType, fmt::format("\"{}\" cannot be summed: it is neither numeric nor an object", path)));
  }
  return Value::real(inSeconds(*measured, measured->aggregate.sum));
}

Result<Value> EntitySelection::average(std::string_view path) const {
  const auto measured = measure(*this, path);
  if (!measured) return std::unexpected(measured.error());
  const Aggregate& aggregate = measured->aggregate;
  const std::uint64_t values = aggregate.numbers + aggregate.dates;
  if (values == 0) return Value();
  return Value::real(inSeconds(*measured, aggregate.sum + aggregate.dateSum) / static_cast<double>(values));
}

Result<Value> EntitySelection::count(std::string_view path) const {
  const auto measured = measure(*this, path);
  if (!measured) return std::unexpected(measured.error());
  return Value::integer(static_cast<std::int64_t>(measured->aggregate.count));
}

Result<Value> EntitySelection::min(std::string_view path) const {
  const auto measured = measure(*this, path);
  if (!measured) return std::unexpected(measured.error());
  return measured->aggregate.minimum;
}

Result<Value> EntitySelection::max(std::string_view path) const {
  const auto measured = measure(*this, path);
  if (!measured) return std::unexpected(measured.error());
  return measured->aggregate.maximum;
}

namespace {

bool isCountable(model::AttributeType type) {
  return type == model::AttributeType::boolean || type == model::AttributeType::string ||
         type == model::AttributeType::text || type == model::AttributeType::uuid ||
         type == model::AttributeType::date || model::isNumeric(type);
}

Value countedValue(const DistinctValue& entry) {
  auto item = Object::make();
  item->set("value", entry.value);
  item->set("count", Value::integer(static_cast<std::int64_t>(entry.count)));
  return Value::object(item);
}

}  // namespace

Result<Value> EntitySelection::distinct(std::string_view text, bool diacritical, bool countValues) const {
  const auto dataClass = state_->dataClass.live();
  if (!dataClass) return std::unexpected(dataClass.error());
  const model::Model& model = *dataClass->schema().model;
  const auto path = resolveScalarPath(model, dataClass->index(), text);
  if (!path) return std::unexpected(path.error());
  if (auto readable = demandReadable(*dataClass, *path); !readable) return std::unexpected(readable.error());
  const bool countable = path->object.empty() && isCountable(attributeOf(model, *path).type);
  if (countValues && !countable) {
    return std::unexpected(dataError(
        code::wrongArgument,
        fmt::format("The values of \"{}\" cannot be counted: only boolean, string, number and date attributes can",
                    text)));
  }
  Process& process = state_->process();
  const query::BoundPath bound = path->bound();
  const auto values =
      attributeOf(model, *path).isCalculated()
          ? distinctScripted(*dataClass, state_->members, bound, diacritical)
          : process.engine().distinct(bound, dataClass->index(), state_->members, diacritical, process.overlay());
  if (!values) return std::unexpected(values.error());
  auto result = Collection::make();
  for (const DistinctValue& entry : *values) result->push(countValues ? countedValue(entry) : entry.value);
  return Value::collection(result);
}

namespace {

// The property paths met in the values of an object attribute, as a tree: names are sorted without regard to case.
struct PathTree {
  struct Order {
    bool operator()(const std::string& left, const std::string& right) const {
      const std::string a = lowerAscii(left), b = lowerAscii(right);
      return a != b ? a < b : left < right;
    }
  };
  std::map<std::string, PathTree, Order> members;
  std::unique_ptr<PathTree> elements;  // of a collection
  bool scalar = false, collection = false;

  void add(const Value& value) {
    if (value.isObject()) {
      for (const Object::Member& member : value.asObject().members()) members[member.name].add(member.value);
    } else if (value.isCollection()) {
      collection = true;
      if (!elements) elements = std::make_unique<PathTree>();
      for (const Value& element : value.asCollection().elements()) elements->add(element);
    } else {
      scalar = true;
    }
  }

  void list(const std::string& path, Collection& out) const {
    if (scalar || collection) out.push(Value::text(path));
    for (const auto& [name, tree] : members) tree.list(path.empty() ? name : path + "." + name, out);
    if (!collection) return;
    elements->list(path + "[]", out);
    out.push(Value::text(path + ".length"));
  }
};

}  // namespace

Result<Value> EntitySelection::distinctPaths(std::string_view attribute) const {
  const auto dataClass = state_->dataClass.live();
  if (!dataClass) return std::unexpected(dataClass.error());
  const std::uint32_t index = dataClass->definition().indexOf(attribute);
  const model::Attribute* found = dataClass->definition().find(attribute);
  if (found == nullptr || !found->isStorage() || found->type != model::AttributeType::object || !found->indexed) {
    return std::unexpected(dataError(
        code::wrongArgument, fmt::format("\"{}\" is no indexed object attribute of {}", attribute, dataClass->name())));
  }
  if (!dataClass->process().allows(dataClass->schema(), dataClass->index(), index, Right::read)) {
    return std::unexpected(noPermission("read", dataClass->name(), attribute));
  }
  PathTree tree;
  const std::vector<RecordNumber> numbers = state_->members.toVector();
  const auto reader = state_->process().read();
  reader->records(dataClass->index(), numbers, [&](std::size_t, const RecordView& view) {
    if (!view) return true;
    const auto value = state_->process().engine().decode(view, dataClass->index(), index);
    if (value && value->isObject()) tree.add(*value);
    return true;
  });
  auto result = Collection::make();
  for (const auto& [name, branch] : tree.members) branch.list(name, *result);
  return Value::collection(result);
}

}  // namespace qodly::orda
