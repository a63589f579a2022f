// The edits of a catalog: each finds its elements, collects the patches of the text and applies them together.
#include <algorithm>
#include <array>

#include "base/error_codes.h"
#include "base/text.h"
#include "model/catalog_document.h"
#include "model/catalog_schema.h"

namespace qodly::model {

namespace {

using Patches = std::vector<XmlText::Patch>;

Error invalid(std::string message) { return Error(code::modelInvalid, "dbmg", std::move(message)); }

std::string_view attributeOf(pugi::xml_node element, const char* name) { return element.attribute(name).value(); }

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

bool sameUuid(std::string_view left, std::string_view right) {
  return !left.empty() && equalsIgnoringAsciiCase(left, right);
}

// By uuid first, then by name (project-format.md 4.8, 4.10).
pugi::xml_node findChild(pugi::xml_node parent, const char* element, std::string_view uuidOrName) {
  for (const pugi::xml_node node : parent.children(element)) {
    if (sameUuid(attributeOf(node, "uuid"), uuidOrName)) return node;
  }
  for (const pugi::xml_node node : parent.children(element)) {
    if (attributeOf(node, "name") == uuidOrName) return node;
  }
  return {};
}

bool refersTo(pugi::xml_node reference, pugi::xml_node target) {
  const std::string_view uuid = attributeOf(reference, "uuid");
  if (!uuid.empty() && *target.attribute("uuid").value() != '\0') return sameUuid(uuid, attributeOf(target, "uuid"));
  return attributeOf(reference, "name") == attributeOf(target, "name");
}

// Every <field_ref> of relations and indexes that names a field of the table.
template <class Visit>
void forEachFieldRef(pugi::xml_node base, pugi::xml_node table, const Visit& visit) {
  for (const pugi::xml_node item : base.children()) {
    const std::string_view kind = item.name();
    if (kind == "index") {
      for (const pugi::xml_node ref : item.children("field_ref")) {
        if (refersTo(ref.child("table_ref"), table)) visit(item, ref);
      }
    } else if (kind == "relation") {
      for (const pugi::xml_node side : item.children("related_field")) {
        for (const pugi::xml_node ref : side.children("field_ref")) {
          if (refersTo(ref.child("table_ref"), table)) visit(item, ref);
        }
      }
    }
  }
}

// The element of this name that a new one goes behind: the last of its kind, else the last of the kinds before it.
pugi::xml_node placeFor(pugi::xml_node parent, std::string_view element) {
  static constexpr std::array<std::string_view, 9> order = {
      "schema", "table", "relation", "index", "base_extra", "index_ref", "field", "primary_key", "table_extra"};
  const auto rank = std::ranges::find(order, element);
  pugi::xml_node place;
  for (const pugi::xml_node node : parent.children()) {
    if (node.type() != pugi::node_element) continue;
    const auto other = std::ranges::find(order, std::string_view(node.name()));
    if (other != order.end() && other <= rank) place = node;
  }
  return place;
}

// Adds the attributes that differ from their defaults, in the order of the format.
void complete(NewElement& element, const XmlAttributes& attributes) {
  for (const auto& [name, value] : attributes) {
    if (isDefault(element.name, name, value)) continue;
    const auto present = std::ranges::find(element.attributes, name, &std::pair<std::string, std::string>::first);
    if (present != element.attributes.end()) {
      present->second = value;
    } else {
      element.attributes.emplace_back(name, value);
    }
  }
  const auto order = attributeOrder(element.name);
  std::ranges::stable_sort(element.attributes, {}, [&order](const auto& attribute) {
    return std::ranges::find(order, std::string_view(attribute.first)) - order.begin();
  });
}

std::string nextId(pugi::xml_node parent, const char* element) {
  std::int64_t highest = 0;
  for (const pugi::xml_node node : parent.children(element)) {
    highest = std::max(highest, parseInteger(attributeOf(node, "id")).value_or(0));
  }
  return std::to_string(highest + 1);
}

bool startsLikeName(std::string_view name, bool underscore) {
  if (name.empty()) return false;
  const char first = name.front();
  const bool letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
  if (!letter && !(underscore && first == '_')) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Error badName(std::string_view what, std::string_view name, std::string_view rule) {
  return invalid(quoted(name) + " cannot be the name of " + std::string(what) + ": it must " + std::string(rule) + '.');
}

Error nameTaken(std::string_view what, std::string_view name, std::string_view where) {
  return invalid("There is already " + std::string(what) + ' ' + quoted(name) + ' ' + std::string(where) +
                 "; choose another name.");
}

constexpr std::string_view dataClassRule =
    "start with a letter or _, go on with letters, digits or _, and have at most "
    "31 characters";
constexpr std::string_view attributeRule = "start with a letter and go on with letters, digits or _";

}  // namespace

bool isDataClassName(std::string_view name) { return name.size() <= 31 && startsLikeName(name, true); }

bool isAttributeName(std::string_view name) {
  static constexpr std::array<std::string_view, 5> tracking = {"__GlobalStamp", "__Stamp", "__TableNumber",
                                                               "__TableName", "__PrimaryKey"};
  return startsLikeName(name, false) || std::ranges::find(tracking, name) != tracking.end();
}

Result<> CatalogDocument::apply(Patches patches) {
  if (readOnly_) {
    return std::unexpected(
        invalid("\"" + xml_.file() + "\" is read-only: it holds bytes that are no UTF-8. Convert the file to UTF-8."));
  }
  return xml_.apply(std::move(patches));
}

Result<pugi::xml_node> CatalogDocument::table(std::string_view table) const {
  if (const auto node = findChild(xml_.root(), "table", table)) return node;
  return std::unexpected(invalid("The catalog has no table " + quoted(table) + '.'));
}

Result<pugi::xml_node> CatalogDocument::field(std::string_view tableName, std::string_view field) const {
  const auto parent = table(tableName);
  if (!parent) return parent;
  if (const auto node = findChild(*parent, "field", field)) return node;
  return std::unexpected(
      invalid("The table " + quoted(attributeOf(*parent, "name")) + " has no field " + quoted(field) + '.'));
}

Result<pugi::xml_node> CatalogDocument::item(const char* element, std::string_view uuid) const {
  for (const pugi::xml_node node : xml_.root().children(element)) {
    if (sameUuid(attributeOf(node, "uuid"), uuid)) return node;
  }
  return std::unexpected(
      invalid("The catalog has no " + std::string(element) + " with the uuid " + quoted(uuid) + '.'));
}

Result<> CatalogDocument::set(pugi::xml_node element, std::string_view attribute, std::string_view value) {
  const bool stated = static_cast<bool>(element.attribute(std::string(attribute).c_str()));
  if (!stated && isDefault(element.name(), attribute, value)) return {};
  return apply({xml_.setAttribute(element, attribute, value, attributeOrder(element.name()))});
}

Result<> CatalogDocument::setBaseAttribute(std::string_view attribute, std::string_view value) {
  return set(xml_.root(), attribute, value);
}

Result<std::string> CatalogDocument::addTable(std::string_view name, const XmlAttributes& attributes) {
  if (!isDataClassName(name)) return std::unexpected(badName("a dataclass", name, dataClassRule));
  const pugi::xml_node base = xml_.root();
  if (base.find_child_by_attribute("table", "name", std::string(name).c_str())) {
    return std::unexpected(nameTaken("a table", name, "in the catalog"));
  }
  const std::string uuid = newUuid();
  NewElement element{"table", {{"name", std::string(name)}, {"uuid", uuid}, {"id", nextId(base, "table")}}, {}};
  complete(element, attributes);
  if (auto done = apply({xml_.insert(base, placeFor(base, "table"), {&element, 1})}); !done) {
    return std::unexpected(done.error());
  }
  return uuid;
}

Result<> CatalogDocument::renameTable(std::string_view tableName, std::string_view newName) {
  const auto node = table(tableName);
  if (!node) return std::unexpected(node.error());
  if (attributeOf(*node, "name") == newName) return {};
  if (!isDataClassName(newName)) return std::unexpected(badName("a dataclass", newName, dataClassRule));
  if (xml_.root().find_child_by_attribute("table", "name", std::string(newName).c_str())) {
    return std::unexpected(nameTaken("a table", newName, "in the catalog"));
  }
  Patches patches{xml_.setAttribute(*node, "name", newName, {})};
  forEachFieldRef(xml_.root(), *node, [&](pugi::xml_node, pugi::xml_node ref) {
    patches.push_back(xml_.setAttribute(ref.child("table_ref"), "name", newName, attributeOrder("table_ref")));
  });
  return apply(std::move(patches));
}

Result<> CatalogDocument::setTableAttribute(std::string_view tableName, std::string_view attribute,
                                            std::string_view value) {
  if (attribute == "name") return renameTable(tableName, value);
  const auto node = table(tableName);
  return node ? set(*node, attribute, value) : std::unexpected(node.error());
}

// Removal of the relations and indexes that use `field` of `table`, or any of its fields when `field` is empty.
Patches CatalogDocument::removalOfUsers(pugi::xml_node tableNode, pugi::xml_node fieldNode) const {
  std::vector<pugi::xml_node> users;
  forEachFieldRef(xml_.root(), tableNode, [&](pugi::xml_node item, pugi::xml_node ref) {
    const bool concerned = !fieldNode || refersTo(ref, fieldNode);
    if (concerned && std::ranges::find(users, item) == users.end()) users.push_back(item);
  });
  Patches patches;
  for (const pugi::xml_node user : users) patches.push_back(xml_.remove(user));
  return patches;
}

Result<> CatalogDocument::removeTable(std::string_view tableName) {
  const auto node = table(tableName);
  if (!node) return std::unexpected(node.error());
  Patches patches = removalOfUsers(*node, {});
  patches.push_back(xml_.remove(*node));
  return apply(std::move(patches));
}

Result<std::string> CatalogDocument::addField(std::string_view tableName, std::string_view name, int type,
                                              const XmlAttributes& attributes) {
  const auto node = table(tableName);
  if (!node) return std::unexpected(node.error());
  if (!isAttributeName(name)) return std::unexpected(badName("an attribute", name, attributeRule));
  if (node->find_child_by_attribute("field", "name", std::string(name).c_str())) {
    return std::unexpected(nameTaken("a field", name, "in the table " + quoted(attributeOf(*node, "name"))));
  }
  const std::string uuid = newUuid();
  NewElement element{
      "field",
      {{"name", std::string(name)}, {"uuid", uuid}, {"type", std::to_string(type)}, {"id", nextId(*node, "field")}},
      {}};
  complete(element, attributes);
  if (auto done = apply({xml_.insert(*node, placeFor(*node, "field"), {&element, 1})}); !done) {
    return std::unexpected(done.error());
  }
  return uuid;
}

Result<> CatalogDocument::renameField(std::string_view tableName, std::string_view fieldName,
                                      std::string_view newName) {
  const auto node = field(tableName, fieldName);
  if (!node) return std::unexpected(node.error());
  if (attributeOf(*node, "name") == newName) return {};
  if (!isAttributeName(newName)) return std::unexpected(badName("an attribute", newName, attributeRule));
  const pugi::xml_node parent = node->parent();
  if (parent.find_child_by_attribute("field", "name", std::string(newName).c_str())) {
    return std::unexpected(nameTaken("a field", newName, "in the table " + quoted(attributeOf(parent, "name"))));
  }
  Patches patches{xml_.setAttribute(*node, "name", newName, {})};
  for (const pugi::xml_node key : parent.children("primary_key")) {
    if (attributeOf(key, "field_name") == attributeOf(*node, "name")) {
      patches.push_back(xml_.setAttribute(key, "field_name", newName, {}));
    }
  }
  forEachFieldRef(xml_.root(), parent, [&](pugi::xml_node, pugi::xml_node ref) {
    if (refersTo(ref, *node)) patches.push_back(xml_.setAttribute(ref, "name", newName, attributeOrder("field_ref")));
  });
  return apply(std::move(patches));
}

Result<> CatalogDocument::setFieldAttribute(std::string_view tableName, std::string_view fieldName,
                                            std::string_view attribute, std::string_view value) {
  if (attribute == "name") return renameField(tableName, fieldName, value);
  const auto node = field(tableName, fieldName);
  return node ? set(*node, attribute, value) : std::unexpected(node.error());
}

Result<> CatalogDocument::removeFieldAttribute(std::string_view tableName, std::string_view fieldName,
                                               std::string_view attribute) {
  const auto node = field(tableName, fieldName);
  if (!node) return std::unexpected(node.error());
  if (attribute == "name" || attribute == "type") {
    return std::unexpected(
        invalid("A field must have the attribute " + quoted(attribute) + "; give it another value."));
  }
  return apply({xml_.removeAttribute(*node, attribute)});
}

Result<> CatalogDocument::removeField(std::string_view tableName, std::string_view fieldName) {
  const auto node = field(tableName, fieldName);
  if (!node) return std::unexpected(node.error());
  const pugi::xml_node parent = node->parent();
  Patches patches = removalOfUsers(parent, *node);
  for (const pugi::xml_node key : parent.children("primary_key")) {
    if (sameUuid(attributeOf(key, "field_uuid"), attributeOf(*node, "uuid")) ||
        attributeOf(key, "field_name") == attributeOf(*node, "name")) {
      patches.push_back(xml_.remove(key));
    }
  }
  patches.push_back(xml_.remove(*node));
  return apply(std::move(patches));
}

Result<> CatalogDocument::setPrimaryKey(std::string_view tableName, std::string_view fieldName) {
  const auto node = field(tableName, fieldName);
  if (!node) return std::unexpected(node.error());
  const pugi::xml_node parent = node->parent();
  const std::string name(attributeOf(*node, "name"));
  const std::string uuid(attributeOf(*node, "uuid"));
  const auto order = attributeOrder("primary_key");
  const pugi::xml_node kept = parent.child("primary_key");
  Patches patches;
  if (kept) {
    patches.push_back(xml_.setAttribute(kept, "field_name", name, order));
    if (!uuid.empty()) patches.push_back(xml_.setAttribute(kept, "field_uuid", uuid, order));
    for (const pugi::xml_node key : parent.children("primary_key")) {
      if (key != kept) patches.push_back(xml_.remove(key));
    }
  } else {
    NewElement element{"primary_key", {{"field_name", name}}, {}};
    if (!uuid.empty()) element.attributes.emplace_back("field_uuid", uuid);
    patches.push_back(xml_.insert(parent, placeFor(parent, "primary_key"), {&element, 1}));
  }
  return apply(std::move(patches));
}

Result<NewElement> CatalogDocument::fieldRef(std::string_view tableName, std::string_view fieldName) const {
  const auto node = field(tableName, fieldName);
  if (!node) return std::unexpected(node.error());
  const auto reference = [](const char* element, pugi::xml_node target) {
    NewElement made{element, {}, {}};
    if (!attributeOf(target, "uuid").empty()) made.attributes.emplace_back("uuid", attributeOf(target, "uuid"));
    made.attributes.emplace_back("name", attributeOf(target, "name"));
    return made;
  };
  NewElement made = reference("field_ref", *node);
  made.children.push_back(reference("table_ref", node->parent()));
  return made;
}

Result<std::string> CatalogDocument::addRelation(const RelationEnds& ends, const XmlAttributes& attributes) {
  auto source = fieldRef(ends.sourceTable, ends.sourceField);
  if (!source) return std::unexpected(source.error());
  auto destination = fieldRef(ends.destinationTable, ends.destinationField);
  if (!destination) return std::unexpected(destination.error());
  const std::string uuid = newUuid();
  NewElement element{"relation", {{"uuid", uuid}, {"state", "1"}}, {}};
  complete(element, attributes);
  for (const auto& [name, value] : element.attributes) {
    if (!name.starts_with("name_") || value.empty() || isAttributeName(value)) continue;
    return std::unexpected(badName("an attribute", value, attributeRule));
  }
  element.children.push_back({"related_field", {{"kind", "source"}}, {std::move(*source)}});
  element.children.push_back({"related_field", {{"kind", "destination"}}, {std::move(*destination)}});
  const pugi::xml_node base = xml_.root();
  if (auto done = apply({xml_.insert(base, placeFor(base, "relation"), {&element, 1})}); !done) {
    return std::unexpected(done.error());
  }
  return uuid;
}

Result<> CatalogDocument::setRelationAttribute(std::string_view relation, std::string_view attribute,
                                               std::string_view value) {
  const auto node = item("relation", relation);
  if (!node) return std::unexpected(node.error());
  if (attribute.starts_with("name_") && !value.empty() && !isAttributeName(value)) {
    return std::unexpected(badName("an attribute", value, attributeRule));
  }
  return set(*node, attribute, value);
}

Result<> CatalogDocument::removeRelation(std::string_view relation) {
  const auto node = item("relation", relation);
  return node ? apply({xml_.remove(*node)}) : std::unexpected(node.error());
}

Result<std::string> CatalogDocument::addIndex(std::string_view tableName, std::span<const std::string> fields,
                                              const XmlAttributes& attributes) {
  if (fields.empty()) return std::unexpected(invalid("An index needs at least one field."));
  const std::string uuid = newUuid();
  NewElement element{"index", {{"kind", "regular"}, {"type", "7"}, {"uuid", uuid}}, {}};
  complete(element, attributes);
  for (const std::string& name : fields) {
    auto reference = fieldRef(tableName, name);
    if (!reference) return std::unexpected(reference.error());
    element.children.push_back(std::move(*reference));
  }
  const pugi::xml_node base = xml_.root();
  if (auto done = apply({xml_.insert(base, placeFor(base, "index"), {&element, 1})}); !done) {
    return std::unexpected(done.error());
  }
  return uuid;
}

Result<> CatalogDocument::removeIndex(std::string_view index) {
  const auto node = item("index", index);
  return node ? apply({xml_.remove(*node)}) : std::unexpected(node.error());
}

}  // namespace qodly::model
