// The model as the tables of the store, and back.
#pragma once

#include <memory>
#include <vector>

#include "engine/embedded/catalog.h"
#include "storage/store.h"

namespace qodly::engine {

// Tables, columns and indexes that the model needs. Unique attributes, primary keys and both ends of every relation get
// an ordered index even when the model asks for none (query.md 18).
std::vector<storage::TableDefinition> tableDefinitions(const model::Model& model);

// `bindings` in the order of tableDefinitions(*model).
std::shared_ptr<const Catalog> makeCatalog(std::shared_ptr<const model::Model> model,
                                           const std::vector<storage::TableBinding>& bindings,
                                           const storage::Store& store);

}  // namespace qodly::engine
