#include "tests/unit/query/marina.h"

namespace qodly::query::test {

namespace {

using model::Attribute;
using model::AttributeKind;
using model::AttributeType;

Attribute& add(model::DataClass& owner, std::string name, AttributeType type) {
  Attribute attribute;
  attribute.name = std::move(name);
  attribute.type = type;
  return owner.attributes.emplace_back(std::move(attribute));
}

model::DataClass& addClass(model::Model& model, std::string name) {
  model::DataClass& owner = model.classes.emplace_back();
  owner.name = std::move(name);
  add(owner, "ID", AttributeType::long32).indexed = true;
  owner.primaryKey = 0;
  return owner;
}

void addAlias(model::Model& model, std::uint32_t owner, std::string name, std::string path) {
  Attribute& alias = add(model.classes[owner], std::move(name), AttributeType::string);
  alias.kind = AttributeKind::alias;
  alias.aliasPath = std::move(path);
}

std::uint32_t addRelationAttribute(model::DataClass& owner, std::string name, AttributeKind kind,
                                   std::uint32_t relation, std::uint32_t related) {
  Attribute& attribute = add(owner, std::move(name), AttributeType::object);
  attribute.kind = kind;
  attribute.relation = relation;
  attribute.relatedClass = related;
  return static_cast<std::uint32_t>(owner.attributes.size() - 1);
}

std::uint32_t indexOfStorage(const model::DataClass& owner, std::string_view name) {
  for (std::uint32_t i = 0; i < owner.attributes.size(); ++i) {
    if (owner.attributes[i].name == name && owner.attributes[i].isStorage()) return i;
  }
  return model::noIndex;
}

struct RelationNames {
  std::uint32_t source, destination;
  std::string foreignKey, toOne, toMany;
  std::string destinationField = "ID";
};

// Native shape: the foreign key is a hidden attribute with the relation's name.
void relate(model::Model& model, const RelationNames& names) {
  model::DataClass& source = model.classes[names.source];
  model::DataClass& destination = model.classes[names.destination];
  model::Relation relation;
  relation.sourceClass = names.source;
  relation.destinationClass = names.destination;
  relation.destinationAttribute = indexOfStorage(destination, names.destinationField);
  relation.sourceAttribute = indexOfStorage(source, names.foreignKey);
  if (relation.sourceAttribute == model::noIndex) {
    Attribute& key = add(source, names.foreignKey, AttributeType::long32);
    key.shadowed = true;
    key.indexed = true;
    relation.sourceAttribute = static_cast<std::uint32_t>(source.attributes.size() - 1);
  }
  const auto index = static_cast<std::uint32_t>(model.relations.size());
  relation.nTo1Attribute =
      addRelationAttribute(source, names.toOne, AttributeKind::relatedEntity, index, names.destination);
  relation.oneToNAttribute =
      addRelationAttribute(destination, names.toMany, AttributeKind::relatedEntities, index, names.source);
  model.relations.push_back(std::move(relation));
}

void addHarbour(model::Model& model) {
  model::DataClass& harbour = addClass(model, "Harbour");
  add(harbour, "name", AttributeType::string);
  add(harbour, "depth", AttributeType::number);
  add(harbour, "opened", AttributeType::date);
  add(harbour, "secret", AttributeType::string).exposed = false;
}

void addBoat(model::Model& model) {
  model::DataClass& boat = addClass(model, "Boat");
  add(boat, "name", AttributeType::string).indexed = true;
  add(boat, "metres", AttributeType::number);
  add(boat, "built", AttributeType::date);
  add(boat, "racing", AttributeType::boolean);
  add(boat, "gear", AttributeType::object).indexed = true;
  add(boat, "log", AttributeType::text).keywordIndexed = true;
  add(boat, "seen", AttributeType::date).simpleDate = false;
  add(boat, "crew", AttributeType::byte);
  add(boat, "big", AttributeType::long64);
  add(boat, "photo", AttributeType::image);
  add(boat, "papers", AttributeType::blob);
  add(boat, "watch", AttributeType::duration);
  add(boat, "tag", AttributeType::uuid);
  Attribute& count = add(boat, "sure", AttributeType::long32);
  count.neverNull = true;
  Attribute& computed = add(boat, "computed", AttributeType::string);
  computed.kind = AttributeKind::calculated;
}

}  // namespace

model::Model marina() {
  model::Model model;
  model.name = "Marina";
  enum : std::uint32_t { harbour, boat, sailor, crewing, berth };
  addHarbour(model);
  addBoat(model);
  model::DataClass& person = addClass(model, "Sailor");
  add(person, "first", AttributeType::string);
  add(person, "last", AttributeType::string);
  addClass(model, "Crewing");
  model::DataClass& place = addClass(model, "Berth");
  add(place, "harbourName", AttributeType::string);
  add(place, "boatID", AttributeType::long32);
  relate(model, {boat, harbour, "harbour", "harbour", "boats"});
  relate(model, {boat, sailor, "skipper", "skipper", "skippered"});
  relate(model, {crewing, boat, "boat", "boat", "crewings"});
  relate(model, {crewing, sailor, "sailor", "sailor", "crewings"});
  relate(model, {sailor, sailor, "mentor", "mentor", "pupils"});
  relate(model, {berth, harbour, "harbourName", "place", "berths", "name"});
  relate(model, {berth, boat, "boatID", "moored", "berths"});
  addAlias(model, boat, "harbourTitle", "harbour.name");
  addAlias(model, boat, "title", "name");
  addAlias(model, boat, "sailors", "crewings.sailor");
  addAlias(model, boat, "jibs", "gear.sails");
  addAlias(model, boat, "hiddenName", "harbour.secret");
  addAlias(model, boat, "loop", "loop.name");
  addAlias(model, boat, "nested", "harbourTitle");
  for (model::DataClass& owner : model.classes) owner.buildIndex();
  model.buildIndex();
  return model;
}

std::uint32_t classIndex(const model::Model& model, std::string_view name) { return model.indexOf(name); }

}  // namespace qodly::query::test
