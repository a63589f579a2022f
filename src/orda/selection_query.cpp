#include "orda/selection_query.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/attribute_paths.h"
#include "orda/calculated.h"
#include "orda/entity_state.h"
#include "orda/scripted_plan.h"

namespace qodly::orda {

namespace {

constexpr std::size_t entitiesAtOnce = 1000;

void describe(EntitySelection::State& selection, const query::Plan& plan, const query::Trace& trace,
              const QueryOptions& options) {
  const model::Model& model = *selection.dataClass.schema().model;
  if (options.queryPlan) selection.plan = query::describe(plan, model);
  if (options.queryPath) selection.path = query::describePath(trace, plan, model);
  if (options.queryPlan && options.rest) selection.extendedPlan = query::describeExtended(plan, model);
  if (options.queryPath && options.rest) selection.extendedPath = query::describePathExtended(trace, plan, model);
}

// Keys and what they are keys of.
Value keysWith(const DataClass& dataClass, Value keys) {
  auto told = Object::make();
  told->set("__DATACLASS", Value::text(dataClass.name()));
  told->set("__KEY", std::move(keys));
  return Value::object(std::move(told));
}

// An entity stands for its key, a selection for the keys of its entities.
Value keysOf(const Handle& handle) {
  if (handle.kind() == Entity::kindName) {
    const auto* entity = static_cast<const Entity*>(&handle);
    return keysWith(entity->dataClass(), Entity::State::of(*entity).value(entity->dataClass().definition().primaryKey));
  }
  if (handle.kind() != EntitySelection::kindName) return {};
  const auto* selection = static_cast<const EntitySelection*>(&handle);
  const auto dataClass = selection->dataClass().current();
  if (!dataClass) return {};
  ResolvedPath key;
  key.dataClass = dataClass->index();
  key.attribute = dataClass->definition().primaryKey;
  auto keys = Collection::make();
  for (Value& value : valuesAt(*dataClass, selection->members().toVector(), key)) {
    if (!value.isMissing()) keys->push(std::move(value));
  }
  return keysWith(*dataClass, Value::collection(keys));
}

// One of these entities, by its key.
query::Node oneOf(const DataClass& dataClass, const RecordSet& members) {
  query::Node node;
  node.dataClass = dataClass.index();
  const std::uint32_t key = dataClass.definition().primaryKey;
  if (key == model::noIndex || members.empty()) {
    node.kind = query::Node::Kind::none;
    return node;
  }
  node.kind = query::Node::Kind::condition;
  node.condition.attribute = {.dataClass = dataClass.index(), .attribute = key, .object = {}, .length = false};
  node.condition.op = query::Operator::in;
  ResolvedPath path;
  path.dataClass = dataClass.index();
  path.attribute = key;
  for (Value& value : valuesAt(dataClass, members.toVector(), path)) {
    if (!value.isMissing()) node.condition.list.push_back(std::move(value));
  }
  return node;
}

// Related entities that a filter of the application hides meet no condition: what is found would tell of them.
Result<> hideRestricted(const DataClass& dataClass, query::Node& node) {
  for (query::Node& child : node.children) {
    if (auto done = hideRestricted(dataClass, child); !done) return done;
  }
  if (node.kind != query::Node::Kind::join || !node.hop.toMany) return {};
  const std::uint32_t far = query::farClass(node.hop, *dataClass.schema().model);
  if (!dataClass.schema().model->classes[far].restricted) return {};
  const DataClass related(dataClass.process(), dataClass.schemaRef(), far);
  const auto shown = dataClass.process().restriction(related);
  if (!shown) return std::unexpected(shown.error());
  if (!*shown) return {};
  query::Node both;
  both.kind = query::Node::Kind::conjunction;
  both.dataClass = far;
  both.children.push_back(std::move(node.children.front()));
  both.children.push_back(oneOf(related, **shown));
  node.children.front() = std::move(both);
  return {};
}

Result<SelectionRef> execute(const DataClass& dataClass, query::Plan plan, const QueryOptions& options,
                             const RecordSet* within, bool alterable) {
  const model::Model& model = *dataClass.schema().model;
  Engine& engine = dataClass.process().engine();
  const Overlay* overlay = dataClass.process().overlay();
  if (const auto& access = dataClass.process().access()) {
    if (auto readable = demandReadable(*access, plan); !readable) return std::unexpected(readable.error());
  }
  if (auto hidden = hideRestricted(dataClass, plan.root); !hidden) return std::unexpected(hidden.error());
  query::optimise(plan, model, *engine.statistics(overlay));
  ScriptedTrace done;
  auto members = needsScripts(plan)
                     ? runScripted(dataClass, plan, within, options.arguments, options.queryPath ? &done : nullptr)
                     : engine.run(plan, overlay, within, options.queryPath ? &done.trace : nullptr);
  if (!members) return std::unexpected(members.error());
  auto state = std::make_unique<EntitySelection::State>(dataClass, std::move(*members), alterable);
  describe(*state, plan, done.trace, options);
  return EntitySelection::State::wrap(std::move(state));
}

}  // namespace

Result<SelectionRef> runQuery(const DataClass& dataClass, std::string_view text, const QueryOptions& options,
                              const RecordSet* within, bool alterable) {
  const model::Model& model = *dataClass.schema().model;
  const auto syntax = query::parse(text, {.rest = options.rest});
  if (!syntax) return std::unexpected(syntax.error());
  query::Parameters parameters = options.parameters;
  if (!parameters.keyOf) parameters.keyOf = keysOf;
  ProcessCalculations calculations(dataClass.process(), dataClass.schemaRef());
  if (dataClass.process().behaviour() != nullptr) parameters.calculations = &calculations;
  auto plan = query::bind(*syntax, model, dataClass.index(), parameters);
  if (!plan) return std::unexpected(plan.error());
  return execute(dataClass, std::move(*plan), options, within, alterable);
}

Result<SelectionRef> runFormulaQuery(const DataClass& dataClass, const Value& formula, const QueryOptions& options,
                                     const RecordSet* within, bool alterable) {
  if (!options.parameters.allowFormulas || dataClass.process().behaviour() == nullptr) {
    return std::unexpected(dataError(code::formulaNotAllowed, "Formula not allowed in this member method"));
  }
  query::Plan plan;
  plan.dataClass = dataClass.index();
  plan.root.kind = query::Node::Kind::formula;
  plan.root.dataClass = dataClass.index();
  plan.root.formula = formula;
  return execute(dataClass, std::move(plan), options, within, alterable);
}

namespace {

// The members a query of the selection looks at: only those that may be read.
RecordSet searchedOf(const DataClass& dataClass, const RecordSet& members) { return dataClass.readable(members); }

}  // namespace

Result<SelectionRef> EntitySelection::query(std::string_view text, const QueryOptions& options) const {
  const auto now = state_->dataClass.live();
  if (!now) return std::unexpected(now.error());
  const RecordSet within = searchedOf(*now, state_->members);
  return runQuery(*now, text, options, &within, state_->alterable);
}

Result<SelectionRef> EntitySelection::queryFormula(const Value& formula, const QueryOptions& options) const {
  const auto now = state_->dataClass.live();
  if (!now) return std::unexpected(now.error());
  const RecordSet within = searchedOf(*now, state_->members);
  return runFormulaQuery(*now, formula, options, &within, state_->alterable);
}

namespace {

Result<SelectionRef> sortBy(const EntitySelection& selection, const DataClass& dataClass,
                            const std::vector<query::SortKey>& keys) {
  Process& process = dataClass.process();
  if (const auto& access = process.access()) {
    auto readable = demandReadable(*access, dataClass.index(), keys);
    if (!readable) return std::unexpected(readable.error());
  }
  auto sorted = needsScripts(keys)
                    ? sortScripted(dataClass, selection.members(), keys)
                    : process.engine().sort(dataClass.index(), selection.members(), keys, process.overlay());
  if (!sorted) return std::unexpected(sorted.error());
  return dataClass.select(std::move(*sorted), selection.isAlterable());
}

Result<> addCalculated(const DataClass& dataClass, const query::SyntaxSortKey& key, std::vector<query::SortKey>& keys) {
  query::Parameters parameters;
  ProcessCalculations calculations(dataClass.process(), dataClass.schemaRef());
  if (dataClass.process().behaviour() != nullptr) parameters.calculations = &calculations;
  auto bound = query::bindOrder(std::span(&key, 1), *dataClass.schema().model, dataClass.index(), parameters);
  if (!bound) return std::unexpected(bound.error());
  for (query::SortKey& each : *bound) keys.push_back(std::move(each));
  return {};
}

// What an attribute is that has no order (orda.md 13.7); "" for all others.
std::string_view unsortable(const model::Attribute& attribute, const ResolvedPath& path) {
  if (!path.object.empty()) return {};
  if (attribute.result != model::CalculatedResult::scalar) return "no value but entities, name one of their attributes";
  switch (attribute.type) {
    case model::AttributeType::object:
      return "an object, name one of its properties";
    case model::AttributeType::image:
      return "a picture";
    case model::AttributeType::blob:
      return "a blob";
    default:
      return {};
  }
}

Result<> addSortKey(const DataClass& dataClass, const query::Path& path, std::string_view text, bool descending,
                    std::vector<query::SortKey>& keys) {
  const model::Model& model = *dataClass.schema().model;
  auto resolved = resolvePath(model, dataClass.index(), path);
  if (!resolved) return std::unexpected(resolved.error());
  resolved = requireScalar(std::move(*resolved), text);
  if (!resolved) return std::unexpected(resolved.error());
  const model::Attribute& attribute = attributeOf(model, *resolved);
  if (const std::string_view what = unsortable(attribute, *resolved); !what.empty()) {
    return std::unexpected(
        dataError(code::wrongArgument, fmt::format("\"{}\" cannot be sorted by: it is {}", text, what)));
  }
  if (attribute.isCalculated()) {
    return addCalculated(dataClass, {.path = path, .descending = descending, .position = 0}, keys);
  }
  keys.push_back({.path = resolved->bound(), .descending = descending, .beyond = {}});
  return {};
}

}  // namespace

Result<SelectionRef> EntitySelection::orderBy(std::string_view order) const {
  const auto dataClass = state_->dataClass.live();
  if (!dataClass) return std::unexpected(dataClass.error());
  const auto parsed = query::parseOrder(order);
  if (!parsed) return std::unexpected(parsed.error());
  std::vector<query::SortKey> keys;
  for (const query::SyntaxSortKey& key : *parsed) {
    const auto* path = std::get_if<query::Path>(&key.path);
    if (path == nullptr) {
      return std::unexpected(dataError(code::queryPlaceholderMissing, "orderBy takes no placeholders: name the path"));
    }
    if (auto added = addSortKey(*dataClass, *path, query::pathText(*path), key.descending, keys); !added) {
      return std::unexpected(added.error());
    }
  }
  return sortBy(*this, *dataClass, keys);
}

Result<SelectionRef> EntitySelection::orderBy(const Value& pathObjects) const {
  const auto dataClass = state_->dataClass.live();
  if (!dataClass) return std::unexpected(dataClass.error());
  const auto refuse = [] {
    return std::unexpected(
        dataError(code::wrongArgument, "orderBy expects a text or a collection of {propertyPath, descending} objects"));
  };
  if (pathObjects.isText()) return orderBy(pathObjects.asText());
  if (!pathObjects.isCollection()) return refuse();
  std::vector<query::SortKey> keys;
  for (const Value& element : pathObjects.asCollection().elements()) {
    if (!element.isObject()) return refuse();
    const Value text = element.asObject().get("propertyPath");
    const Value descending = element.asObject().get("descending");
    if (!text.isText()) return refuse();
    const auto path = query::parsePath(text.asText());
    if (!path) return std::unexpected(path.error());
    const bool down = descending.type() == Type::boolean && descending.asBoolean();
    if (auto added = addSortKey(*dataClass, *path, text.asText(), down, keys); !added) {
      return std::unexpected(added.error());
    }
  }
  return sortBy(*this, *dataClass, keys);
}

Result<SelectionRef> EntitySelection::orderBy(std::span<const query::SyntaxSortKey> keys, bool exposedOnly) const {
  const auto dataClass = state_->dataClass.live();
  if (!dataClass) return std::unexpected(dataClass.error());
  query::Parameters parameters;
  parameters.allowFormulas = false;
  parameters.exposedOnly = exposedOnly;
  ProcessCalculations calculations(dataClass->process(), dataClass->schemaRef());
  if (dataClass->process().behaviour() != nullptr) parameters.calculations = &calculations;
  const auto bound = query::bindOrder(keys, *dataClass->schema().model, dataClass->index(), parameters);
  if (!bound) return std::unexpected(bound.error());
  return sortBy(*this, *dataClass, *bound);
}

Result<SelectionRef> EntitySelection::orderByFormula(const Value& formula, bool descending,
                                                     const Value& arguments) const {
  const auto dataClass = state_->dataClass.live();
  if (!dataClass) return std::unexpected(dataClass.error());
  Process& process = dataClass->process();
  if (process.behaviour() == nullptr) {
    return std::unexpected(dataError(code::formulaNotAllowed, "Formula not allowed in this member method"));
  }
  auto compiled = process.behaviour()->formula(*dataClass, formula, arguments);
  if (!compiled) return std::unexpected(compiled.error());
  const std::vector<RecordNumber> numbers = state_->members.toVector();
  std::vector<std::vector<Value>> columns(1, std::vector<Value>(numbers.size()));
  for (std::size_t from = 0; from < numbers.size(); from += entitiesAtOnce) {
    const auto part = std::span(numbers).subspan(from, std::min(entitiesAtOnce, numbers.size() - from));
    const std::vector<EntityRef> entities = loadAll(*dataClass, part);
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (!entities[i]) continue;
      auto value = (**compiled)(*entities[i]);
      if (!value) return std::unexpected(value.error());
      const bool sortable = value->type() <= Type::instant && !value->isUndefined();
      columns.front()[from + i] = sortable ? std::move(*value) : Value::null();
    }
  }
  const bool down[] = {descending};
  return dataClass->select(sortByValues(numbers, columns, down, process.engine().collation()), state_->alterable);
}

}  // namespace qodly::orda
