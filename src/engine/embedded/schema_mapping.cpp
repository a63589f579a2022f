// Every storage attribute becomes a column of the same uuid; attributes without data keep column number 0.
#include "engine/embedded/schema_mapping.h"

namespace qodly::engine {

namespace {

using model::Attribute;
using model::DataClass;
using model::Model;
using storage::IndexKind;

bool isOrderable(ColumnType type) {
  return type != ColumnType::object && type != ColumnType::blob && type != ColumnType::picture;
}

// Attributes of a class that relations compare: foreign keys and what they point to.
std::vector<bool> relationEnds(const Model& model, std::uint32_t dataClass) {
  std::vector<bool> ends(model.classes[dataClass].attributes.size(), false);
  for (const model::Relation& relation : model.relations) {
    if (relation.sourceClass == dataClass && relation.sourceAttribute < ends.size()) {
      ends[relation.sourceAttribute] = true;
    }
    if (relation.destinationClass == dataClass && relation.destinationAttribute < ends.size()) {
      ends[relation.destinationAttribute] = true;
    }
  }
  return ends;
}

void addIndexes(storage::TableDefinition& table, const Attribute& attribute, bool needsOrder) {
  const ColumnType type = model::columnType(attribute);
  if ((needsOrder || attribute.indexed || attribute.unique) && isOrderable(type)) {
    table.indexes.push_back({attribute.uuid, IndexKind::ordered});
  }
  if (attribute.indexed && type == ColumnType::object) {
    table.indexes.push_back({attribute.uuid, IndexKind::objectPaths});
  }
  if (attribute.keywordIndexed && type == ColumnType::text) {
    table.indexes.push_back({attribute.uuid, IndexKind::keywords});
  }
}

storage::TableDefinition tableOf(const Model& model, std::uint32_t index) {
  const DataClass& dataClass = model.classes[index];
  storage::TableDefinition table{dataClass.uuid, dataClass.name, {}, {}};
  const std::vector<bool> ends = relationEnds(model, index);
  for (std::uint32_t i = 0; i < dataClass.attributes.size(); ++i) {
    const Attribute& attribute = dataClass.attributes[i];
    if (!attribute.isStorage()) continue;
    const bool isKey = i == dataClass.primaryKey;
    table.columns.push_back({attribute.uuid, attribute.name, model::columnType(attribute), attribute.unique || isKey});
    addIndexes(table, attribute, isKey || ends[i]);
  }
  return table;
}

}  // namespace

std::vector<storage::TableDefinition> tableDefinitions(const Model& model) {
  std::vector<storage::TableDefinition> tables;
  tables.reserve(model.classes.size());
  for (std::uint32_t i = 0; i < model.classes.size(); ++i) tables.push_back(tableOf(model, i));
  return tables;
}

namespace {

bool isInteger(ColumnType type) { return type >= ColumnType::int8 && type <= ColumnType::int64; }

}  // namespace

std::shared_ptr<const Catalog> makeCatalog(std::shared_ptr<const Model> model,
                                           const std::vector<storage::TableBinding>& bindings,
                                           const storage::Store& store) {
  auto schema = std::make_shared<orda::Schema>();
  auto catalog = std::make_shared<Catalog>();
  for (std::size_t c = 0; c < model->classes.size(); ++c) {
    const storage::TableBinding& binding = bindings[c];
    ClassStorage dataClass{binding.table, store.layouts(binding.table), {}};
    std::vector<storage::ColumnId> columns;
    std::size_t next = 0;
    for (const Attribute& attribute : model->classes[c].attributes) {
      StoredAttribute stored;
      if (attribute.isStorage()) {
        stored.column = binding.columns[next++];
        stored.type = model::columnType(attribute);
        stored.neverNull = attribute.neverNull;
        stored.ordered = store.hasIndex(binding.table, stored.column, IndexKind::ordered);
        const bool unique = attribute.unique || &attribute == &model->classes[c].key();
        if (stored.ordered && unique && isInteger(stored.type)) {
          stored.keyDistance = std::make_shared<std::atomic<std::int64_t>>(1);
        }
        stored.keywords = store.hasIndex(binding.table, stored.column, IndexKind::keywords);
        stored.objectPaths = store.hasIndex(binding.table, stored.column, IndexKind::objectPaths);
      }
      columns.push_back(stored.column);
      dataClass.attributes.push_back(stored);
    }
    schema->tables.push_back(binding.table);
    schema->columns.push_back(std::move(columns));
    catalog->classes.push_back(std::move(dataClass));
  }
  schema->model = std::move(model);
  catalog->schema = std::move(schema);
  return catalog;
}

}  // namespace qodly::engine
