#include "tests/conformance/query/fixture.h"

#include <cmath>
#include <fstream>
#include <limits>

#include <unistd.h>

#include "value/json.h"

namespace qodly::conformance {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string what) { throw std::runtime_error("marina: " + std::move(what)); }

Value member(const Value& object, std::string_view name) {
  return object.isObject() ? object.asObject().get(name) : Value();
}
bool flag(const Value& object, std::string_view name) {
  const Value value = member(object, name);
  return value.type() == Type::boolean && value.asBoolean();
}
std::string text(const Value& object, std::string_view name) {
  const Value value = member(object, name);
  return value.isText() ? std::string(value.asText()) : std::string();
}
const std::vector<Value>& list(const Value& collection) { return collection.asCollection().elements(); }

// Builds a model of the native shape: a relation owns a hidden foreign key, unless the file names one.
class ModelBuilder {
 public:
  ModelBuilder(const Value& root, bool indexed) : root_(root), indexed_(indexed) {}

  std::shared_ptr<const model::Model> build() {
    model_.name = "Marina";
    model_.uuid = uuid();
    model_.collationLocale = text(root_, "locale");
    const Value classes = member(root_, "classes");
    for (const Value& description : list(classes)) addClass(description);
    for (std::uint32_t i = 0; i < model_.classes.size(); ++i) addRelations(i, list(classes)[i]);
    for (std::uint32_t i = 0; i < model_.classes.size(); ++i) addAliases(i, list(classes)[i]);
    for (model::DataClass& owner : model_.classes) owner.buildIndex();
    model_.buildIndex();
    return std::make_shared<const model::Model>(std::move(model_));
  }

 private:
  std::string uuid() { return fmt::format("{:032X}", ++uuids_); }

  model::Attribute& add(model::DataClass& owner, std::string name, model::AttributeType type) {
    model::Attribute& attribute = owner.attributes.emplace_back();
    attribute.name = std::move(name);
    attribute.type = type;
    attribute.uuid = uuid();
    attribute.fieldNumber = static_cast<std::uint32_t>(owner.attributes.size());
    return attribute;
  }

  void addClass(const Value& description) {
    model::DataClass& owner = model_.classes.emplace_back();
    owner.name = text(description, "name");
    owner.selectionName = owner.name + "Selection";
    owner.uuid = uuid();
    owner.tableNumber = static_cast<std::uint32_t>(model_.classes.size());
    for (const Value& item : list(member(description, "attributes"))) {
      const std::string typeName = text(item, "type");
      if (typeName.empty()) continue;
      const bool isInstant = typeName == "instant";
      const auto type = isInstant ? model::AttributeType::date : *model::typeFromRestName(typeName);
      model::Attribute& attribute = add(owner, text(item, "name"), type);
      attribute.simpleDate = !isInstant;
      attribute.neverNull = flag(item, "neverNull");
      attribute.exposed = !flag(item, "hidden");
      attribute.indexed = indexed_ && flag(item, "index");
      attribute.keywordIndexed = indexed_ && flag(item, "keywordIndex");
      if (!flag(item, "key")) continue;
      attribute.indexed = attribute.unique = attribute.notNull = true;
      owner.primaryKey = static_cast<std::uint32_t>(owner.attributes.size() - 1);
    }
  }

  std::uint32_t storageAttribute(const model::DataClass& owner, std::string_view name) {
    for (std::uint32_t i = 0; i < owner.attributes.size(); ++i) {
      if (owner.attributes[i].isStorage() && owner.attributes[i].name == name) return i;
    }
    return model::noIndex;
  }

  std::uint32_t classNamed(std::string_view name) {
    for (std::uint32_t i = 0; i < model_.classes.size(); ++i) {
      if (model_.classes[i].name == name) return i;
    }
    fail("no dataclass " + std::string(name));
  }

  void addRelations(std::uint32_t source, const Value& description) {
    for (const Value& item : list(member(description, "attributes"))) {
      const std::string target = text(item, "to");
      if (target.empty()) continue;
      addRelation(source, classNamed(target), text(item, "name"), text(item, "inverse"), text(item, "foreignKey"));
    }
  }

  void addRelation(std::uint32_t source, std::uint32_t destination, const std::string& toOne, const std::string& toMany,
                   std::string foreignKey) {
    model::DataClass& owner = model_.classes[source];
    if (foreignKey.empty()) {
      foreignKey = toOne;
      add(owner, toOne, model::AttributeType::long32).shadowed = true;
    }
    model::Relation relation;
    relation.uuid = uuid();
    relation.sourceClass = source;
    relation.sourceAttribute = storageAttribute(owner, foreignKey);
    relation.destinationClass = destination;
    relation.destinationAttribute = model_.classes[destination].primaryKey;
    const auto index = static_cast<std::uint32_t>(model_.relations.size());
    relation.nTo1Attribute =
        addEnd(source, toOne, model::AttributeKind::relatedEntity, index, destination, relation.uuid);
    relation.oneToNAttribute =
        addEnd(destination, toMany, model::AttributeKind::relatedEntities, index, source, relation.uuid);
    model_.relations.push_back(std::move(relation));
  }

  std::uint32_t addEnd(std::uint32_t ownerIndex, const std::string& name, model::AttributeKind kind,
                       std::uint32_t relation, std::uint32_t related, const std::string& relationUuid) {
    model::DataClass& owner = model_.classes[ownerIndex];
    model::Attribute& attribute = add(owner, name, model::AttributeType::object);
    attribute.kind = kind;
    attribute.relation = relation;
    attribute.relatedClass = related;
    attribute.uuid = relationUuid;
    return static_cast<std::uint32_t>(owner.attributes.size() - 1);
  }

  void addAliases(std::uint32_t owner, const Value& description) {
    for (const Value& item : list(member(description, "attributes"))) {
      if (text(item, "alias").empty()) continue;
      model::Attribute& alias = add(model_.classes[owner], text(item, "name"), model::AttributeType::string);
      alias.kind = model::AttributeKind::alias;
      alias.aliasPath = text(item, "alias");
    }
  }

  const Value& root_;
  bool indexed_;
  model::Model model_;
  unsigned uuids_ = 0;
};

Value convertTree(const Value& value,
                  const std::function<Value(std::string_view form, const Value& content)>& special) {
  if (value.isCollection()) {
    auto copy = Collection::make();
    for (const Value& element : list(value)) copy->push(convertTree(element, special));
    return Value::collection(std::move(copy));
  }
  if (!value.isObject()) return value;
  const auto& members = value.asObject().members();
  if (members.size() == 1 && members.front().name.starts_with('$'))
    return special(members.front().name, members.front().value);
  auto copy = Object::make();
  for (const Object::Member& item : members) copy->set(item.name, convertTree(item.value, special));
  return Value::object(std::move(copy));
}

Value scalarForm(std::string_view form, const Value& content) {
  if (form == "$date") return Value::date(parseDate(content.asText()).value());
  if (form == "$instant") return Value::instant(parseInstant(content.asText()).value());
  if (form == "$time") return Value::time(parseDuration(content.asText()).value());
  if (form == "$undefined") return {};
  if (form == "$nan") return Value::real(std::numeric_limits<double>::quiet_NaN());
  fail("unknown form " + std::string(form));
}

// Writes the entities of the file into the datastore.
class Population {
 public:
  Population(Fixture& fixture, const Value& root) : fixture_(fixture), entities_(member(root, "entities")) {}

  void createAll(bool decoys) {
    for (const Object::Member& dataClass : entities_.asObject().members()) {
      const std::vector<Value>& rows = list(dataClass.value);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        auto entity = fixture_.dataClass(dataClass.name).create();
        set(*entity, "ID", member(rows[i], "ID"));
        // A decoy has the values of its neighbour.
        fill(*entity, decoys && i % 2 == 1 ? rows[i - 1] : rows[i]);
        save(*entity);
      }
      if (decoys) createStranger(dataClass.name, rows.front());
    }
  }

  // Gives the decoys their own values and drops the strangers.
  void settle() {
    for (const Object::Member& dataClass : entities_.asObject().members()) {
      const std::vector<Value>& rows = list(dataClass.value);
      for (std::size_t i = 1; i < rows.size(); i += 2) {
        auto entity = fixture_.dataClass(dataClass.name).get(member(rows[i], "ID"));
        fill(*entity, rows[i]);
        save(*entity);
      }
      auto stranger = fixture_.dataClass(dataClass.name).get(Value::integer(1000));
      if (!stranger || !stranger->drop().success()) fail("a stranger stays");
    }
  }

 private:
  void createStranger(std::string_view dataClass, const Value& row) {
    auto entity = fixture_.dataClass(dataClass).create();
    set(*entity, "ID", Value::integer(1000));
    fill(*entity, row);
    save(*entity);
  }

  void fill(orda::Entity& entity, const Value& row) {
    for (const model::Attribute& attribute : entity.dataClass().definition().attributes) {
      if (attribute.shadowed || attribute.name == "ID" || attribute.kind == model::AttributeKind::alias ||
          attribute.kind == model::AttributeKind::relatedEntities) {
        continue;
      }
      // The relation follows the explicit foreign key.
      if (attribute.name == "moored") continue;
      set(entity, attribute.name, valueFor(entity, attribute, member(row, attribute.name)));
    }
  }

  Value valueFor(orda::Entity& entity, const model::Attribute& attribute, const Value& json) {
    if (json.isMissing()) return Value::null();
    if (attribute.isRelation()) {
      const std::string& target = entity.dataClass().schema().model->classes[attribute.relatedClass].name;
      return orda::toValue(fixture_.dataClass(target).get(json));
    }
    if (attribute.type == model::AttributeType::image) return Value::picture("picture", "image/png");
    if (attribute.type == model::AttributeType::blob) return Value::blob("blob");
    return convertTree(json, scalarForm);
  }

  void set(orda::Entity& entity, std::string_view attribute, const Value& value) {
    if (const auto done = entity.set(attribute, value); !done) {
      fail(std::string(attribute) + ": " + done.error().text());
    }
  }

  void save(orda::Entity& entity) {
    const orda::Status status = entity.save();
    if (!status.success()) fail("save: " + json::text(status.toValue()));
  }

  Fixture& fixture_;
  Value entities_;
};

Value readFile(const std::string& file) {
  std::ifstream stream(file);
  std::stringstream content;
  content << stream.rdbuf();
  auto value = json::parse(content.str());
  if (!value) fail(value.error().text());
  return std::move(*value);
}

}  // namespace

Fixture::Fixture(const std::string& file, State state) {
  static int made = 0;
  folder_ = fs::temp_directory_path() / fmt::format("qodly-conformance-{}-{}", getpid(), ++made);
  fs::create_directories(folder_);
  const Value root = readFile(file);
  auto engine = engine::openEmbeddedEngine({.folder = folder_, .collationLocale = "en", .durable = false});
  if (!engine) fail(engine.error().text());
  auto datastore = orda::Datastore::open(std::move(*engine), ModelBuilder(root, state != State::sequential).build());
  if (!datastore) fail(datastore.error().text());
  datastore_ = std::move(*datastore);
  process_ = std::make_unique<orda::Process>(*datastore_);
  Population population(*this, root);
  population.createAll(state == State::transaction);
  if (state != State::transaction) return;
  process_->startTransaction();
  population.settle();
}

Fixture::~Fixture() {
  process_.reset();
  datastore_.reset();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

orda::DataClass Fixture::dataClass(std::string_view name) {
  const auto found = orda::DataClass::find(*process_, name);
  if (!found) fail("no dataclass " + std::string(name));
  return *found;
}

orda::SelectionRef Fixture::selectionOf(std::string_view name, const std::vector<std::int64_t>& keys) {
  orda::Bitmap members;
  for (const std::int64_t key : keys) members.add(dataClass(name).get(Value::integer(key))->number());
  return dataClass(name).select(orda::RecordSet::unordered(std::move(members)));
}

Value Fixture::valueOf(const Value& json) {
  return convertTree(json, [this](std::string_view form, const Value& content) {
    if (form == "$entity") return orda::toValue(dataClass(list(content)[0].asText()).get(list(content)[1]));
    if (form != "$selection") return scalarForm(form, content);
    std::vector<std::int64_t> keys;
    for (const Value& key : list(list(content)[1])) keys.push_back(key.asInteger());
    return orda::toValue(selectionOf(list(content)[0].asText(), keys));
  });
}

}  // namespace qodly::conformance
