// The default engine: executes plans over the embedded store (design 3, "Engine interface").
#pragma once

#include <memory>

#include "base/error.h"
#include "orda/engine.h"
#include "storage/store.h"

namespace qodly::engine {

// Opens or creates the data folder. Errors: those of storage::Store::open.
Result<std::unique_ptr<orda::Engine>> openEmbeddedEngine(const storage::StoreOptions& options);

}  // namespace qodly::engine
