// Tables and fields; relations and indexes are added by catalog_links.cpp.
#include "model/catalog_reader.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "model/catalog_reading.h"

namespace qodly::model {

namespace {

struct FieldCode {
  std::int64_t code;
  AttributeType type;
};

// project-format.md 4.6. 15, 16 and 17 (sub-tables, old strings) are obsolete and left out on purpose.
constexpr std::array fieldCodes = {
    FieldCode{1, AttributeType::boolean}, FieldCode{2, AttributeType::byte},    FieldCode{3, AttributeType::word},
    FieldCode{4, AttributeType::long32},  FieldCode{5, AttributeType::long64},  FieldCode{6, AttributeType::number},
    FieldCode{7, AttributeType::number},  FieldCode{8, AttributeType::date},    FieldCode{9, AttributeType::duration},
    FieldCode{10, AttributeType::string}, FieldCode{11, AttributeType::blob},   FieldCode{12, AttributeType::image},
    FieldCode{13, AttributeType::uuid},   FieldCode{14, AttributeType::string}, FieldCode{18, AttributeType::blob},
    FieldCode{19, AttributeType::string}, FieldCode{20, AttributeType::string}, FieldCode{21, AttributeType::object},
};

bool isInteger(AttributeType type) {
  return type == AttributeType::byte || type == AttributeType::word || type == AttributeType::long32 ||
         type == AttributeType::long64;
}

bool canBeKey(AttributeType type) {
  return type != AttributeType::object && type != AttributeType::image && type != AttributeType::blob;
}

std::string commentOf(const CatalogScope& scope, pugi::xml_node extra) {
  for (const pugi::xml_node comment : extra.children("comment")) {
    if (std::string_view(comment.attribute("format").value()) != "rtf") return scope.text(comment.text().get());
  }
  return {};
}

// A number attribute of our own (minValue, maxValue, defaultValue).
std::optional<double> readNumber(CatalogScope& scope, pugi::xml_node field, const char* name) {
  const pugi::xml_attribute attribute = field.attribute(name);
  if (!attribute) return std::nullopt;
  const auto number = parseReal(trim(attribute.value()));
  if (!number) {
    scope.report(Diagnostic::Level::warning, field, "bad-value",
                 std::string(name) + " of " + scope.label(field) + " is \"" + attribute.value() +
                     "\"; a number such as 12.5 is expected. It is ignored.");
  }
  return number;
}

std::optional<AttributeType> readType(CatalogScope& scope, pugi::xml_node field) {
  const std::string_view written = field.attribute("type").value();
  const auto code = parseInteger(written);
  const auto* found = code ? std::ranges::find(fieldCodes, *code, &FieldCode::code) : fieldCodes.end();
  if (found == fieldCodes.end()) {
    const bool obsolete = code && *code >= 15 && *code <= 17;
    scope.report(Diagnostic::Level::warning, field, "unknown-type",
                 std::string(obsolete ? "obsolete field type " : "unknown field type ") + '"' + std::string(written) +
                     "\" of " + scope.label(field) +
                     "; expected a code of 1 to 14 or 18 to 21 (10 text, 4 integer, 6 real, 8 date...). The field is "
                     "kept in the file and skipped.");
    return std::nullopt;
  }
  if (found->type == AttributeType::string && scope.flag(field, "store_as_UUID", false)) return AttributeType::uuid;
  return found->type;
}

// `number` is the field number after gaps and repetitions were settled.
std::optional<Attribute> readField(CatalogScope& scope, pugi::xml_node field, std::uint32_t number, bool classExposed) {
  const auto type = readType(scope, field);
  if (!type) return std::nullopt;
  Attribute attribute;
  attribute.name = scope.text(field.attribute("name").value());
  attribute.type = *type;
  attribute.fieldNumber = number;
  attribute.exposed = classExposed && !scope.flag(field, "hide_in_REST", false);
  attribute.unique = scope.flag(field, "unique", false);
  attribute.notNull = scope.flag(field, "not_null", false);
  attribute.neverNull = scope.flag(field, "never_null", false);
  attribute.autosequence = scope.flag(field, "autosequence", false);
  attribute.autogenerate = scope.flag(field, "autogenerate", false);
  if (attribute.autosequence && (*type == AttributeType::string || *type == AttributeType::uuid)) {
    attribute.autosequence = false;  // text keys of real models are marked so: they are given a UUID
    attribute.autogenerate = true;
  }
  if (attribute.autosequence && !isInteger(*type) && *type != AttributeType::number) {
    scope.report(Diagnostic::Level::warning, field, "bad-value",
                 "autosequence of " + scope.label(field) + " is ignored: only numbers (type 2 to 6) count.");
    attribute.autosequence = false;
  }
  if (attribute.autogenerate && *type != AttributeType::uuid && *type != AttributeType::string) {
    scope.report(Diagnostic::Level::warning, field, "bad-value",
                 "autogenerate of " + scope.label(field) + " is ignored: only text fields (type 10) are generated.");
    attribute.autogenerate = false;
  }
  if (*type == AttributeType::string) {
    const std::int64_t length = parseInteger(field.attribute("limiting_length").value()).value_or(0);
    attribute.limitingLength = static_cast<std::uint32_t>(std::clamp<std::int64_t>(length, 0, INT32_MAX));
  }
  if (*type == AttributeType::date) attribute.simpleDate = scope.flag(field, "simpleDate", true);
  attribute.minimum = readNumber(scope, field, "minValue");
  attribute.maximum = readNumber(scope, field, "maxValue");
  attribute.defaultValue = readNumber(scope, field, "defaultValue");
  attribute.comment = commentOf(scope, field.child("field_extra"));
  return attribute;
}

struct Numbered {
  pugi::xml_node node;
  std::uint32_t number;
};

// Elements with their ids, in id order. A missing or repeated id gets the next free number.
std::vector<Numbered> numbered(CatalogScope& scope, pugi::xml_node parent, const char* element, std::size_t most) {
  std::vector<Numbered> items;
  std::vector<pugi::xml_node> without;
  std::set<std::uint32_t> taken;
  std::size_t count = 0;
  for (const pugi::xml_node node : parent.children(element)) {
    if (++count > most) {
      scope.report(Diagnostic::Level::error, node, "limit",
                   "There are more than " + std::to_string(most) + " <" + element + "> elements in " +
                       scope.label(parent) + "; the ones from here on are skipped.");
      break;
    }
    const auto id = parseInteger(node.attribute("id").value());
    const bool good = id && *id > 0 && *id <= INT32_MAX && taken.insert(static_cast<std::uint32_t>(*id)).second;
    if (good) {
      items.push_back({node, static_cast<std::uint32_t>(*id)});
    } else {
      if (id && *id > 0) {
        scope.report(Diagnostic::Level::warning, node, "duplicate-name",
                     "The id " + std::to_string(*id) + " of " + scope.label(node) +
                         " is used twice; each id must be different.");
      }
      without.push_back(node);
    }
  }
  std::uint32_t next = taken.empty() ? 1 : *taken.rbegin() + 1;
  for (const pugi::xml_node node : without) items.push_back({node, next++});
  std::ranges::stable_sort(items, {}, &Numbered::number);
  return items;
}

// The one key field of a table, or the reason why the table is no dataclass.
pugi::xml_node keyField(CatalogScope& scope, pugi::xml_node table) {
  const auto keys = std::ranges::distance(table.children("primary_key"));
  if (keys == 0) {
    scope.report(
        Diagnostic::Level::warning, table, "no-primary-key",
        scope.label(table) + " has no primary key, so it is no dataclass; add <primary_key field_name=\"...\"/>.");
    return {};
  }
  if (keys > 1) {
    scope.report(Diagnostic::Level::warning, table, "composite-key",
                 scope.label(table) + " has a primary key of " + std::to_string(keys) +
                     " fields, so it is no dataclass; a dataclass has a key of one field.");
    return {};
  }
  const pugi::xml_node key = table.child("primary_key");
  const pugi::xml_node field =
      findReferenced(table, "field", key.attribute("field_uuid").value(), key.attribute("field_name").value());
  if (!field) {
    scope.report(Diagnostic::Level::warning, key, "no-primary-key",
                 "The primary key of " + scope.label(table) + " names the field \"" +
                     scope.text(key.attribute("field_name").value()) +
                     "\", which the table does not have; name one of its fields.");
  }
  return field;
}

Value panelColor(const Value& color) {
  if (!color.isObject()) return {};
  std::string text = "rgb(";
  for (const char* part : {"red", "green", "blue"}) {
    const Value value = color.asObject().get(part);
    if (!value.isNumber()) return {};
    appendInteger(static_cast<std::int64_t>(std::clamp(value.asNumber(), 0.0, 255.0)), text);
    text += ',';
  }
  text.back() = ')';
  return Value::text(std::move(text));
}

Value position(const Value& coordinates) {
  if (!coordinates.isObject()) return {};
  const Value left = coordinates.asObject().get("left");
  const Value top = coordinates.asObject().get("top");
  if (!left.isNumber() || !top.isNumber()) return {};
  auto point = Object::make();
  point->set("x", left);
  point->set("y", top);
  return Value::object(std::move(point));
}

// `<color red="1" .../>` as the object that catalog_editor.json would hold.
Value numbersOf(pugi::xml_node element) {
  if (!element) return {};
  auto object = Object::make();
  for (const pugi::xml_attribute attribute : element.attributes()) {
    if (const auto number = parseReal(attribute.value())) object->set(attribute.name(), Value::real(*number));
  }
  return Value::object(std::move(object));
}

Value member(const Value& object, std::string_view name) {
  return object.isObject() ? object.asObject().get(name) : Value();
}

// Colour and position: catalog_editor.json wins over the catalog (project-format.md 6).
Value extraProperties(const Value& editor, pugi::xml_node table, std::string_view tableName) {
  const Value written = member(member(editor, "tables"), tableName);
  const pugi::xml_node info = table.child("table_extra").child("editor_table_info");
  Value color = panelColor(member(written, "color"));
  if (color.isUndefined()) color = panelColor(numbersOf(info.child("color")));
  Value point = position(member(written, "coordinates"));
  if (point.isUndefined()) point = position(numbersOf(info.child("coordinates")));
  if (color.isUndefined() && point.isUndefined()) return {};
  auto extra = Object::make();
  if (!color.isUndefined()) extra->set("panelColor", std::move(color));
  if (!point.isUndefined()) extra->set("position", std::move(point));
  return Value::object(std::move(extra));
}

void readFields(CatalogScope& scope, TableReading& reading, DataClass& dataClass, pugi::xml_node key) {
  std::set<std::string, std::less<>> names;
  for (const auto& [field, number] : numbered(scope, reading.node, "field", maximumFields)) {
    const std::string name = scope.text(field.attribute("name").value());
    if (name.empty()) {
      scope.report(Diagnostic::Level::warning, field, "bad-value",
                   "A field of " + scope.label(reading.node) + " has no name; it is skipped.");
      continue;
    }
    if (!names.insert(name).second) {
      scope.report(
          Diagnostic::Level::warning, field, "duplicate-name",
          scope.label(field) + " has the name of another field of the table; it is skipped. Rename one of them.");
      continue;
    }
    auto attribute = readField(scope, field, number, dataClass.exposed);
    if (!attribute) continue;
    attribute->uuid = scope.uuid(field, dataClass.uuid + "/field/" + name);
    reading.fields.push_back(field);
    dataClass.attributes.push_back(std::move(*attribute));
    if (field == key) dataClass.primaryKey = static_cast<std::uint32_t>(dataClass.attributes.size() - 1);
  }
}

// nullopt when the table is no dataclass; told in a diagnostic unless it is in the trash.
std::optional<DataClass> readTable(CatalogScope& scope, TableReading& reading, std::uint32_t number,
                                   const Value& editor) {
  const pugi::xml_node table = reading.node;
  const pugi::xml_node key = keyField(scope, table);
  if (!key) return std::nullopt;
  DataClass dataClass;
  dataClass.name = scope.text(table.attribute("name").value());
  dataClass.selectionName = dataClass.name + "Selection";
  dataClass.uuid = scope.uuid(table, "table/" + dataClass.name);
  dataClass.tableNumber = number;
  dataClass.exposed = !scope.flag(table, "hide_in_REST", false);
  dataClass.journaled = !scope.flag(table, "prevent_journaling", false);
  dataClass.encryptable =
      scope.flag(table, "encryptable", false) || scope.flag(table.child("table_extra"), "encryptable", false);
  dataClass.comment = commentOf(scope, table.child("table_extra"));
  dataClass.extraProperties = extraProperties(editor, table, dataClass.name);
  readFields(scope, reading, dataClass, key);
  if (dataClass.primaryKey == noIndex) {
    scope.report(Diagnostic::Level::warning, key, "no-primary-key",
                 "The primary key field of " + scope.label(table) +
                     " cannot be used (see its own message), so the table is no dataclass.");
    return std::nullopt;
  }
  Attribute& keyAttribute = dataClass.attributes[dataClass.primaryKey];
  if (!canBeKey(keyAttribute.type)) {
    scope.report(Diagnostic::Level::warning, key, "no-primary-key",
                 scope.label(key) +
                     " cannot be a primary key: objects, pictures and blobs have no order. Choose a "
                     "number, text or uuid field.");
    return std::nullopt;
  }
  keyAttribute.unique = keyAttribute.notNull = true;
  for (Attribute& attribute : dataClass.attributes) attribute.indexed = attribute.unique;
  return dataClass;
}

void readTables(CatalogScope& scope, const CatalogReadOptions& options, Model& model,
                std::vector<TableReading>& tables) {
  const pugi::xml_node base = scope.xml.root();
  std::set<std::string, std::less<>> names;
  for (const auto& [table, number] : numbered(scope, base, "table", maximumTables)) {
    TableReading reading{table, {}, noIndex, scope.flag(table.child("table_extra"), "trashed", false)};
    const std::string name = scope.text(table.attribute("name").value());
    if (!reading.trashed && name.empty()) {
      scope.report(Diagnostic::Level::warning, table, "bad-value", "A table has no name; it is skipped.");
    } else if (!reading.trashed && !names.insert(name).second) {
      scope.report(Diagnostic::Level::warning, table, "duplicate-name",
                   scope.label(table) + " has the name of another table; it is skipped. Rename one of them.");
    } else if (!reading.trashed) {
      if (auto dataClass = readTable(scope, reading, number, options.editor)) {
        reading.dataClass = static_cast<std::uint32_t>(model.classes.size());
        model.classes.push_back(std::move(*dataClass));
      }
    }
    tables.push_back(std::move(reading));
  }
}

}  // namespace

CatalogReading readCatalog(const CatalogDocument& document, const CatalogReadOptions& options) {
  auto model = std::make_shared<Model>();
  CatalogReading reading;
  CatalogScope scope{document.xml(), document.readOnly(), reading.diagnostics, {}};
  const pugi::xml_node base = document.xml().root();
  if (document.readOnly()) {
    scope.report(
        Diagnostic::Level::error, base, "encoding",
        "The catalog holds bytes that are no UTF-8; they are read as U+FFFD and the file is read-only. Convert "
        "it to UTF-8.");
  }
  model->name = scope.text(base.attribute("name").value());
  if (model->name.empty()) model->name = options.fallbackName;
  model->uuid = scope.uuid(base, "base/" + model->name);
  if (const std::string locale = scope.text(base.attribute("collation_locale").value()); !locale.empty()) {
    model->collationLocale = locale;
  }
  model->journaled = scope.flag(base.child("base_extra").child("journal_file"), "journal_file_enabled", false);

  std::vector<TableReading> tables;
  readTables(scope, options, *model, tables);
  readRelations(scope, tables, *model);
  readIndexes(scope, tables, *model);
  for (DataClass& dataClass : model->classes) dataClass.buildIndex();
  model->buildIndex();
  reading.model = std::move(model);
  return reading;
}

}  // namespace qodly::model
