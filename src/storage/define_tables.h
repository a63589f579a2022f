// Makes the catalogue of a data file follow the wanted tables, by uuid. Pure: touches no data.
#pragma once

#include <vector>

#include "base/error.h"
#include "storage/catalogue.h"
#include "storage/store.h"

namespace qodly::storage {

struct Reconciliation {
  Catalogue catalogue;  // as it should be; new indexes are in state building
  std::vector<TableBinding> bindings;
  bool changed = false;
};

// Errors (modelInvalid): a uuid missing or used twice, an index on an unknown column; (limitReached): too many layouts.
Result<Reconciliation> reconcile(const Catalogue& current, const std::vector<TableDefinition>& wanted);

}  // namespace qodly::storage
