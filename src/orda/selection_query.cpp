#include "orda/selection_query.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/attribute_paths.h"
#include "orda/entity_state.h"

namespace qodly::orda {

namespace {

void describe(EntitySelection::State& selection, const query::Plan& plan, const query::Trace& trace,
              const QueryOptions& options) {
  const model::Model& model = *selection.dataClass.schema().model;
  if (options.queryPlan) selection.plan = query::describe(plan, model);
  if (options.queryPath) selection.path = query::describePath(trace, plan, model);
  if (options.queryPlan && options.rest) selection.extendedPlan = query::describeExtended(plan, model);
  if (options.queryPath && options.rest) selection.extendedPath = query::describePathExtended(trace, plan, model);
}

// An entity stands for its key, a selection for the keys of its entities.
Value keysOf(const Handle& handle) {
  if (const auto* entity = dynamic_cast<const Entity*>(&handle)) {
    return Entity::State::of(*entity).value(entity->dataClass().definition().primaryKey);
  }
  const auto* selection = dynamic_cast<const EntitySelection*>(&handle);
  if (selection == nullptr) return {};
  const auto dataClass = selection->dataClass().current();
  if (!dataClass) return {};
  ResolvedPath key;
  key.dataClass = dataClass->index();
  key.attribute = dataClass->definition().primaryKey;
  auto keys = Collection::make();
  for (Value& value : valuesAt(*dataClass, selection->members().toVector(), key)) {
    if (!value.isMissing()) keys->push(std::move(value));
  }
  return Value::collection(keys);
}

}  // namespace

Result<SelectionRef> runQuery(const DataClass& dataClass, std::string_view text, const QueryOptions& options,
                              const RecordSet* within, bool alterable) {
  const model::Model& model = *dataClass.schema().model;
  Engine& engine = dataClass.process().engine();
  const Overlay* overlay = dataClass.process().overlay();
  const auto syntax = query::parse(text, {.rest = options.rest});
  if (!syntax) return std::unexpected(syntax.error());
  query::Parameters parameters = options.parameters;
  if (!parameters.keyOf) parameters.keyOf = keysOf;
  auto plan = query::bind(*syntax, model, dataClass.index(), parameters);
  if (!plan) return std::unexpected(plan.error());
  query::optimise(*plan, model, *engine.statistics(overlay));
  query::Trace trace;
  auto members = engine.run(*plan, overlay, within, options.queryPath ? &trace : nullptr);
  if (!members) return std::unexpected(members.error());
  auto state = std::make_unique<EntitySelection::State>(dataClass, std::move(*members), alterable);
  describe(*state, *plan, trace, options);
  return EntitySelection::State::wrap(std::move(state));
}

Result<SelectionRef> EntitySelection::query(std::string_view text, const QueryOptions& options) const {
  const auto now = state_->dataClass.live();
  if (!now) return std::unexpected(now.error());
  return runQuery(*now, text, options, &state_->members, state_->alterable);
}

namespace {

Result<SelectionRef> sortBy(const EntitySelection& selection, const DataClass& dataClass,
                            const std::vector<query::SortKey>& keys) {
  Process& process = dataClass.process();
  auto sorted = process.engine().sort(dataClass.index(), selection.members(), keys, process.overlay());
  if (!sorted) return std::unexpected(sorted.error());
  return dataClass.select(std::move(*sorted), selection.isAlterable());
}

Result<query::SortKey> sortKey(const DataClass& dataClass, const query::Path& path, std::string_view text,
                               bool descending) {
  const model::Model& model = *dataClass.schema().model;
  auto resolved = resolvePath(model, dataClass.index(), path);
  if (!resolved) return std::unexpected(resolved.error());
  resolved = requireScalar(std::move(*resolved), text);
  if (!resolved) return std::unexpected(resolved.error());
  if (attributeOf(model, *resolved).type == model::AttributeType::object && resolved->object.empty()) {
    return std::unexpected(
        dataError(code::wrongArgument,
                  fmt::format("\"{}\" cannot be sorted by: it is an object, name one of its properties", text)));
  }
  return query::SortKey{resolved->bound(), descending};
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
    auto bound = sortKey(*dataClass, *path, query::pathText(*path), key.descending);
    if (!bound) return std::unexpected(bound.error());
    keys.push_back(std::move(*bound));
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
    auto bound =
        sortKey(*dataClass, *path, text.asText(), descending.type() == Type::boolean && descending.asBoolean());
    if (!bound) return std::unexpected(bound.error());
    keys.push_back(std::move(*bound));
  }
  return sortBy(*this, *dataClass, keys);
}

}  // namespace qodly::orda
