// What the steps of reading a catalog share: the document, the list of diagnostics, and the way from elements of the
// file to items of the model. Internal to model/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <pugixml.hpp>

#include "model/diagnostic.h"
#include "model/model.h"
#include "model/xml_text.h"

namespace qodly::model {

// A table of the file: its dataclass (noIndex when it gave none) and the fields that became attributes, in the order of
// DataClass::attributes.
struct TableReading {
  pugi::xml_node node;
  std::vector<pugi::xml_node> fields;
  std::uint32_t dataClass = noIndex;
  bool trashed = false;
};

struct CatalogScope {
  const XmlText& xml;
  bool repair;  // the text has invalid UTF-8
  Diagnostics& diagnostics;
  std::unordered_set<std::string> uuids;  // used so far

  void report(Diagnostic::Level level, pugi::xml_node element, std::string_view code, std::string message);
  std::string text(std::string_view raw) const;     // with invalid bytes replaced
  std::string label(pugi::xml_node element) const;  // `table "Boat"`, `field "Boat.name"`
  std::string path(pugi::xml_node element) const;   // base/table[@name='Boat']
  bool flag(pugi::xml_node element, const char* name, bool standard);
  // The element's uuid in the normal form. Derived from `identity` when it has none, or another item has the same.
  std::string uuid(pugi::xml_node element, std::string_view identity);
};

// A child element by uuid, else by name; empty node when there is none.
pugi::xml_node findReferenced(pugi::xml_node parent, const char* element, std::string_view uuid, std::string_view name);

void readRelations(CatalogScope& scope, const std::vector<TableReading>& tables, Model& model);
void readIndexes(CatalogScope& scope, const std::vector<TableReading>& tables, Model& model);

}  // namespace qodly::model
