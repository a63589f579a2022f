// What a data file knows about its tables: columns, indexes and layouts, kept in the meta database. Plain values; the
// byte form is drawn in catalogue.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/layout.h"
#include "storage/lmdb.h"
#include "storage/store.h"
#include "storage/types.h"

namespace qodly::storage {

inline constexpr std::uint32_t formatVersion = 1;
inline constexpr std::uint16_t maximumLayouts = 65535;

struct StoredColumn {
  ColumnId id = 0;
  std::string uuid;
  std::string name;
  ColumnType type = ColumnType::text;
  bool unique = false;
  bool dropped = false;  // no longer in the model; kept so that it finds its data when it comes back
};

struct StoredIndex {
  enum class State : std::uint8_t {
    ready,
    building,  // incomplete: not used, not maintained, rebuilt by defineTables
    obsolete,  // no longer wanted: its database is deleted at the next opening
  };
  IndexId id = 0;
  ColumnId column = 0;
  IndexKind kind = IndexKind::ordered;
  State state = State::building;
};

struct StoredTable {
  TableId id = 0;
  std::string uuid;
  std::string name;
  bool hidden = false;  // not in the model; kept with its data
  ColumnId nextColumn = 1;
  std::vector<StoredColumn> columns;
  std::vector<StoredIndex> indexes;
  std::vector<std::shared_ptr<const Layout>> layouts;

  const StoredColumn* column(ColumnId id) const;
  StoredColumn* columnByUuid(std::string_view uuid);
};

struct Catalogue {
  std::map<TableId, StoredTable> tables;
  TableId nextTable = 1;
  IndexId nextIndex = 1;
  std::string collationLocale;
  std::string collationFingerprint;  // of the keys the collation gives: indexes made with another one are rebuilt

  StoredTable* tableByUuid(std::string_view uuid);
};

std::string recordDatabaseName(TableId table);
std::string indexDatabaseName(IndexId index);

// Throws StorageFailure when the meta database is damaged (dataFileDamaged) or written by a newer version
// (dataFileTooNew).
void checkFormat(const lmdb::Transaction& transaction, MDB_dbi meta, const std::filesystem::path& file);
Catalogue readCatalogue(const lmdb::Transaction& transaction, MDB_dbi meta);
void writeCatalogue(lmdb::Transaction& transaction, MDB_dbi meta, const Catalogue& catalogue);

// Counters and properties in the meta database.
std::string nextRecordKey(TableId table);
std::string sequenceKey(TableId table, ColumnId column);
std::string propertyKey(std::string_view name);
std::int64_t readCounter(const lmdb::Transaction& transaction, MDB_dbi meta, std::string_view key);
void writeCounter(lmdb::Transaction& transaction, MDB_dbi meta, std::string_view key, std::int64_t value);
std::map<std::string, std::string, std::less<>> readProperties(const lmdb::Transaction& transaction, MDB_dbi meta);

}  // namespace qodly::storage
