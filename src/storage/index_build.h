// Building whole indexes from the records of a table.
#pragma once

#include <functional>
#include <vector>

#include "storage/prepared_set.h"
#include "storage/schema.h"
#include "storage/store.h"

namespace qodly::storage {

// Empties the given indexes of the table and fills them from its records, in several transactions: they must be in
// state building, and nothing else may write to the table meanwhile. Throws StorageFailure.
void buildIndexes(MDB_env* environment, const SchemaTable& table, const std::vector<const SchemaIndex*>& indexes,
                  const StoreServices& services, const Progress& progress);

}  // namespace qodly::storage
