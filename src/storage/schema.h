// The catalogue as the running store uses it: an immutable snapshot with open database handles. A change of the tables
// publishes a new one; whoever holds the old one keeps using it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/catalogue.h"

namespace qodly::storage {

struct SchemaIndex {
  IndexId id = 0;
  ColumnId column = 0;
  IndexKind kind = IndexKind::ordered;
  ColumnType type = ColumnType::text;  // of the column, today
  bool ready = false;                  // building ones are neither used nor maintained
  bool unique = false;
  MDB_dbi database = 0;
};

struct SchemaTable {
  TableId id = 0;
  std::string name;
  bool hidden = false;
  MDB_dbi records = 0;
  std::shared_ptr<const LayoutSet> layouts;
  std::vector<StoredColumn> columns;
  std::vector<SchemaIndex> indexes;  // not the obsolete ones

  const StoredColumn* column(ColumnId id) const;
  // Position in `indexes` of a ready index, or -1.
  int index(ColumnId column, IndexKind kind) const;
  std::string columnName(ColumnId id) const;  // for messages

 private:
  friend struct Schema;
  std::vector<std::int32_t> byColumn_;  // column * 3 + kind
};

struct Schema {
  // Opens (and creates, in a writing transaction) the databases of the catalogue.
  Schema(const Catalogue& catalogue, lmdb::Transaction& transaction, bool create);

  std::vector<std::unique_ptr<const SchemaTable>> tables;  // by id; null where there is none
  const SchemaTable* table(TableId id) const { return id < tables.size() ? tables[id].get() : nullptr; }
};

inline constexpr unsigned recordDatabaseFlags = MDB_INTEGERKEY;
inline constexpr unsigned indexDatabaseFlags = MDB_DUPSORT | MDB_DUPFIXED | MDB_INTEGERDUP;

}  // namespace qodly::storage
