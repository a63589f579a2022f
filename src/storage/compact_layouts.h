// Rewriting the records of a table that has had very many layouts.
#pragma once

#include "storage/catalogue.h"
#include "storage/lmdb.h"

namespace qodly::storage {

// Gives every record of the table one new layout with all its columns (dropped ones too: they keep their data), which
// becomes its only one. Values keep what they are, so indexes stay right. Only while nobody reads: views of the old
// layouts would misread the new records.
void compactLayouts(lmdb::Transaction& transaction, StoredTable& table);

}  // namespace qodly::storage
