// Values of a selection: projection, extract, statistics, distinct (orda.md 13.3, 13.8, 13.10).
#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/attribute_paths.h"
#include "orda/entity_state.h"

namespace qodly::orda {

namespace {

// Entities at the end of a chain of relations, without repetition.
Result<RecordSet> followAll(const DataClass& dataClass, std::span<const query::Hop> hops, RecordSet members) {
  Process& process = dataClass.process();
  for (const query::Hop& hop : hops) {
    auto next = process.engine().follow(hop, members, process.overlay());
    if (!next) return next;
    const model::Relation& relation = dataClass.schema().model->relations[hop.relation];
    const std::uint32_t end = hop.toMany ? relation.sourceClass : relation.destinationClass;
    members = DataClass(process, dataClass.schemaRef(), end).readable(std::move(*next));
  }
  return members;
}

Value collectionOf(const std::vector<Value>& values) {
  auto result = Collection::make();
  for (const Value& value : values) {
    if (!value.isUndefined()) result->push(value);
  }
  return Value::collection(result);
}

// The entities that calculated values hold, each once.
SelectionRef gathered(const DataClass& related, const std::vector<Value>& values, bool alterable) {
  Bitmap members;
  for (const Value& value : values) {
    if (const Entity* entity = Entity::from(value)) {
      if (!entity->isNew()) members.add(entity->number());
    } else if (const EntitySelection* selection = EntitySelection::from(value)) {
      members |= selection->members().toBitmap();
    }
  }
  return related.select(related.readable(RecordSet::unordered(std::move(members))), alterable);
}

}  // namespace

Result<Value> EntitySelection::project(std::string_view attribute) const {
  const auto now = state_->dataClass.live();
  if (!now) return std::unexpected(now.error());
  const DataClass& dataClass = *now;
  const model::Model& model = *dataClass.schema().model;
  const std::uint32_t index = dataClass.definition().indexOf(attribute);
  if (index == model::noIndex) {
    return std::unexpected(
        dataError(code::queryUnknownAttribute,
                  fmt::format("The {} dataclass has no attribute \"{}\"", dataClass.name(), attribute)));
  }
  if (!dataClass.process().allows(dataClass.schema(), dataClass.index(), index, Right::read)) {
    return std::unexpected(noPermission("read", dataClass.name(), attribute));
  }
  const auto path = resolvePath(model, dataClass.index(), query::Path{{.name = std::string(attribute)}});
  if (!path) return std::unexpected(path.error());
  if (!path->endsOnRelation() && !path->crossesToMany()) {
    std::vector<Value> values = valuesAt(dataClass, state_->members.toVector(), *path);
    const model::Attribute& end = attributeOf(model, *path);
    if (end.result == model::CalculatedResult::scalar) return collectionOf(values);
    return toValue(
        gathered(DataClass(dataClass.process(), dataClass.schemaRef(), end.relatedClass), values, state_->alterable));
  }
  auto members = followAll(dataClass, path->hops, state_->members);
  if (!members) return std::unexpected(members.error());
  const DataClass end(dataClass.process(), dataClass.schemaRef(), path->dataClass);
  if (path->endsOnRelation()) return toValue(end.select(std::move(*members), state_->alterable));
  ResolvedPath last = *path;
  last.hops.clear();
  return collectionOf(valuesAt(end, members->toVector(), last));
}

namespace {

// Value of a path with 1->N steps for one entity: related selections, or a collection of values.
Value manyValueOf(const DataClass& dataClass, RecordNumber number, const ResolvedPath& path, bool alterable) {
  auto members = followAll(dataClass, path.hops, RecordSet::ordered({number}));
  if (!members) return Value::null();
  const DataClass end(dataClass.process(), dataClass.schemaRef(), path.dataClass);
  if (path.endsOnRelation()) return toValue(end.select(std::move(*members), alterable));
  ResolvedPath last = path;
  last.hops.clear();
  return collectionOf(valuesAt(end, members->toVector(), last));
}

// A path as extract() takes it: besides attributes, the size of what a 1->N relation leads to (`books.length`).
struct ExtractPath {
  ResolvedPath path;
  bool size = false;
};

Result<ExtractPath> extractPath(const DataClass& dataClass, std::string_view text) {
  constexpr std::string_view ending = ".length";
  const model::Model& model = *dataClass.schema().model;
  if (text.ends_with(ending)) {
    auto related = resolvePath(model, dataClass.index(), text.substr(0, text.size() - ending.size()));
    if (related && related->endsOnRelation() && related->hops.back().toMany) {
      return ExtractPath{.path = std::move(*related), .size = true};
    }
  }
  auto path = resolvePath(model, dataClass.index(), text);
  if (!path) return std::unexpected(path.error());
  return ExtractPath{.path = std::move(*path)};
}

// One value an entity: undefined where the entity does not exist, null where there is no value.
std::vector<Value> extracted(const DataClass& dataClass, std::span<const RecordNumber> numbers,
                             const ExtractPath& wanted, bool alterable) {
  const ResolvedPath& path = wanted.path;
  if (!path.crossesToMany()) return valuesAt(dataClass, numbers, path);
  std::vector<Value> values(numbers.size());
  const std::vector<EntityRef> entities = loadAll(dataClass, numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!entities[i]) continue;
    if (wanted.size) {
      const auto members = followAll(dataClass, path.hops, RecordSet::ordered({numbers[i]}));
      values[i] = members ? Value::integer(static_cast<std::int64_t>(members->size())) : Value::null();
    } else {
      values[i] = manyValueOf(dataClass, numbers[i], path, alterable);
    }
  }
  return values;
}

}  // namespace

Result<Value> EntitySelection::extract(std::string_view path, bool keepNull) const {
  const auto now = state_->dataClass.live();
  if (!now) return std::unexpected(now.error());
  const DataClass& dataClass = *now;
  auto result = Collection::make();
  const auto resolved = extractPath(dataClass, path);
  if (resolved && mayRead(dataClass, resolved->path)) {
    for (Value& value : extracted(dataClass, state_->members.toVector(), *resolved, state_->alterable)) {
      if (value.isUndefined() || (value.isNull() && !keepNull)) continue;
      result->push(std::move(value));
    }
  }
  return Value::collection(result);
}

Result<Value> EntitySelection::extract(std::span<const std::pair<std::string, std::string>> pathAndTarget) const {
  const auto now = state_->dataClass.live();
  if (!now) return std::unexpected(now.error());
  const DataClass& dataClass = *now;
  const std::vector<RecordNumber> numbers = state_->members.toVector();
  std::vector<Ref<Object>> rows(numbers.size());
  {
    const auto reader = state_->process().read();
    reader->records(dataClass.index(), numbers, [&](std::size_t position, const RecordView& view) {
      if (view) rows[position] = Object::make();
      return true;
    });
  }
  for (const auto& [path, target] : pathAndTarget) {
    const auto resolved = extractPath(dataClass, path);
    if (!resolved || target.empty()) continue;
    if (!mayRead(dataClass, resolved->path)) {
      for (const Ref<Object>& row : rows) {
        if (row) row->set(target, Value::null());
      }
      continue;
    }
    std::vector<Value> values = extracted(dataClass, numbers, *resolved, state_->alterable);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i]) rows[i]->set(target, values[i].isUndefined() ? Value::null() : std::move(values[i]));
    }
  }
  auto result = Collection::make();
  for (const Ref<Object>& row : rows) {
    if (row) result->push(Value::object(row));
  }
  return Value::collection(result);
}

}  // namespace qodly::orda
