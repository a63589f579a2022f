// Values of many entities along a path, fetched in passes over whole sets: one pass a relation, each key looked up
// once.
#include <algorithm>
#include <unordered_map>

#include "orda/attribute_paths.h"
#include "orda/calculated.h"
#include "orda/entity_state.h"

namespace qodly::orda {

namespace {
constexpr std::size_t entitiesAtOnce = 1000;
}

std::string keyBytes(const Value& key, const Collation& collation) {
  std::string bytes;
  switch (key.type()) {
    case Type::text:
      collation.appendKey(key.asText(), bytes);
      break;
    case Type::integer: {
      const std::int64_t number = key.asInteger();
      bytes.assign(reinterpret_cast<const char*>(&number), sizeof number);
      break;
    }
    default:
      (void)pack(key, bytes);
      break;
  }
  return bytes;
}

std::vector<RecordNumber> followToOne(const DataClass& dataClass, std::uint32_t relation,
                                      std::span<const RecordNumber> numbers) {
  const model::Model& model = *dataClass.schema().model;
  const model::Relation& definition = model.relations[relation];
  Engine& engine = dataClass.process().engine();
  const auto reader = dataClass.process().read();
  std::vector<Value> keys(numbers.size());
  reader->records(dataClass.index(), numbers, [&](std::size_t position, const RecordView& view) {
    if (view) {
      keys[position] =
          destinationKey(model, definition,
                         engine.decode(view, dataClass.index(), definition.sourceAttribute).value_or(Value::null()));
    }
    return true;
  });
  std::unordered_map<std::string, RecordNumber> known;
  std::vector<RecordNumber> found(numbers.size(), storage::noRecord);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].isMissing()) continue;
    const auto [entry, fresh] = known.try_emplace(keyBytes(keys[i], engine.collation()), storage::noRecord);
    if (fresh) {
      entry->second = dataClass.process().findUnique(*reader, definition.destinationClass,
                                                     definition.destinationAttribute, keys[i]);
    }
    found[i] = entry->second;
  }
  return found;
}

std::vector<std::vector<RecordNumber>> followToMany(const DataClass& dataClass, std::uint32_t relation,
                                                    std::span<const RecordNumber> numbers) {
  const model::Model& model = *dataClass.schema().model;
  const model::Relation& definition = model.relations[relation];
  Process& process = dataClass.process();
  Engine& engine = process.engine();
  std::vector<std::vector<RecordNumber>> groups(numbers.size());
  const RecordSet parents = RecordSet::unordered(Bitmap(numbers.size(), numbers.data()));
  const auto children = engine.follow({.relation = relation, .toMany = true}, parents, process.overlay());
  if (!children) return groups;
  const std::vector<RecordNumber> many =
      DataClass(process, dataClass.schemaRef(), definition.sourceClass).readable(*children).toVector();
  const auto reader = process.read();
  std::unordered_map<std::string, std::vector<RecordNumber>> byKey;
  reader->records(definition.sourceClass, many, [&](std::size_t position, const RecordView& view) {
    if (!view) return true;
    const Value key =
        destinationKey(model, definition,
                       engine.decode(view, definition.sourceClass, definition.sourceAttribute).value_or(Value::null()));
    if (!key.isMissing()) byKey[keyBytes(key, engine.collation())].push_back(many[position]);
    return true;
  });
  reader->records(dataClass.index(), numbers, [&](std::size_t position, const RecordView& view) {
    if (!view) return true;
    const Value key = engine.decode(view, dataClass.index(), definition.destinationAttribute).value_or(Value::null());
    const auto found = key.isMissing() ? byKey.end() : byKey.find(keyBytes(key, engine.collation()));
    if (found != byKey.end()) groups[position] = found->second;
    return true;
  });
  return groups;
}

std::vector<EntityRef> loadAll(const DataClass& dataClass, std::span<const RecordNumber> numbers) {
  std::vector<EntityRef> entities(numbers.size());
  const auto reader = dataClass.process().read();
  reader->records(dataClass.index(), numbers, [&](std::size_t position, const RecordView& view) {
    if (view) {
      entities[position] = Entity::State::wrap(Entity::State::ofRecord(dataClass, numbers[position], view));
    }
    return true;
  });
  return entities;
}

namespace {

// Read through the code of the application, entity by entity. The first error is noted in the process.
std::vector<Value> calculatedValues(const DataClass& dataClass, std::span<const RecordNumber> numbers,
                                    const ResolvedPath& path) {
  std::vector<Value> values(numbers.size());
  for (std::size_t from = 0; from < numbers.size(); from += entitiesAtOnce) {
    const auto part = numbers.subspan(from, std::min(entitiesAtOnce, numbers.size() - from));
    const std::vector<EntityRef> entities = loadAll(dataClass, part);
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (!entities[i]) continue;
      auto value = entities[i]->read(path.attribute);
      if (!value) {
        dataClass.process().noteFailure(value.error());
        return values;
      }
      const Value end = valueBeyond(*value, path.object);
      values[from + i] = end.isUndefined() ? Value::null() : end;
    }
  }
  return values;
}

std::vector<Value> storedValues(const DataClass& dataClass, std::span<const RecordNumber> numbers,
                                const ResolvedPath& path) {
  if (dataClass.definition().attributes[path.attribute].isCalculated()) {
    return calculatedValues(dataClass, numbers, path);
  }
  std::vector<Value> values(numbers.size());
  Engine& engine = dataClass.process().engine();
  const auto reader = dataClass.process().read();
  reader->records(dataClass.index(), numbers, [&](std::size_t position, const RecordView& view) {
    if (!view) return true;
    Value value = engine.decode(view, dataClass.index(), path.attribute).value_or(Value::null());
    if (!path.object.empty()) value = valueInside(value, path.object);
    values[position] = value.isUndefined() ? Value::null() : std::move(value);
    return true;
  });
  return values;
}

}  // namespace

std::vector<Value> valuesAt(const DataClass& dataClass, std::span<const RecordNumber> numbers,
                            const ResolvedPath& path) {
  if (path.hops.empty()) return storedValues(dataClass, numbers, path);
  std::vector<bool> exists(numbers.size());
  {
    const auto reader = dataClass.process().read();
    reader->records(dataClass.index(), numbers, [&](std::size_t position, const RecordView& view) {
      exists[position] = static_cast<bool>(view);
      return true;
    });
  }
  std::vector<RecordNumber> current(numbers.begin(), numbers.end());
  DataClass at = dataClass;
  for (const query::Hop& hop : path.hops) {
    current = followToOne(at, hop.relation, current);
    at = DataClass(at.process(), at.schemaRef(), at.schema().model->relations[hop.relation].destinationClass);
  }
  std::vector<Value> values;
  if (path.endsOnRelation()) {
    for (const EntityRef& entity : loadAll(at, current)) values.push_back(toValue(entity));
  } else {
    values = storedValues(at, current, path);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!exists[i]) {
      values[i] = Value();
    } else if (values[i].isUndefined()) {
      values[i] = Value::null();
    }
  }
  return values;
}

}  // namespace qodly::orda
