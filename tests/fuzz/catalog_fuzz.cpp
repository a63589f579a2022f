// Fuzz target: any bytes as a catalog. Reading never crashes, an unedited document keeps its bytes, and an edit that
// applies gives a document that can be read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "model/catalog_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace qodly::model;
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto document = CatalogDocument::parse(text);
  if (!document) return 0;
  if (document->text() != text) std::abort();
  const auto reading = readCatalog(*document);
  for (const DataClass& dataClass : reading.model->classes) {
    if (dataClass.primaryKey >= dataClass.attributes.size()) std::abort();
  }
  (void)document->addTable("Fuzzed");
  (void)document->addField("Fuzzed", "ID", 4);
  (void)document->setPrimaryKey("Fuzzed", "ID");
  if (!reading.model->classes.empty()) {
    const std::string name = reading.model->classes.front().name;
    (void)document->renameTable(name, "Renamed");
    (void)document->removeTable("Renamed");
  }
  if (!CatalogDocument::parse(document->text())) std::abort();
  return 0;
}
