// The Marina model of orda.md 1, built by hand, and an embedded datastore of it in a folder of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "engine/embedded/embedded_engine.h"
#include "model/model.h"
#include "orda/entity.h"
#include "value/json.h"

namespace qodly::orda::test {

struct MarinaOptions {
  model::Integrity harbour = model::Integrity::none;  // Boat.harbour
  model::Integrity skipper = model::Integrity::none;  // Boat.skipper
  model::Integrity captain = model::Integrity::none;  // Sailor.captain
  bool tracked = false;                               // Boat has __GlobalStamp, and __DeletedRecords exists
};

inline model::Attribute storageAttribute(std::string name, model::AttributeType type, std::string owner) {
  model::Attribute attribute;
  attribute.uuid = owner + "." + name;
  attribute.name = std::move(name);
  attribute.type = type;
  return attribute;
}

inline model::Attribute keyAttribute(const std::string& owner,
                                     model::AttributeType type = model::AttributeType::long32) {
  model::Attribute key = storageAttribute("ID", type, owner);
  key.unique = key.notNull = key.indexed = key.autosequence = true;
  return key;
}

inline model::Attribute aliasAttribute(std::string name, std::string path, const std::string& owner) {
  model::Attribute alias = storageAttribute(std::move(name), model::AttributeType::string, owner);
  alias.kind = model::AttributeKind::alias;
  alias.aliasPath = std::move(path);
  return alias;
}

struct RelationSpec {
  std::uint32_t many;
  std::string foreignKey, nTo1;
  std::uint32_t one;
  std::string oneToN;
  model::Integrity integrity;
};

inline std::uint32_t storageIndex(const model::DataClass& dataClass, const std::string& name) {
  for (std::uint32_t i = 0; i < dataClass.attributes.size(); ++i) {
    if (dataClass.attributes[i].isStorage() && dataClass.attributes[i].name == name) return i;
  }
  return model::noIndex;
}

inline void relate(model::Model& model, const RelationSpec& spec) {
  const auto number = static_cast<std::uint32_t>(model.relations.size());
  model::DataClass& many = model.classes[spec.many];
  model::DataClass& one = model.classes[spec.one];
  model::Relation relation;
  relation.uuid = many.name + "." + spec.nTo1 + ".relation";
  relation.sourceClass = spec.many;
  relation.sourceAttribute = storageIndex(many, spec.foreignKey);
  relation.destinationClass = spec.one;
  relation.destinationAttribute = one.primaryKey;
  relation.integrity = spec.integrity;
  model::Attribute toOne = storageAttribute(spec.nTo1, model::AttributeType::object, many.name);
  toOne.uuid = relation.uuid;
  toOne.kind = model::AttributeKind::relatedEntity;
  toOne.relation = number;
  toOne.relatedClass = spec.one;
  relation.nTo1Attribute = static_cast<std::uint32_t>(many.attributes.size());
  many.attributes.push_back(toOne);
  model::Attribute toMany = toOne;
  toMany.name = spec.oneToN;
  toMany.kind = model::AttributeKind::relatedEntities;
  toMany.relatedClass = spec.many;
  relation.oneToNAttribute = static_cast<std::uint32_t>(one.attributes.size());
  one.attributes.push_back(toMany);
  model.relations.push_back(relation);
}

inline model::DataClass harbourClass() {
  using enum model::AttributeType;
  model::DataClass harbour;
  harbour.name = "Harbour";
  harbour.attributes = {keyAttribute("Harbour"), storageAttribute("name", string, "Harbour"),
                        storageAttribute("depth", number, "Harbour"), storageAttribute("opened", date, "Harbour")};
  return harbour;
}

inline model::DataClass boatClass() {
  using enum model::AttributeType;
  const auto attribute = [](std::string name, model::AttributeType type) {
    return storageAttribute(std::move(name), type, "Boat");
  };
  model::DataClass boat;
  boat.name = "Boat";
  boat.attributes = {keyAttribute("Boat"),         attribute("name", string),    attribute("metres", number),
                     attribute("built", date),     attribute("gear", object),    attribute("photo", image),
                     attribute("code", string),    attribute("crew", long32),    attribute("tag", string),
                     attribute("papers", blob),    attribute("watch", duration), attribute("seen", date),
                     attribute("active", boolean), attribute("small", byte),     attribute("harbourID", long32),
                     attribute("skipper", long32), attribute("notes", text)};
  auto& all = boat.attributes;
  all[storageIndex(boat, "name")].indexed = true;
  all[storageIndex(boat, "gear")].indexed = true;
  all[storageIndex(boat, "code")].unique = true;
  all[storageIndex(boat, "tag")].limitingLength = 5;
  all[storageIndex(boat, "seen")].simpleDate = false;
  all[storageIndex(boat, "skipper")].shadowed = true;
  auto& crew = all[storageIndex(boat, "crew")];
  crew.minimum = 0;
  crew.maximum = 20;
  crew.defaultValue = 2;
  return boat;
}

inline model::DataClass sailorClass() {
  using enum model::AttributeType;
  model::DataClass sailor;
  sailor.name = "Sailor";
  sailor.attributes = {keyAttribute("Sailor"), storageAttribute("first", string, "Sailor"),
                       storageAttribute("last", string, "Sailor"), storageAttribute("badge", uuid, "Sailor"),
                       storageAttribute("captainID", long32, "Sailor")};
  sailor.attributes[2].notNull = true;
  sailor.attributes[3].autogenerate = true;
  return sailor;
}

inline model::DataClass deletedRecordsClass() {
  using enum model::AttributeType;
  model::DataClass deleted;
  deleted.name = "__DeletedRecords";
  const std::string owner = deleted.name;
  deleted.attributes = {keyAttribute(owner, long64), storageAttribute("__PrimaryKey", string, owner),
                        storageAttribute("__Stamp", long64, owner), storageAttribute("__TableName", string, owner),
                        storageAttribute("__TableNumber", long32, owner)};
  deleted.attributes[2].indexed = true;
  return deleted;
}

inline constexpr std::uint32_t harbourIndex = 0, boatIndex = 1, sailorIndex = 2;

inline std::shared_ptr<model::Model> marinaModel(const MarinaOptions& options = {}) {
  auto model = std::make_shared<model::Model>();
  model->name = "Marina";
  model->uuid = "marina";
  model->classes = {harbourClass(), boatClass(), sailorClass()};
  if (options.tracked) {
    model::Attribute stamp = storageAttribute("__GlobalStamp", model::AttributeType::long64, "Boat");
    stamp.indexed = true;
    model->classes[boatIndex].attributes.push_back(stamp);
    model->classes.push_back(deletedRecordsClass());
  }
  for (std::uint32_t i = 0; i < model->classes.size(); ++i) {
    model->classes[i].uuid = model->classes[i].name;
    model->classes[i].selectionName = model->classes[i].name + "Selection";
    model->classes[i].tableNumber = i + 1;
    model->classes[i].primaryKey = 0;
  }
  relate(*model, {boatIndex, "harbourID", "harbour", harbourIndex, "boats", options.harbour});
  relate(*model, {boatIndex, "skipper", "skipper", sailorIndex, "boats", options.skipper});
  relate(*model, {sailorIndex, "captainID", "captain", sailorIndex, "mates", options.captain});
  auto& boat = model->classes[boatIndex].attributes;
  boat.push_back(aliasAttribute("title", "name", "Boat"));
  boat.push_back(aliasAttribute("harbourName", "harbour.name", "Boat"));
  boat.push_back(aliasAttribute("port", "harbour", "Boat"));
  auto& harbour = model->classes[harbourIndex].attributes;
  harbour.push_back(aliasAttribute("boatNames", "boats.name", "Harbour"));
  harbour.push_back(aliasAttribute("skippers", "boats.skipper", "Harbour"));
  for (model::DataClass& dataClass : model->classes) {
    for (std::uint32_t i = 0; i < dataClass.attributes.size(); ++i) dataClass.attributes[i].fieldNumber = i + 1;
    dataClass.buildIndex();
  }
  model->buildIndex();
  return model;
}

inline Value text(std::string_view value) { return Value::text(value); }
inline Value number(std::int64_t value) { return Value::integer(value); }
inline Value real(double value) { return Value::real(value); }
inline std::string show(const Value& value) { return json::text(value); }
inline Value parse(std::string_view text) { return json::parse(text).value(); }

class MarinaTest : public testing::Test {
 protected:
  explicit MarinaTest(const MarinaOptions& options = {}) : options_(options) {}

  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("qodly_marina_" + randomHex(8));
    std::filesystem::create_directories(folder_);
    open();
  }
  void TearDown() override {
    close();
    std::filesystem::remove_all(folder_);
  }

  void open() {
    storage::StoreOptions store;
    store.folder = folder_;
    store.mapSize = std::uint64_t{1} << 30;
    store.durable = false;
    auto engine = engine::openEmbeddedEngine(store);
    ASSERT_TRUE(engine) << engine.error().text();
    auto opened = Datastore::open(std::move(*engine), marinaModel(options_));
    ASSERT_TRUE(opened) << opened.error().text();
    datastore_ = std::move(*opened);
    process_ = std::make_unique<Process>(*datastore_, Identity{"main", "ann", "quay", 7, 0});
  }
  void close() {
    process_.reset();
    datastore_.reset();
  }

  Process& process() { return *process_; }
  Datastore& datastore() { return *datastore_; }
  DataClass in(std::string_view name) { return DataClass::find(*process_, name).value(); }
  static DataClass in(Process& process, std::string_view name) { return DataClass::find(process, name).value(); }
  DataClass boats() { return in("Boat"); }
  DataClass harbours() { return in("Harbour"); }
  DataClass sailors() { return in("Sailor"); }

  // A saved entity with the attributes of a JSON object.
  static EntityRef make(const DataClass& dataClass, std::string_view attributes) {
    EntityRef entity = dataClass.create();
    EXPECT_TRUE(entity->fromObject(parse(attributes)));
    const Status status = entity->save();
    EXPECT_TRUE(status.success()) << show(status.toValue());
    return entity;
  }
  EntityRef boat(std::string_view attributes) { return make(boats(), attributes); }
  EntityRef harbour(std::string_view attributes) { return make(harbours(), attributes); }
  EntityRef sailor(std::string_view attributes) { return make(sailors(), attributes); }

  SelectionRef find(const DataClass& dataClass, std::string_view query) {
    auto found = dataClass.query(query);
    EXPECT_TRUE(found) << found.error().text();
    return found ? *found : SelectionRef();
  }
  // Names of the entities of a selection, as JSON.
  static std::string names(const SelectionRef& selection) { return show(selection->project("name").value()); }

  MarinaOptions options_;
  std::filesystem::path folder_;
  std::unique_ptr<Datastore> datastore_;
  std::unique_ptr<Process> process_;
};

inline int statusOf(const Status& status) { return static_cast<int>(status.code); }
inline int firstError(const Status& status) { return status.errors.empty() ? 0 : status.errors.front().code(); }

}  // namespace qodly::orda::test
