// What code does inside ORDA (orda.md 6, 17, 20; query.md 11, 12), with a behaviour written in C++ in the place of the
// language.
#include <filesystem>

#include <gtest/gtest.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "engine/embedded/embedded_engine.h"
#include "orda/entity.h"

namespace qodly::orda {
namespace {

using model::EntityEvent;

namespace harbour {
enum : std::uint32_t { id, name, boats };
}
namespace boat {
enum : std::uint32_t { id, name, metres, harbourId, harbour, label, feet, size };
}

model::Attribute attribute(std::string name, model::AttributeType type) {
  model::Attribute made;
  made.uuid = name + " uuid";
  made.name = std::move(name);
  made.type = type;
  return made;
}

model::Attribute calculated(std::string name, model::AttributeType type, bool readOnly) {
  model::Attribute made = attribute(std::move(name), type);
  made.kind = model::AttributeKind::calculated;
  made.readOnly = readOnly;
  return made;
}

model::Attribute key() {
  model::Attribute made = attribute("ID", model::AttributeType::long32);
  made.unique = made.notNull = made.autosequence = true;
  return made;
}

model::Attribute relation(std::string name, model::AttributeKind kind, std::uint32_t related) {
  model::Attribute made = attribute(std::move(name), model::AttributeType::object);
  made.kind = kind;
  made.relation = 0;
  made.relatedClass = related;
  return made;
}

model::Model marina() {
  model::Model model;
  model.classes.resize(2);
  model::DataClass& harbours = model.classes[0];
  harbours.name = "Harbour";
  harbours.uuid = "harbour";
  harbours.primaryKey = harbour::id;
  harbours.attributes = {key(), attribute("name", model::AttributeType::string),
                         relation("boats", model::AttributeKind::relatedEntities, 1)};
  model::DataClass& boats = model.classes[1];
  boats.name = "Boat";
  boats.uuid = "boat";
  boats.primaryKey = boat::id;
  boats.attributes = {key(),
                      attribute("name", model::AttributeType::string),
                      attribute("metres", model::AttributeType::number),
                      attribute("harbourId", model::AttributeType::long32),
                      relation("harbour", model::AttributeKind::relatedEntity, 0),
                      calculated("label", model::AttributeType::string, true),
                      calculated("feet", model::AttributeType::number, false),
                      calculated("size", model::AttributeType::string, true)};
  boats.attributes[boat::label].hasQuery = true;
  boats.attributes[boat::label].hasOrder = true;
  model::Relation link;
  link.uuid = "link";
  link.sourceClass = 1;
  link.sourceAttribute = boat::harbourId;
  link.destinationClass = 0;
  link.destinationAttribute = harbour::id;
  link.nTo1Attribute = boat::harbour;
  link.oneToNAttribute = harbour::boats;
  model.relations = {link};
  for (model::DataClass& each : model.classes) {
    each.selectionName = each.name + "Selection";
    each.buildIndex();
  }
  model.buildIndex();
  return model;
}

// What the tests want code to do, and what it was asked.
struct Script {
  std::vector<std::string> calls;
  std::string refused;  // "saving", "validateSave name"...: returns an error object
  bool serious = false;
  std::optional<RecordSet> readable;
  std::string query;  // of label; "" = none

  void note(std::string call) { calls.push_back(std::move(call)); }
};

constexpr std::string_view eventNames[] = {"touched",      "validateSave", "saving",   "afterSave",
                                           "validateDrop", "dropping",     "afterDrop"};

class Code final : public Behaviour {
 public:
  explicit Code(Script& script) : script_(script) {}

  Result<Value> get(Entity& entity, std::uint32_t attribute) override {
    if (attribute == boat::label) return Value::text("<" + std::string(entity.get("name").asText()) + ">");
    if (attribute == boat::size) return entity.read(boat::size);  // needs itself
    const Value metres = entity.get("metres");
    return metres.isMissing() ? Value::null() : Value::real(metres.asNumber() * 3);
  }
  Result<> set(Entity& entity, std::uint32_t /*attribute*/, const Value& value) override {
    return entity.set("metres", Value::real(value.asNumber() / 3));
  }
  Result<std::optional<query::Substitute>> query(const DataClass& /*dataClass*/, std::uint32_t /*attribute*/,
                                                 query::Operator op, const Value& value) override {
    script_.note("query " + std::string(query::canonical(op)) + " " + std::string(value.asText()));
    if (script_.query.empty()) return std::nullopt;
    return query::Substitute{.text = script_.query, .values = {value}};
  }
  Result<std::optional<std::string>> orderBy(const DataClass& /*dataClass*/, std::uint32_t /*attribute*/,
                                             bool descending) override {
    return descending ? std::optional<std::string>("metres") : std::nullopt;
  }
  Result<std::optional<RecordSet>> restriction(const DataClass& dataClass) override {
    script_.note("restrict " + std::to_string(dataClass.all()->length()));  // not filtered inside itself
    return script_.readable;
  }
  Result<> construct(Entity& entity) override { return entity.set("name", Value::text("unnamed")); }
  Result<Value> event(Entity& entity, const EventCall& call) override {
    std::string name(eventNames[static_cast<std::size_t>(call.event)]);
    if (call.attribute != model::noIndex) name += " " + entity.dataClass().definition().attributes[call.attribute].name;
    if (call.names != nullptr) {
      for (const std::string& each : *call.names) name += " +" + each;
    }
    if (call.status != nullptr) name += call.status->success() ? " ok" : " failed";
    script_.note(name);
    if (name != script_.refused) return Value();
    auto error = Object::make();
    error->set("errCode", Value::integer(12));
    error->set("message", Value::text("no"));
    error->set("seriousError", Value::boolean(script_.serious));
    return Value::object(error);
  }
  Result<std::unique_ptr<EntityFormula>> formula(const DataClass& /*dataClass*/, const Value& formula,
                                                 const Value& /*arguments*/) override {
    class Longer final : public EntityFormula {
     public:
      explicit Longer(double limit) : limit_(limit) {}
      Result<Value> operator()(Entity& entity) override {
        return Value::boolean(entity.get("metres").asNumber() > limit_);
      }

     private:
      double limit_;
    };
    return std::make_unique<Longer>(parseReal(formula.asText()).value_or(0));
  }
  void report(const Error& error) override { script_.note("reported " + std::to_string(error.code())); }

 private:
  Script& script_;
};

class BehaviourTest : public testing::Test {
 protected:
  BehaviourTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "behaviour-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    open(marina());
  }
  ~BehaviourTest() override {
    process_.reset();
    datastore_.reset();
    std::filesystem::remove_all(folder_);
  }

  void open(model::Model model) {
    auto engine = engine::openEmbeddedEngine({.folder = folder_ / "data", .collationLocale = "en"});
    ASSERT_TRUE(engine.has_value());
    auto opened = Datastore::open(std::move(*engine), std::make_shared<const model::Model>(std::move(model)));
    ASSERT_TRUE(opened.has_value());
    datastore_ = std::move(*opened);
    datastore_->setBehaviours([this](Process&) { return std::make_unique<Code>(script_); });
    process_ = std::make_unique<Process>(*datastore_);
    for (const auto& [name, metres] : {std::pair("Kite", 9.0), std::pair("Ika", 4.0), std::pair("Zoe", 14.0)}) {
      auto entity = boats().create();
      EXPECT_TRUE(entity->set("name", Value::text(name)).has_value());
      EXPECT_TRUE(entity->set("metres", Value::real(metres)).has_value());
      EXPECT_TRUE(entity->save().success());
    }
  }

  // The same model with code that listens.
  void apply(const std::function<void(model::Model&)>& change) {
    model::Model model = marina();
    change(model);
    ASSERT_TRUE(datastore_->applyModel(std::make_shared<const model::Model>(std::move(model))).has_value());
    script_.calls.clear();
  }
  static void listen(model::Model& model, EntityEvent event, std::uint32_t at = model::noIndex) {
    model::DataClass& dataClass = model.classes[1];
    (at == model::noIndex ? dataClass.events : dataClass.attributes[at].events).add(event);
    dataClass.anyEvents.add(event);
  }

  DataClass boats() { return *DataClass::find(*process_, "Boat"); }
  std::vector<std::string> names(const SelectionRef& selection) {
    std::vector<std::string> found;
    const Value list = selection->project("name").value();
    for (const Value& name : list.asCollection().elements()) found.emplace_back(name.asText());
    return found;
  }
  std::vector<std::string> query(std::string_view text) {
    auto found = boats().query(text);
    EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().message());
    return found ? names(*found) : std::vector<std::string>();
  }

  Script script_;
  std::filesystem::path folder_;
  std::unique_ptr<Datastore> datastore_;
  std::unique_ptr<Process> process_;
};

using Names = std::vector<std::string>;

TEST_F(BehaviourTest, CalculatedAttributesAreReadAndWritten) {
  auto entity = boats().all()->first();
  EXPECT_EQ(entity->get("label").asText(), "<Kite>");
  EXPECT_EQ(entity->get("feet").asNumber(), 27);
  EXPECT_TRUE(entity->set("feet", Value::integer(30)).has_value());
  EXPECT_EQ(entity->get("metres").asNumber(), 10);
  EXPECT_EQ(entity->touchedAttributes(), Names{"metres"});
  EXPECT_EQ(entity->set("label", Value::text("x")).error().code(), code::readOnly);
  EXPECT_EQ(entity->read(boat::size).error().code(), code::recursiveCalculation);
  EXPECT_EQ(boats().attributeObject("feet").asObject().get("readOnly").asBoolean(), false);
}

TEST_F(BehaviourTest, QueriesEvaluateCalculatedAttributes) {
  EXPECT_EQ(query("feet > 20"), (Names{"Kite", "Zoe"}));
  EXPECT_EQ(query("feet > 20 and name = 'Z@'"), Names{"Zoe"});
  EXPECT_EQ(query("not (feet > 20) or name = Zoe"), (Names{"Ika", "Zoe"}));
  EXPECT_EQ(query("label = '<k@'"), Names{"Kite"});
  EXPECT_EQ(script_.calls, Names{"query == <k@"});
  script_.query = "name = :1";
  EXPECT_EQ(query("label === Ika"), Names{"Ika"});
  EXPECT_EQ(query("not (label = Ika)"), (Names{"Kite", "Zoe"}));
  script_.query = "nothing = :1";
  EXPECT_EQ(boats().query("label = x").error().code(), code::queryUnknownAttribute);
}

TEST_F(BehaviourTest, SortsByCalculatedAttributes) {
  EXPECT_EQ(query("order by feet"), (Names{"Ika", "Kite", "Zoe"}));
  EXPECT_EQ(query("order by feet desc, name"), (Names{"Zoe", "Kite", "Ika"}));
  EXPECT_EQ(query("order by label"), (Names{"Ika", "Kite", "Zoe"}));
  EXPECT_EQ(query("order by label desc"), (Names{"Ika", "Kite", "Zoe"})) << "orderBy gives metres";
  EXPECT_EQ(names(*boats().all()->orderBy("feet desc")), (Names{"Zoe", "Kite", "Ika"}));
}

TEST_F(BehaviourTest, CalculatedValuesOfSelections) {
  const auto all = boats().all();
  EXPECT_EQ(all->extract("feet")->asCollection().size(), 3U);
  EXPECT_EQ(all->sum("feet")->asNumber(), 81);
  EXPECT_EQ(all->max("label")->asText(), "<Zoe>");
  EXPECT_EQ(all->distinct("feet")->asCollection().elements()[0].asNumber(), 12);
  const Names filter{"name,label"};
  const Value rows = all->toCollection(filter);
  EXPECT_EQ(rows.asCollection().elements()[1].asObject().get("label").asText(), "<Ika>");
  EXPECT_EQ(all->toCollection().asCollection().elements()[0].asObject().find("label"), nullptr);
}

TEST_F(BehaviourTest, FormulasDecideAndSort) {
  EXPECT_EQ(query("eval(5)"), (Names{"Kite", "Zoe"}));
  EXPECT_EQ(query("name = K@ and eval(5)"), Names{"Kite"});
  QueryOptions closed;
  closed.parameters.allowFormulas = false;
  EXPECT_EQ(boats().query("eval(5)", closed).error().code(), code::formulaNotAllowed);
  EXPECT_EQ(names(*boats().all()->orderByFormula(Value::text("5"), false, {})), (Names{"Ika", "Kite", "Zoe"}));
}

TEST_F(BehaviourTest, FilterHidesEntities) {
  const Bitmap two =
      Bitmap::bitmapOf(2, boats().get(Value::integer(1))->number(), boats().get(Value::integer(3))->number());
  apply([](model::Model& model) { model.classes[1].restricted = true; });
  script_.readable = RecordSet::unordered(two);
  EXPECT_EQ(names(boats().all()), (Names{"Kite", "Zoe"}));
  EXPECT_EQ(script_.calls, Names{"restrict 3"});
  EXPECT_FALSE(boats().get(Value::integer(2)));
  EXPECT_EQ(query("metres > 0"), (Names{"Kite", "Zoe"}));
  EXPECT_EQ(boats().getCount(), 3U);
  script_.readable.reset();
  const auto everything = boats().all();
  EXPECT_EQ(everything->length(), 3U);
  script_.readable = RecordSet::unordered(two);
  EXPECT_EQ(names(*everything->query("metres < 10")), Names{"Kite"});
  EXPECT_EQ(names(*everything->unite(Value::null())), (Names{"Kite", "Zoe"}));
}

TEST_F(BehaviourTest, SaveEventsRunInOrder) {
  apply([](model::Model& model) {
    for (const auto event : {EntityEvent::validateSave, EntityEvent::saving}) {
      listen(model, event, boat::name);
      listen(model, event, boat::metres);
      listen(model, event);
    }
    listen(model, EntityEvent::afterSave);
  });
  auto entity = boats().get(Value::integer(1));
  EXPECT_TRUE(entity->save().success());
  EXPECT_EQ(script_.calls, Names{"saving"}) << "nothing is touched";
  script_.calls.clear();
  ASSERT_TRUE(entity->set("name", Value::text("Kite 2")).has_value());
  EXPECT_TRUE(entity->save().success());
  EXPECT_EQ(script_.calls, (Names{"validateSave name", "validateSave", "saving name", "saving", "afterSave +name ok"}));

  script_ = {};
  script_.refused = "validateSave";
  ASSERT_TRUE(entity->set("metres", Value::real(1)).has_value());
  Status status = entity->save();
  EXPECT_EQ(status.code, StatusCode::validationFailed);
  EXPECT_EQ(status.errors.at(0).code(), 12);
  EXPECT_EQ(status.errors.at(0).component(), "DBEV");
  EXPECT_EQ(script_.calls, (Names{"validateSave metres", "validateSave", "afterSave failed"}));
  script_.serious = true;
  EXPECT_EQ(entity->save().code, StatusCode::seriousValidationError);
  script_ = {};
  script_.refused = "saving";
  EXPECT_EQ(entity->save().code, StatusCode::seriousError);
  EXPECT_EQ(script_.calls.back(), "afterSave +metres failed");
  EXPECT_EQ(boats().get(Value::integer(1))->get("metres").asNumber(), 9);
}

TEST_F(BehaviourTest, TouchedRunsAfterEachAssignment) {
  apply([](model::Model& model) {
    listen(model, EntityEvent::touched, boat::metres);
    listen(model, EntityEvent::touched);
  });
  auto entity = boats().get(Value::integer(1));
  ASSERT_TRUE(entity->set("metres", Value::real(2)).has_value());
  ASSERT_TRUE(entity->set("name", Value::text("x")).has_value());
  EXPECT_EQ(script_.calls, (Names{"touched metres", "touched", "touched"}));
}

TEST_F(BehaviourTest, DropEventsCanRefuse) {
  apply([](model::Model& model) {
    listen(model, EntityEvent::validateDrop);
    listen(model, EntityEvent::dropping);
    listen(model, EntityEvent::afterDrop);
  });
  script_.refused = "validateDrop";
  EXPECT_EQ(boats().get(Value::integer(1))->drop().code, StatusCode::validationFailed);
  EXPECT_EQ(boats().all()->drop()->length(), 3U);
  script_ = {};
  EXPECT_TRUE(boats().get(Value::integer(1))->drop().success());
  EXPECT_EQ(script_.calls, (Names{"validateDrop", "dropping", "afterDrop +ID +name +metres +harbourId +harbour ok"}));
  EXPECT_EQ(boats().all()->drop()->length(), 0U);
  EXPECT_EQ(boats().getCount(), 0U);
}

TEST_F(BehaviourTest, RelatedEntitiesMayRefuseToBeDropped) {
  apply([](model::Model& model) {
    model.relations[0].integrity = model::Integrity::remove;
    listen(model, EntityEvent::validateDrop);
    listen(model, EntityEvent::afterDrop);
  });
  auto port = DataClass::find(*process_, "Harbour")->create();
  ASSERT_TRUE(port->set("name", Value::text("Brest")).has_value());
  ASSERT_TRUE(port->save().success());
  auto moored = boats().get(Value::integer(1));
  ASSERT_TRUE(moored->set("harbour", toValue(port)).has_value());
  ASSERT_TRUE(moored->save().success());
  script_.refused = "validateDrop";
  const Status status = port->drop();
  EXPECT_EQ(status.code, StatusCode::validationFailed);
  EXPECT_EQ(boats().getCount(), 3U);
  script_ = {};
  EXPECT_TRUE(port->drop().success());
  EXPECT_EQ(script_.calls.front(), "validateDrop");
  EXPECT_EQ(boats().getCount(), 2U);
}

TEST_F(BehaviourTest, ConstructorRunsOnNewEntities) {
  apply([](model::Model& model) { model.classes[1].constructed = true; });
  EXPECT_EQ(boats().newEntity().value()->get("name").asText(), "unnamed");
  auto list = Collection::make();
  list->push(Value::object(Object::make()));
  const auto made = boats().fromCollection(Value::collection(list));
  EXPECT_EQ(names(made.value()), Names{"unnamed"});
}

TEST_F(BehaviourTest, PassingSeesWhatIsSavedMeanwhile) {
  const auto all = boats().all();
  std::vector<std::string> seen;
  for (std::int64_t i = 0; i < 3; ++i) {
    const auto entity = all->passing(i);
    ASSERT_TRUE(entity);
    seen.emplace_back(entity->get("name").asText());
    const auto last = boats().get(Value::integer(3));
    ASSERT_TRUE(last->set("name", Value::text("Zoe " + std::to_string(i))).has_value());
    ASSERT_TRUE(last->save().success());
    EXPECT_EQ(entity->indexOf(), i);
  }
  EXPECT_EQ(seen, (Names{"Kite", "Ika", "Zoe 1"}));
}

}  // namespace
}  // namespace qodly::orda
