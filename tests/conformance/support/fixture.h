// Fixtures of conformance cases: a model and its data from a JSON file, in the form of the model document (orda.md 8)
// with one addition for imported relations (`foreignKey`), and a datastore over an engine filled with them.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "base/text.h"
#include "engine/embedded/embedded_engine.h"
#include "model/model.h"
#include "orda/datastore.h"
#include "orda/entity.h"
#include "value/json.h"

namespace qodly::conformance {

inline std::string readFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

inline Value readJson(const std::filesystem::path& path) {
  auto value = json::parse(readFile(path), {.tolerant = true});
  if (!value) throw std::runtime_error(path.string() + ":" + value.error().text());
  return *value;
}

inline std::string textOf(const Value& object, std::string_view name) {
  const Value value = object.asObject().get(name);
  return value.isText() ? std::string(value.asText()) : std::string();
}
inline bool flagOf(const Value& object, std::string_view name) {
  const Value value = object.asObject().get(name);
  return value.type() == Type::boolean && value.asBoolean();
}

// Builds a model from its document: storage attributes first, then relations, then aliases.
class ModelReader {
 public:
  static std::shared_ptr<const model::Model> read(const Value& document) {
    ModelReader reader(document);
    reader.readClasses();
    reader.readRelations();
    return reader.model_;
  }

 private:
  explicit ModelReader(const Value& document) : document_(document) { model_->name = textOf(document, "name"); }

  void readClasses() {
    for (const Value& item : document_.asObject().get("dataClasses").asCollection().elements()) {
      model::DataClass& owner = model_->classes.emplace_back();
      owner.name = textOf(item, "name");
      owner.selectionName = textOf(item, "collectionName");
      owner.uuid = textOf(item, "uuid");
      owner.tableNumber = static_cast<std::uint32_t>(model_->classes.size());
      owner.exposed = textOf(item, "scope") != "private";
      owner.extraProperties = item.asObject().get("extraProperties");
      for (const Value& attribute : item.asObject().get("attributes").asCollection().elements()) {
        addAttribute(owner, attribute);
      }
    }
    for (model::DataClass& owner : model_->classes) owner.buildIndex();
    model_->buildIndex();
  }

  static void addAttribute(model::DataClass& owner, const Value& item) {
    const std::string kind = textOf(item, "kind");
    model::Attribute attribute;
    attribute.name = textOf(item, "name");
    attribute.exposed = textOf(item, "scope") != "private";
    attribute.fieldNumber = static_cast<std::uint32_t>(owner.attributes.size() + 1);
    attribute.uuid =
        owner.uuid.substr(0, 24) + toHex(std::string{'\0', '\0', '\0', static_cast<char>(attribute.fieldNumber)});
    if (kind == "relatedEntity" || kind == "relatedEntities") {
      attribute.kind =
          kind == "relatedEntity" ? model::AttributeKind::relatedEntity : model::AttributeKind::relatedEntities;
      attribute.type = model::AttributeType::object;
    } else {
      attribute.type = model::typeFromRestName(textOf(item, "type")).value_or(model::AttributeType::string);
      if (kind == "alias") {
        attribute.kind = model::AttributeKind::alias;
        attribute.aliasPath = textOf(item, "path");
      }
      readProperties(item, attribute);
    }
    if (flagOf(item, "primKey")) owner.primaryKey = static_cast<std::uint32_t>(owner.attributes.size());
    owner.attributes.push_back(std::move(attribute));
  }

  static void readProperties(const Value& item, model::Attribute& attribute) {
    attribute.unique = flagOf(item, "unique");
    attribute.notNull = flagOf(item, "not_null");
    attribute.neverNull = flagOf(item, "never_null");
    attribute.autosequence = flagOf(item, "autosequence");
    attribute.autogenerate = flagOf(item, "autogenerate");
    attribute.indexed = item.asObject().find("indexKind") != nullptr;
    attribute.keywordIndexed = flagOf(item, "keywordIndexed");
    const Value simpleDate = item.asObject().get("simpleDate");
    attribute.simpleDate = simpleDate.type() != Type::boolean || simpleDate.asBoolean();
    if (const Value limit = item.asObject().get("minValue"); limit.isNumber()) attribute.minimum = limit.asNumber();
    if (const Value limit = item.asObject().get("limiting_length"); limit.isNumber())
      attribute.limitingLength = static_cast<std::uint32_t>(limit.asNumber());
    if (const Value value = item.asObject().get("defaultValue"); value.isNumber())
      attribute.defaultValue = value.asNumber();
    if (const Value limit = item.asObject().get("maxValue"); limit.isNumber()) attribute.maximum = limit.asNumber();
  }

  void readRelations() {
    const auto& classes = document_.asObject().get("dataClasses").asCollection().elements();
    for (std::uint32_t source = 0; source < classes.size(); ++source) {
      for (const Value& item : classes[source].asObject().get("attributes").asCollection().elements()) {
        if (textOf(item, "kind") == "relatedEntity") addRelation(source, item);
      }
    }
  }

  void addRelation(std::uint32_t source, const Value& item) {
    const auto number = static_cast<std::uint32_t>(model_->relations.size());
    model::Relation relation;
    relation.uuid = "AB" + std::string(22, '0') + toHex(std::string{'\0', '\0', '\0', static_cast<char>(number + 1)});
    relation.sourceClass = source;
    relation.destinationClass = model_->indexOf(textOf(item, "type"));
    model::DataClass& owner = model_->classes[source];
    model::DataClass& destination = model_->classes[relation.destinationClass];
    relation.destinationAttribute = destination.primaryKey;
    relation.nTo1Attribute = owner.indexOf(textOf(item, "name"));
    relation.sourceAttribute = sourceAttribute(owner, destination, item);
    if (textOf(item, "integrity") == "reject") relation.integrity = model::Integrity::reject;
    if (textOf(item, "integrity") == "delete") relation.integrity = model::Integrity::remove;
    owner.attributes[relation.nTo1Attribute].relation = number;
    owner.attributes[relation.nTo1Attribute].relatedClass = relation.destinationClass;
    if (const std::string inverse = textOf(item, "inverse"); !inverse.empty()) {
      relation.oneToNAttribute = destination.indexOf(inverse);
      destination.attributes[relation.oneToNAttribute].relation = number;
      destination.attributes[relation.oneToNAttribute].relatedClass = source;
    }
    model_->relations.push_back(std::move(relation));
  }

  // The attribute named by `foreignKey`; without it a hidden one of the relation's own name (orda.md 5.1).
  static std::uint32_t sourceAttribute(model::DataClass& owner, const model::DataClass& destination,
                                       const Value& item) {
    if (const std::string name = textOf(item, "foreignKey"); !name.empty()) return owner.indexOf(name);
    model::Attribute hidden = destination.key();
    hidden.name = textOf(item, "name");
    hidden.fieldNumber = static_cast<std::uint32_t>(owner.attributes.size() + 1);
    hidden.uuid =
        owner.uuid.substr(0, 24) + toHex(std::string{'\0', '\0', '\0', static_cast<char>(hidden.fieldNumber)});
    hidden.unique = hidden.notNull = hidden.autosequence = hidden.autogenerate = false;
    hidden.indexed = hidden.shadowed = true;
    owner.attributes.push_back(std::move(hidden));
    owner.buildIndex();
    return static_cast<std::uint32_t>(owner.attributes.size() - 1);
  }

  const Value& document_;
  std::shared_ptr<model::Model> model_ = std::make_shared<model::Model>();
};

// {"picture": base64}, {"blob": base64}; everything else as it is.
inline Value fixtureValue(const Value& value) {
  if (!value.isObject()) return value;
  if (const std::string picture = textOf(value, "picture"); !picture.empty())
    return Value::picture(fromBase64(picture).value());
  if (const std::string blob = textOf(value, "blob"); !blob.empty()) return Value::blob(fromBase64(blob).value());
  return value;
}

inline void fill(orda::Datastore& datastore, const Value& data) {
  orda::Process process(datastore);
  orda::TransactionScope transaction(process);
  for (const Value& part : data.asCollection().elements()) {
    const auto dataClass = orda::DataClass::find(process, textOf(part, "dataClass"));
    for (const Value& item : part.asObject().get("entities").asCollection().elements()) {
      const orda::EntityRef entity = dataClass->create();
      for (const Object::Member& member : item.asObject().members()) {
        if (auto set = entity->set(member.name, fixtureValue(member.value), NumberAsDuration::milliseconds); !set) {
          throw std::runtime_error(member.name + ": " + set.error().text());
        }
      }
      if (const orda::Status saved = entity->save(); !saved.success()) {
        throw std::runtime_error(std::string(dataClass->name()) + ": " + json::text(saved.toValue()));
      }
    }
  }
  if (auto done = transaction.validate(); !done) throw std::runtime_error(done.error().text());
}

// A datastore in a folder of its own, removed with it.
class Fixture {
 public:
  explicit Fixture(const Value& document)
      : folder_(std::filesystem::temp_directory_path() / ("qodly-conformance-" + randomHex(8))) {
    auto engine = engine::openEmbeddedEngine({.folder = folder_, .mapSize = std::uint64_t{1} << 30, .durable = false});
    if (!engine) throw std::runtime_error(engine.error().text());
    auto datastore = orda::Datastore::open(std::move(*engine), ModelReader::read(document));
    if (!datastore) throw std::runtime_error(datastore.error().text());
    datastore_ = std::move(*datastore);
    fill(*datastore_, document.asObject().get("data"));
  }
  ~Fixture() {
    datastore_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  orda::Datastore& datastore() { return *datastore_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<orda::Datastore> datastore_;
};

}  // namespace qodly::conformance
