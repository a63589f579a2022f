#include "storage/schema.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"

namespace qodly::storage {

namespace {

constexpr std::size_t kinds = 3;

MDB_dbi openDatabase(lmdb::Transaction& transaction, const std::string& name, unsigned flags, bool create) {
  const std::optional<MDB_dbi> database = transaction.database(name, flags | (create ? MDB_CREATE : 0u));
  if (database) return *database;
  throw StorageFailure(Error(code::dataFileDamaged, "dbmg",
                             fmt::format("The data file is damaged: its part {} is missing. Restore a backup", name)));
}

}  // namespace

const StoredColumn* SchemaTable::column(ColumnId wanted) const {
  const auto place =
      std::find_if(columns.begin(), columns.end(), [&](const StoredColumn& c) { return c.id == wanted; });
  return place == columns.end() ? nullptr : &*place;
}

int SchemaTable::index(ColumnId wanted, IndexKind kind) const {
  const std::size_t place = std::size_t{wanted} * kinds + static_cast<std::size_t>(kind);
  return place < byColumn_.size() ? byColumn_[place] : -1;
}

std::string SchemaTable::columnName(ColumnId wanted) const {
  const StoredColumn* found = column(wanted);
  return found == nullptr ? fmt::format("{}.#{}", name, wanted) : fmt::format("{}.{}", name, found->name);
}

Schema::Schema(const Catalogue& catalogue, lmdb::Transaction& transaction, bool create) {
  for (const auto& [id, stored] : catalogue.tables) {
    auto table = std::make_unique<SchemaTable>();
    table->id = id;
    table->name = stored.name;
    table->hidden = stored.hidden;
    table->columns = stored.columns;
    table->layouts = std::make_shared<const LayoutSet>(stored.layouts);
    table->records = openDatabase(transaction, recordDatabaseName(id), recordDatabaseFlags, create);
    table->byColumn_.assign(std::size_t{stored.nextColumn} * kinds, -1);
    for (const StoredIndex& index : stored.indexes) {
      if (index.state == StoredIndex::State::obsolete) continue;
      const StoredColumn& column = *stored.column(index.column);
      const bool ready = index.state == StoredIndex::State::ready;
      const bool unique = column.unique && index.kind == IndexKind::ordered;
      const MDB_dbi database = openDatabase(transaction, indexDatabaseName(index.id), indexDatabaseFlags, create);
      const std::size_t place = std::size_t{index.column} * kinds + static_cast<std::size_t>(index.kind);
      if (ready) table->byColumn_[place] = static_cast<std::int32_t>(table->indexes.size());
      table->indexes.push_back({index.id, index.column, index.kind, column.type, ready, unique, database});
    }
    if (id >= tables.size()) tables.resize(id + 1u);
    tables[id] = std::move(table);
  }
}

}  // namespace qodly::storage
