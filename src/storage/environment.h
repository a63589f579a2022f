// Opening the LMDB file of a data folder.
#pragma once

#include "base/error.h"
#include "storage/lmdb.h"
#include "storage/store.h"

namespace qodly::storage {

// Checks the header, then opens or creates `data.qodly`. Errors as Store::open, except dataFileInUse. The folder must
// be locked by the caller.
Result<lmdb::Environment> openEnvironment(const StoreOptions& options);

std::filesystem::path dataFileOf(const std::filesystem::path& folder);

}  // namespace qodly::storage
