// Relations and indexes of a catalog: references resolved by uuid, then by name, and the attributes that relations add
// to both dataclasses with the precedence of project-format.md 5.1.
#include <algorithm>
#include <map>

#include "model/catalog_reading.h"

namespace qodly::model {

namespace {

enum class Family { none, number, text, boolean, date, other };

// Types of one family can be compared with each other.
Family familyOf(const Attribute& attribute) {
  if (isNumeric(attribute.type)) return Family::number;
  switch (attribute.type) {
    case AttributeType::string:
    case AttributeType::text:
    case AttributeType::uuid:
      return Family::text;
    case AttributeType::boolean:
      return Family::boolean;
    case AttributeType::date:
      return Family::date;
    default:
      return Family::none;
  }
}

bool canCarryIndex(AttributeType type, bool keywords) {
  const bool text = type == AttributeType::string || type == AttributeType::text;
  if (keywords) return text || type == AttributeType::image;
  return type != AttributeType::image && type != AttributeType::blob;
}

// What a <field_ref> leads to. `trashed`: to a table in the trash, which is no fault.
struct Target {
  std::uint32_t dataClass = noIndex;
  std::uint32_t attribute = noIndex;
  bool trashed = false;
  std::string problem;  // empty when resolved
};

class References {
 public:
  References(const CatalogScope& scope, const std::vector<TableReading>& tables) : scope_(scope), tables_(tables) {
    for (const TableReading& table : tables) {
      byUuid_.emplace(table.node.attribute("uuid").value(), &table);
      byName_.emplace(table.node.attribute("name").value(), &table);
    }
  }

  Target resolve(pugi::xml_node fieldRef) const {
    const pugi::xml_node tableRef = fieldRef.child("table_ref");
    const TableReading* table = find(tableRef);
    const std::string tableName = scope_.text(tableRef.attribute("name").value());
    const std::string fieldName = scope_.text(fieldRef.attribute("name").value());
    if (table == nullptr) return {.problem = "the table \"" + tableName + "\" does not exist"};
    if (table->trashed) return {.trashed = true, .problem = "the table \"" + tableName + "\" is in the trash"};
    if (table->dataClass == noIndex) return {.problem = "the table \"" + tableName + "\" is no dataclass"};
    const pugi::xml_node field =
        findReferenced(table->node, "field", fieldRef.attribute("uuid").value(), fieldRef.attribute("name").value());
    const auto place = std::ranges::find(table->fields, field);
    if (!field || place == table->fields.end()) {
      return {.problem = "the table \"" + tableName + "\" has no usable field \"" + fieldName + '"'};
    }
    return {table->dataClass, static_cast<std::uint32_t>(place - table->fields.begin()), false, {}};
  }

 private:
  const TableReading* find(pugi::xml_node tableRef) const {
    const std::string uuid = tableRef.attribute("uuid").value();
    const auto byUuid = uuid.empty() ? byUuid_.end() : byUuid_.find(uuid);
    if (byUuid != byUuid_.end()) return byUuid->second;
    const auto byName = byName_.find(tableRef.attribute("name").value());
    return byName == byName_.end() ? nullptr : byName->second;
  }

  const CatalogScope& scope_;
  const std::vector<TableReading>& tables_;
  std::map<std::string, const TableReading*, std::less<>> byUuid_, byName_;
};

struct Ends {
  pugi::xml_node source, destination;
};

Ends endsOf(pugi::xml_node relation, bool& clear) {
  Ends ends;
  for (const pugi::xml_node side : relation.children("related_field")) {
    const std::string_view kind = side.attribute("kind").value();
    pugi::xml_node& end = kind == "source" ? ends.source : ends.destination;
    clear = clear && !end && (kind == "source" || kind == "destination") &&
            std::ranges::distance(side.children("field_ref")) == 1;
    end = side.child("field_ref");
  }
  clear = clear && ends.source && ends.destination;
  return ends;
}

Integrity integrityOf(CatalogScope& scope, pugi::xml_node relation) {
  const std::string_view written = relation.attribute("integrity").value();
  if (written.empty() || written == "none") return Integrity::none;
  if (written == "reject") return Integrity::reject;
  if (written == "delete") return Integrity::remove;
  scope.report(Diagnostic::Level::warning, relation, "bad-relation",
               "integrity of " + scope.label(relation) + " is \"" + scope.text(written) +
                   "\"; expected none, reject or delete. Read as none.");
  return Integrity::none;
}

void badRelation(CatalogScope& scope, pugi::xml_node relation, const std::string& why) {
  scope.report(Diagnostic::Level::warning, relation, "bad-relation",
               "The " + scope.label(relation) + " is ignored: " + why + '.');
}

struct RelationReading {
  pugi::xml_node node;
  std::uint32_t index;  // in Model::relations
};

std::vector<RelationReading> readEnds(CatalogScope& scope, const std::vector<TableReading>& tables, Model& model) {
  const References references(scope, tables);
  std::vector<RelationReading> read;
  for (const pugi::xml_node node : scope.xml.root().children("relation")) {
    bool clear = true;
    const Ends ends = endsOf(node, clear);
    if (!clear) {
      badRelation(scope, node,
                  "it must have one related_field of kind \"source\" and one of kind \"destination\", each "
                  "with one field_ref");
      continue;
    }
    const Target source = references.resolve(ends.source);
    const Target destination = references.resolve(ends.destination);
    if (source.trashed || destination.trashed) continue;
    if (!source.problem.empty() || !destination.problem.empty()) {
      badRelation(scope, node, source.problem.empty() ? destination.problem : source.problem);
      continue;
    }
    const Attribute& from = model.classes[source.dataClass].attributes[source.attribute];
    const Attribute& to = model.classes[destination.dataClass].attributes[destination.attribute];
    if (familyOf(from) == Family::none || familyOf(from) != familyOf(to)) {
      badRelation(scope, node,
                  "its fields cannot be compared (" + std::string(restTypeName(from.type)) + " \"" + from.name +
                      "\" with " + std::string(restTypeName(to.type)) + " \"" + to.name +
                      "\"); both must be numbers, texts or uuids, dates, or booleans");
      continue;
    }
    Relation relation;
    relation.sourceClass = source.dataClass;
    relation.sourceAttribute = source.attribute;
    relation.destinationClass = destination.dataClass;
    relation.destinationAttribute = destination.attribute;
    relation.integrity = integrityOf(scope, node);
    relation.uuid = scope.uuid(node, "relation/" + model.classes[source.dataClass].uuid + '/' + from.uuid + '/' +
                                         model.classes[destination.dataClass].uuid + '/' + to.uuid);
    read.push_back({node, static_cast<std::uint32_t>(model.relations.size())});
    model.relations.push_back(std::move(relation));
  }
  return read;
}

// The attributes that relations add, before they are put into the dataclasses: (class, name) -> taken by.
using TakenNames = std::map<std::pair<std::uint32_t, std::string>, bool>;

// True when the side gets its attribute. `toOne`: the N-to-1 side.
bool takeName(CatalogScope& scope, TakenNames& taken, pugi::xml_node relation, const DataClass& dataClass,
              std::uint32_t classIndex, const std::string& name) {
  if (name.empty()) return false;
  if (taken.emplace(std::pair(classIndex, name), true).second) return true;
  scope.report(Diagnostic::Level::warning, relation, "name-clash",
               "attribute name used twice: another relation already gives " + dataClass.name + " the attribute \"" +
                   name + "\", so this side of " + scope.label(relation) + " gets none. Rename one of them.");
  return false;
}

Attribute relationAttribute(const Model& model, std::uint32_t relation, bool toOne, std::string name) {
  const Relation& link = model.relations[relation];
  Attribute attribute;
  attribute.name = std::move(name);
  attribute.kind = toOne ? AttributeKind::relatedEntity : AttributeKind::relatedEntities;
  attribute.type = AttributeType::object;
  attribute.uuid = link.uuid;
  attribute.exposed = model.classes[toOne ? link.sourceClass : link.destinationClass].exposed;
  attribute.relation = relation;
  attribute.relatedClass = toOne ? link.destinationClass : link.sourceClass;
  return attribute;
}

void shadowFields(CatalogScope& scope, const std::vector<TableReading>& tables, const TakenNames& taken, Model& model) {
  for (const TableReading& table : tables) {
    if (table.dataClass == noIndex) continue;
    DataClass& dataClass = model.classes[table.dataClass];
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
      Attribute& attribute = dataClass.attributes[i];
      if (!taken.contains({table.dataClass, attribute.name})) continue;
      attribute.shadowed = true;
      scope.report(Diagnostic::Level::warning, table.fields[i], "name-clash",
                   "attribute name used twice: " + scope.label(table.fields[i]) +
                       " has the name of a relation, which wins; the field stays stored. Rename one of them.");
    }
  }
}

}  // namespace

void readRelations(CatalogScope& scope, const std::vector<TableReading>& tables, Model& model) {
  const auto relations = readEnds(scope, tables, model);
  TakenNames taken;
  std::vector<bool> named[2];
  // All N-to-1 names first: they win over 1-to-N names of other relations.
  for (const bool toOne : {true, false}) {
    for (const auto& [node, index] : relations) {
      const Relation& link = model.relations[index];
      const std::uint32_t owner = toOne ? link.sourceClass : link.destinationClass;
      const std::string name = scope.text(node.attribute(toOne ? "name_Nto1" : "name_1toN").value());
      named[toOne ? 1 : 0].push_back(takeName(scope, taken, node, model.classes[owner], owner, name));
    }
  }
  for (std::size_t i = 0; i < relations.size(); ++i) {
    const auto& [node, index] = relations[i];
    for (const bool toOne : {true, false}) {
      if (!named[toOne ? 1 : 0][i]) continue;
      Relation& link = model.relations[index];
      auto& attributes = model.classes[toOne ? link.sourceClass : link.destinationClass].attributes;
      const auto place = static_cast<std::uint32_t>(attributes.size());
      attributes.push_back(relationAttribute(model, index, toOne,
                                             scope.text(node.attribute(toOne ? "name_Nto1" : "name_1toN").value())));
      (toOne ? link.nTo1Attribute : link.oneToNAttribute) = place;
    }
  }
  shadowFields(scope, tables, taken, model);
}

void readIndexes(CatalogScope& scope, const std::vector<TableReading>& tables, Model& model) {
  const References references(scope, tables);
  for (const pugi::xml_node node : scope.xml.root().children("index")) {
    const std::string_view kind = node.attribute("kind").value();
    if (!kind.empty() && kind != "regular" && kind != "keywords") {
      scope.report(Diagnostic::Level::warning, node, "bad-index",
                   "kind of " + scope.label(node) + " is \"" + scope.text(kind) +
                       "\"; expected regular or keywords. The index is ignored.");
      continue;
    }
    bool first = true;
    for (const pugi::xml_node ref : node.children("field_ref")) {
      const Target target = references.resolve(ref);
      if (target.trashed) break;
      if (!target.problem.empty()) {
        scope.report(Diagnostic::Level::warning, node, "bad-index",
                     "The " + scope.label(node) + " is ignored: " + target.problem + '.');
        break;
      }
      // Of a composite index the leading field is what an ordered index of one field can serve.
      if (!first) continue;
      first = false;
      Attribute& attribute = model.classes[target.dataClass].attributes[target.attribute];
      const bool keywords = kind == "keywords";
      if (!canCarryIndex(attribute.type, keywords)) {
        scope.report(Diagnostic::Level::warning, node, "bad-index",
                     "The " + scope.label(node) + " is ignored: an attribute of type " +
                         std::string(restTypeName(attribute.type)) + " cannot have a " +
                         (keywords ? "keywords" : "regular") + " index.");
        break;
      }
      (keywords ? attribute.keywordIndexed : attribute.indexed) = true;
    }
    if (!node.child("field_ref")) {
      scope.report(Diagnostic::Level::warning, node, "bad-index",
                   "The " + scope.label(node) + " is ignored: it names no field; add a <field_ref>.");
    }
  }
}

}  // namespace qodly::model
