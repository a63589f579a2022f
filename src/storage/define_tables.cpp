#include "storage/define_tables.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "storage/index_key.h"

namespace qodly::storage {

namespace {

Error invalid(std::string message) { return {code::modelInvalid, "dbmg", std::move(message)}; }

Result<> checkDefinition(const TableDefinition& table) {
  std::unordered_set<std::string_view> uuids;
  for (const ColumnDefinition& column : table.columns) {
    if (column.uuid.empty()) return std::unexpected(invalid(fmt::format("{}.{} has no uuid", table.name, column.name)));
    if (!uuids.insert(column.uuid).second) {
      return std::unexpected(
          invalid(fmt::format("{}.{} has the uuid {} of another attribute", table.name, column.name, column.uuid)));
    }
  }
  for (const IndexDefinition& index : table.indexes) {
    if (!uuids.contains(index.columnUuid)) {
      return std::unexpected(invalid(
          fmt::format("{} has an index on an attribute that does not exist (uuid {})", table.name, index.columnUuid)));
    }
  }
  return {};
}

Result<> checkDefinitions(const std::vector<TableDefinition>& tables) {
  std::unordered_set<std::string_view> uuids;
  for (const TableDefinition& table : tables) {
    if (table.uuid.empty()) return std::unexpected(invalid(fmt::format("{} has no uuid", table.name)));
    if (!uuids.insert(table.uuid).second) {
      return std::unexpected(invalid(fmt::format("{} has the uuid {} of another dataclass", table.name, table.uuid)));
    }
    if (Result<> checked = checkDefinition(table); !checked) return checked;
  }
  return {};
}

// Columns of the stored table follow the definition; returns their ids in its order. Retyped ones go into `retyped`.
std::vector<ColumnId> reconcileColumns(StoredTable& table, const TableDefinition& wanted, std::set<ColumnId>& retyped) {
  for (StoredColumn& column : table.columns) column.dropped = true;
  std::vector<ColumnId> ids;
  for (const ColumnDefinition& definition : wanted.columns) {
    StoredColumn* column = table.columnByUuid(definition.uuid);
    if (column == nullptr) {
      table.columns.push_back({table.nextColumn++, definition.uuid, {}, definition.type, false, false});
      column = &table.columns.back();
    }
    if (column->type != definition.type) retyped.insert(column->id);
    column->name = definition.name;
    column->type = definition.type;
    column->unique = definition.unique && canIndex(IndexKind::ordered, definition.type);
    column->dropped = false;
    ids.push_back(column->id);
  }
  return ids;
}

Result<> reconcileLayout(StoredTable& table, const std::vector<ColumnId>& ids) {
  std::vector<Column> columns;
  columns.reserve(ids.size());
  for (const ColumnId id : ids) columns.push_back({id, table.column(id)->type});
  if (!table.layouts.empty() && std::ranges::equal(table.layouts.back()->columns(), columns)) return {};
  if (table.layouts.size() >= maximumLayouts) {
    return std::unexpected(Error(code::limitReached, "dbmg",
                                 fmt::format("The structure of {} has changed {} times. Open its data once more: the "
                                             "records are then rewritten, and it can change again",
                                             table.name, maximumLayouts)));
  }
  const auto version = static_cast<std::uint16_t>(table.layouts.size() + 1);
  table.layouts.push_back(std::make_shared<const Layout>(version, std::move(columns)));
  return {};
}

using IndexedColumn = std::pair<ColumnId, IndexKind>;

std::set<IndexedColumn> wantedIndexes(StoredTable& table, const TableDefinition& wanted) {
  std::set<IndexedColumn> result;
  for (const IndexDefinition& definition : wanted.indexes) {
    const StoredColumn* column = table.columnByUuid(definition.columnUuid);
    if (canIndex(definition.kind, column->type)) result.emplace(column->id, definition.kind);
  }
  for (const StoredColumn& column : table.columns) {
    if (column.unique && !column.dropped) result.emplace(column.id, IndexKind::ordered);
  }
  return result;
}

void reconcileIndexes(Catalogue& catalogue, StoredTable& table, std::set<IndexedColumn> wanted,
                      const std::set<ColumnId>& retyped) {
  for (StoredIndex& index : table.indexes) {
    if (index.state == StoredIndex::State::obsolete) continue;
    const bool keep = wanted.contains({index.column, index.kind}) && !retyped.contains(index.column);
    if (keep) {
      wanted.erase({index.column, index.kind});
    } else {
      index.state = StoredIndex::State::obsolete;
    }
  }
  for (const auto& [column, kind] : wanted) {
    table.indexes.push_back({catalogue.nextIndex++, column, kind, StoredIndex::State::building});
  }
}

Result<TableBinding> reconcileTable(Catalogue& catalogue, const TableDefinition& wanted) {
  StoredTable* table = catalogue.tableByUuid(wanted.uuid);
  if (table == nullptr) {
    const TableId id = catalogue.nextTable++;
    table = &catalogue.tables[id];
    table->id = id;
    table->uuid = wanted.uuid;
  }
  table->name = wanted.name;
  table->hidden = false;
  std::set<ColumnId> retyped;
  std::vector<ColumnId> ids = reconcileColumns(*table, wanted, retyped);
  if (Result<> layout = reconcileLayout(*table, ids); !layout) return std::unexpected(layout.error());
  reconcileIndexes(catalogue, *table, wantedIndexes(*table, wanted), retyped);
  return TableBinding{table->id, std::move(ids)};
}

bool same(const StoredTable& left, const StoredTable& right) {
  const auto column = [](const StoredColumn& c) { return std::tie(c.id, c.uuid, c.name, c.type, c.unique, c.dropped); };
  const auto index = [](const StoredIndex& i) { return std::tie(i.id, i.column, i.kind, i.state); };
  return left.name == right.name && left.hidden == right.hidden && left.layouts.size() == right.layouts.size() &&
         std::ranges::equal(left.columns, right.columns, {}, column, column) &&
         std::ranges::equal(left.indexes, right.indexes, {}, index, index);
}

bool same(const Catalogue& left, const Catalogue& right) {
  return std::ranges::equal(left.tables, right.tables, [](const auto& a, const auto& b) {
    return a.first == b.first && same(a.second, b.second);
  });
}

}  // namespace

Result<Reconciliation> reconcile(const Catalogue& current, const std::vector<TableDefinition>& wanted) {
  if (Result<> checked = checkDefinitions(wanted); !checked) return std::unexpected(checked.error());
  Reconciliation result{current, {}, false};
  for (auto& [id, table] : result.catalogue.tables) table.hidden = true;
  for (const TableDefinition& definition : wanted) {
    Result<TableBinding> binding = reconcileTable(result.catalogue, definition);
    if (!binding) return std::unexpected(binding.error());
    result.bindings.push_back(std::move(*binding));
  }
  result.changed = !same(current, result.catalogue);
  return result;
}

}  // namespace qodly::storage
