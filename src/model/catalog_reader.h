// Catalog to model (project-format.md 4 to 6): every table that can be a dataclass becomes one, everything else is told
// in a diagnostic that names file, line and element and says what would be right. Reading never fails as a whole.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "model/catalog_document.h"
#include "model/diagnostic.h"
#include "model/model.h"

namespace qodly::model {

inline constexpr std::size_t maximumTables = 32767;  // orda.md 9
inline constexpr std::size_t maximumFields = 32767;

struct CatalogReading {
  std::shared_ptr<const Model> model;
  Diagnostics diagnostics;
};

struct CatalogReadOptions {
  std::string_view fallbackName;  // datastore name when the catalog states none
  // Content of catalog_editor.json: colours and positions. Undefined when there is no such file.
  Value editor;
};

CatalogReading readCatalog(const CatalogDocument& document, const CatalogReadOptions& options = {});

// The uuid of an item that states none: always the same for the same text, so that its data stays attached.
std::string derivedUuid(std::string_view text);

}  // namespace qodly::model
