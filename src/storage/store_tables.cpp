// Changing the tables of a live store.
//
// 1. One transaction writes the new catalogue and creates the databases of new tables and indexes; the schema is
//    published after it. New indexes are "building": neither used nor maintained.
// 2. Indexes no longer wanted are emptied; their databases are deleted at the next opening, when nobody can have a
//    cursor in them.
// 3. New indexes are filled and become ready. A crash before that leaves them building, and the next defineTables
// begins
//    again.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error_codes.h"
#include "storage/define_tables.h"
#include "storage/embedded_store.h"
#include "storage/index_build.h"

namespace qodly::storage {

Result<std::vector<TableBinding>> EmbeddedStore::defineTables(const std::vector<TableDefinition>& tables,
                                                              const Progress& progress) {
  const std::lock_guard lock(writing_);
  Result<Reconciliation> wanted = reconcile(catalogue_, tables);
  if (!wanted) return std::unexpected(wanted.error());
  try {
    if (options_.readOnly) {
      if (!wanted->changed) return std::move(wanted->bindings);
      return std::unexpected(Error(code::readOnly, "dbmg",
                                   "The data file is open for reading only, and the model differs from its tables"));
    }
    if (wanted->changed) {
      writeTables(std::move(wanted->catalogue));
      emptyObsoleteIndexes();
    }
    buildMissingIndexes(progress);
  } catch (const StorageFailure& failure) {
    return std::unexpected(failure.error());
  } catch (const std::exception& failure) {
    return std::unexpected(
        Error(code::inputOutput, "dbmg", fmt::format("Cannot change the tables: {}", failure.what())));
  }
  return std::move(wanted->bindings);
}

void EmbeddedStore::writeTables(Catalogue catalogue) {
  lmdb::Transaction transaction(environment_.get(), false);
  writeCatalogue(transaction, meta_, catalogue);
  auto schema = std::make_shared<const Schema>(catalogue, transaction, true);
  transaction.commit();
  catalogue_ = std::move(catalogue);
  publish(std::move(schema));
}

void EmbeddedStore::emptyObsoleteIndexes() {
  lmdb::Transaction transaction(environment_.get(), false);
  for (const auto& [id, table] : catalogue_.tables) {
    for (const StoredIndex& index : table.indexes) {
      if (index.state != StoredIndex::State::obsolete) continue;
      const auto database = transaction.database(indexDatabaseName(index.id), indexDatabaseFlags);
      if (database) lmdb::check(mdb_drop(transaction.handle(), *database, 0), "emptying an index");
    }
  }
  transaction.commit();
}

void EmbeddedStore::buildMissingIndexes(const Progress& progress) {
  const std::shared_ptr<const Schema> current = schema();
  Catalogue built = catalogue_;
  bool any = false;
  for (const auto& table : current->tables) {
    if (!table || table->hidden || loads_.contains(table->id)) continue;
    std::vector<const SchemaIndex*> missing;
    for (const SchemaIndex& index : table->indexes) {
      if (!index.ready) missing.push_back(&index);
    }
    if (missing.empty()) continue;
    any = true;
    buildIndexes(environment_.get(), *table, missing, services(), progress);
    for (StoredIndex& index : built.tables.at(table->id).indexes) {
      if (index.state == StoredIndex::State::building) index.state = StoredIndex::State::ready;
    }
  }
  if (any) writeTables(std::move(built));
}

}  // namespace qodly::storage
