// The catalog file (catalog.4DCatalog, project-format.md 4) as a document: read, edited and saved so that everything an
// edit does not concern keeps its bytes. The text is the truth; each edit replaces spans of it (xml_text.h).
//
// Tables are named by uuid or by name, fields by uuid or by name inside their table, relations and indexes by uuid.
// Every edit either applies as a whole or leaves the document as it was. Errors: modelInvalid (unknown or taken name,
// wrong value, read-only document), each saying what would be right. Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/xml_text.h"

namespace qodly::model {

using XmlAttributes = std::vector<std::pair<std::string, std::string>>;

struct RelationEnds {
  std::string sourceTable, sourceField;            // many side
  std::string destinationTable, destinationField;  // one side
};

// What tells one state of a file from another without reading it.
struct FileIdentity {
  std::uint64_t size = 0;
  std::int64_t modified = 0;  // file clock ticks
  std::uint64_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
  // nullopt when there is no such file.
  static std::optional<FileIdentity> of(const std::filesystem::path& file);
};

class CatalogDocument {
 public:
  // `file` is the name that messages use. Errors: those of XmlText::parse, and another root element than `base`.
  static Result<CatalogDocument> parse(std::string text, std::string file = "catalog.4DCatalog");
  // Errors also: fileNotFound, inputOutput.
  static Result<CatalogDocument> load(const std::filesystem::path& path, std::string file = "catalog.4DCatalog");
  // The catalog of a new project: no table (23.5).
  static CatalogDocument create(std::string_view name, std::string_view collationLocale);

  const std::string& text() const { return xml_.text(); }
  const XmlText& xml() const { return xml_; }
  // Bytes that are no UTF-8: the document may be read (they show as U+FFFD) but not edited or saved (1.1).
  bool readOnly() const { return readOnly_; }

  // Writes to a temporary file beside `path`, syncs and renames it (1.6). Error: dataUnavailable "outdated" when the
  // file is not the one that was loaded or saved last, unless `force`; inputOutput.
  Result<> save(const std::filesystem::path& path, bool force = false);

  // Edits. Attribute values equal to the format's default are left out unless the element already states them.
  Result<> setBaseAttribute(std::string_view attribute, std::string_view value);

  // Returns the uuid. `attributes`: further ones of 4.4.
  Result<std::string> addTable(std::string_view name, const XmlAttributes& attributes = {});
  Result<> renameTable(std::string_view table, std::string_view newName);  // and every reference to it
  Result<> setTableAttribute(std::string_view table, std::string_view attribute, std::string_view value);
  Result<> removeTable(std::string_view table);  // with its relations and indexes

  // `type`: code of 4.6. Returns the uuid.
  Result<std::string> addField(std::string_view table, std::string_view name, int type,
                               const XmlAttributes& attributes = {});
  Result<> renameField(std::string_view table, std::string_view field, std::string_view newName);
  Result<> setFieldAttribute(std::string_view table, std::string_view field, std::string_view attribute,
                             std::string_view value);
  Result<> removeFieldAttribute(std::string_view table, std::string_view field, std::string_view attribute);
  Result<> removeField(std::string_view table, std::string_view field);  // with its key, relations and indexes
  Result<> setPrimaryKey(std::string_view table, std::string_view field);

  // `attributes`: name_Nto1, name_1toN, integrity and the others of 4.10. Returns the uuid.
  Result<std::string> addRelation(const RelationEnds& ends, const XmlAttributes& attributes);
  Result<> setRelationAttribute(std::string_view relation, std::string_view attribute, std::string_view value);
  Result<> removeRelation(std::string_view relation);

  // `attributes`: kind, type, unique_keys, name (4.11). Several fields: composite. Returns the uuid.
  Result<std::string> addIndex(std::string_view table, std::span<const std::string> fields,
                               const XmlAttributes& attributes = {});
  Result<> removeIndex(std::string_view index);

 private:
  explicit CatalogDocument(XmlText xml);
  Result<> apply(std::vector<XmlText::Patch> patches);
  Result<> set(pugi::xml_node element, std::string_view attribute, std::string_view value);
  Result<pugi::xml_node> table(std::string_view table) const;
  Result<pugi::xml_node> field(std::string_view table, std::string_view field) const;
  Result<pugi::xml_node> item(const char* element, std::string_view uuid) const;
  Result<NewElement> fieldRef(std::string_view table, std::string_view field) const;
  std::vector<XmlText::Patch> removalOfUsers(pugi::xml_node table, pugi::xml_node field) const;

  XmlText xml_;
  bool readOnly_ = false;
  std::optional<FileIdentity> saved_;
};

// Rules for names a user gives (orda.md 3 and 4.1). The names of change tracking ("__GlobalStamp"...) pass.
bool isDataClassName(std::string_view name);
bool isAttributeName(std::string_view name);

}  // namespace qodly::model
