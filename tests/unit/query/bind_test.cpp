// Paths, values, grouping and normalisation: query text and the bound plan it gives.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/error_codes.h"
#include "tests/unit/query/marina.h"
#include "tests/unit/query/show.h"

namespace qodly::query {
namespace {

const model::Model& marina() {
  static const model::Model model = test::marina();
  return model;
}

Result<Plan> planOf(std::string_view text, const Parameters& parameters = {}, std::string_view dataClass = "Boat") {
  const auto syntax = parse(text);
  if (!syntax) return std::unexpected(syntax.error());
  return bind(*syntax, marina(), test::classIndex(marina(), dataClass), parameters);
}

std::string shown(std::string_view text, const Parameters& parameters = {}, std::string_view dataClass = "Boat") {
  const auto plan = planOf(text, parameters, dataClass);
  if (!plan) return fmt::format("error {}: {}", plan.error().code(), plan.error().message());
  return test::show(plan->root, marina());
}

struct Row {
  const char* text;
  const char* plan;
};

void expectPlans(std::initializer_list<Row> rows, const Parameters& parameters = {}) {
  for (const Row& row : rows) EXPECT_EQ(shown(row.text, parameters), row.plan) << row.text;
}

Parameters withValues(std::initializer_list<Value> values) {
  Parameters parameters;
  parameters.values = values;
  return parameters;
}

Value collection(std::initializer_list<Value> values) {
  auto made = Collection::make();
  for (const Value& value : values) made->push(value);
  return Value::collection(std::move(made));
}

TEST(Bind, TextValues) {
  expectPlans({{"name = Ika", "{name == \"Ika\"}"},
               {"name = 12", "{name == \"12\"}"},
               {"name = 007", "{name == \"007\"}"},
               {"name = 1.50", "{name == \"1.50\"}"},
               {"name = true", "{name never}"},
               {"name != true", "{name always}"},
               {"name = 'true'", "{name == \"true\"}"},
               {"name = 2021-03-09", "{name == \"2021-03-09\"}"},
               {"name = 'a@@'", "{name never}"},
               {"name != 'a@@'", "{name always}"},
               {"name === 'a@@'", "{name === \"a@@\"}"},
               {"name < 'a@@'", "{name < \"a@@\"}"},
               {"name begin ik", "{name == \"ik@\" begins}"},
               {"name begin 'ik@'", "{name == \"ik@\" begins}"},
               {"name begin 12", "{name == \"12@\" begins}"},
               {"name begin ''", "{name == \"@\" begins}"},
               {"name begin null", "{name never}"},
               {"name % 5", "{name % \"5\"}"},
               {"log % storm", "{log % \"storm\"}"},
               {"name in [a,12,null,true,'b@','c@@']", "{name IN [\"a\",\"12\",\"b@\"]}"}});
  EXPECT_EQ(shown("name = :1", withValues({Value::integer(12)})), "{name == \"12\"}");
  EXPECT_EQ(shown("name = :1", withValues({Value::real(1.5)})), "{name == \"1.5\"}");
  EXPECT_EQ(shown("name = :1", withValues({Value::date(*Date::fromCivil(2021, 3, 9))})), "{name never}");
}

TEST(Bind, NumberValues) {
  expectPlans({{"metres > 8.5", "{metres > 8.5}"},
               {"metres = '8.5'", "{metres == 8.5}"},
               {"metres = abc", "{metres never}"},
               {"metres != abc", "{metres always}"},
               {"metres < abc", "{metres never}"},
               {"metres = true", "{metres never}"},
               {"metres % 8", "{metres never}"},
               {"metres begin 8", "{metres never}"},
               {"ID = 5", "{ID == 5}"},
               {"ID = 5.0", "{ID == 5}"},
               {"ID = 5.5", "{ID never}"},
               {"ID != 5.5", "{ID always}"},
               {"ID < 5.5", "{ID < 6}"},
               {"ID <= 5.5", "{ID <= 5}"},
               {"ID > 5.5", "{ID > 5}"},
               {"ID >= 5.5", "{ID >= 6}"},
               {"ID < -5.5", "{ID < -5}"},
               {"ID > -5.5", "{ID > -6}"},
               {"ID = 3000000000", "{ID never}"},
               {"ID < 3000000000", "{ID <= 2147483647}"},
               {"ID > 3000000000", "{ID never}"},
               {"ID > -3000000000", "{ID >= -2147483648}"},
               {"ID < -3000000000", "{ID never}"},
               {"crew < 1000", "{crew <= 127}"},
               {"crew = 128", "{crew never}"},
               {"crew <= 127", "{crew <= 127}"},
               {"big = 9007199254740993", "{big == 9007199254740993}"},
               {"big < 1e30", "{big <= 9223372036854775807}"},
               {"big > -1e30", "{big >= -9223372036854775808}"},
               {"big >= 9223372036854775808", "{big never}"},
               {"big in [1,2.0,2.5,1e30,'7']", "{big IN [1,2,7]}"},
               {"ID in []", "{ID IN []}"}});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(shown("ID = :1", withValues({Value::real(nan)})), "{ID never}");
  EXPECT_EQ(shown("metres != :1", withValues({Value::real(nan)})), "{metres always}");
  EXPECT_EQ(shown("ID < :1", withValues({Value::real(INFINITY)})), "{ID <= 2147483647}");
}

TEST(Bind, OtherTypes) {
  expectPlans({{"racing = true", "{racing == true}"},
               {"racing = 'false'", "{racing == false}"},
               {"racing = TRUE", "{racing never}"},
               {"racing = 1", "{racing never}"},
               {"racing > false", "{racing > false}"},
               {"built = 2021-03-09", "{built == 2021-03-09}"},
               {"built = '2021/03/09'", "{built == 2021-03-09}"},
               {"built = !2021-03-09!", "{built == 2021-03-09}"},
               {"built = soon", "{built never}"},
               {"built = ''", "{built never}"},
               {"built = 5", "{built never}"},
               {"seen = 2021-03-09", "{seen == 2021-03-09 day}"},
               {"seen > 2021-03-09T10:00:00.000Z", "{seen > 2021-03-09T10:00:00.000Z}"},
               {"watch = '26:30:00'", "{watch == 26:30:00}"},
               {"watch = 12:30:00", "{watch == 12:30:00}"},
               {"watch = 90", "{watch == 00:01:30}"},
               {"watch = soon", "{watch never}"},
               {"tag = '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'", "{tag == \"0A1B2C3D4E5F60718293A4B5C6D7E8F9\"}"},
               {"tag = '0a1b-2c@'", "{tag == \"0a1b2c@\"}"},
               {"tag === '0a1b@'", "{tag never}"},
               {"tag begin '0a1b'", "{tag == \"0a1b@\" begins}"},
               {"photo = null", "{photo == null}"},
               {"photo = x", "{photo never}"},
               {"photo != x", "{photo always}"},
               {"photo % sunset", "{photo % \"sunset\"}"},
               {"papers is not null", "{papers !== null}"},
               {"papers % x", "{papers never}"},
               {"gear = null", "{gear == null}"},
               {"gear = x", "{gear never}"},
               {"sure = null", "{sure never}"},
               {"sure != null", "{sure always}"}});
}

TEST(Bind, NullsAndPlaceholders) {
  expectPlans({{"ID = null", "{ID never}"},
               {"ID is not null", "{ID always}"},
               {"harbour.ID = null", "(harbour: {ID never})"},
               {"name = null", "{name == null}"},
               {"name === null", "{name === null}"},
               {"name is null", "{name === null}"},
               {"name # null", "{name != null}"},
               {"name !== null", "{name !== null}"},
               {"name < null", "{name never}"},
               {"name % null", "{name never}"}});
  const Parameters null = withValues({Value::null()});
  expectPlans({{"name = :1", "{name never}"},
               {"name === :1", "{name never}"},
               {"name < :1", "{name never}"},
               {"name in :1", "{name never}"},
               {"name % :1", "{name never}"},
               {"name begin :1", "{name never}"},
               {"name != :1", "{name always}"},
               {"name is not :1", "{name always}"},
               {"harbour = :1", "{harbour never}"},
               {"harbour != :1", "{harbour always}"}},
              null);
  EXPECT_EQ(shown("name = :1", withValues({Value()})), "{name never}");
  EXPECT_EQ(shown("ID in :1", withValues({collection({Value::integer(1), Value::null(), Value::text("2")})})),
            "{ID IN [1,2]}");
  EXPECT_EQ(shown("ID in :1", withValues({Value::integer(3)})), "{ID IN [3]}");
  EXPECT_EQ(shown("ID = :1", withValues({collection({Value::integer(1)})})), "{ID never}");
  EXPECT_EQ(shown("ID in [1, :1]", withValues({Value::integer(3)})), "{ID IN [1,3]}");
}

TEST(Bind, NamedPlaceholders) {
  Parameters parameters;
  auto form = Object::make();
  form->set("name", Value::text("Ika"));
  form->set("none", Value::null());
  auto values = Object::make();
  values->set("form", Value::object(form));
  values->set("min", Value::integer(8));
  parameters.parameters = Value::object(values);
  auto attributes = Object::make();
  attributes->set("att", Value::text("gear.Mast weight"));
  attributes->set("levels", collection({Value::text("gear"), Value::text("Mast 2.0"), Value::text("x[]")}));
  attributes->set("relation", Value::text("crewings.sailor{2}.last"));
  attributes->set("bad", Value::text("x' or metres > 0"));
  attributes->set("number", Value::integer(3));
  parameters.attributes = Value::object(attributes);
  expectPlans({{"name = :form.name", "{name == \"Ika\"}"},
               {"name = :form.none", "{name never}"},
               {"metres >= :min", "{metres >= 8}"},
               {":att > :min", "{gear.Mast weight > 8}"},
               {":levels = 1", "{gear.Mast 2.0.x[] == 1}"},
               {":relation = Orr", "(crewings: (sailor{2}: {last == \"Orr\"}))"}},
              parameters);
  EXPECT_EQ(planOf("name = :form.other", parameters).error().code(), code::queryPlaceholderMissing);
  EXPECT_EQ(planOf("name = :other", parameters).error().code(), code::queryPlaceholderMissing);
  EXPECT_EQ(planOf(":other = 1", parameters).error().code(), code::queryPlaceholderMissing);
  EXPECT_EQ(planOf(":bad = 1", parameters).error().code(), code::queryUnknownAttribute);
  EXPECT_EQ(planOf(":number = 1", parameters).error().code(), code::queryUnknownAttribute);
  EXPECT_EQ(planOf("metres = 1 and name = :1").error().where()->column, 16U);
  EXPECT_EQ(planOf("name = :0").error().code(), code::queryPlaceholderMissing);
  EXPECT_EQ(planOf("name = :129").error().code(), code::queryPlaceholderMissing);
  Parameters list;
  list.parameters = collection({Value::text("a"), Value::text("b")});
  EXPECT_EQ(shown("name = :2", list), "{name == \"b\"}");
  EXPECT_EQ(planOf("name = :3", list).error().code(), code::queryPlaceholderMissing);
}

TEST(Bind, PlaceholderContentIsNeverQueryText) {
  EXPECT_EQ(shown("name == :1", withValues({Value::text("x' or metres > 0")})), "{name == \"x' or metres > 0\"}");
}

TEST(Bind, Relations) {
  expectPlans({{"harbour.name = Brest", "(harbour: {name == \"Brest\"})"},
               {"harbour.boats.skipper.first = 'Io@'", "(harbour: (boats: (skipper: {first == \"Io@\"})))"},
               {"crewings.sailor.last != Orr", "(crewings: (sailor: {last != \"Orr\"}))"},
               {"not(crewings.sailor.last = Orr)", "(not (crewings: (sailor: {last == \"Orr\"})))"},
               {"harbour = null", "{harbour == null}"},
               {"harbour is not null", "{harbour != null}"},
               {"crewings != null", "{crewings != null}"},
               {"crewings = null", "{crewings == null}"},
               {"harbour.boats = null", "(harbour: {boats == null})"},
               {"harbour = 3", "{harbour == 3}"},
               {"harbour != 3", "{harbour != 3}"},
               {"harbour in [1,2]", "{harbour IN [1,2]}"},
               {"harbour > 3", "{harbour never}"},
               {"harbour % 3", "{harbour never}"},
               {"harbour < null", "{harbour never}"},
               {"crewings = 7", "(crewings: {ID == 7})"},
               {"crewings != 7", "(crewings: {ID != 7})"},
               {"crewings in [7,8]", "(crewings: {ID IN [7,8]})"},
               {"skipper.mentor.mentor.last = Ray", "(skipper: (mentor: (mentor: {last == \"Ray\"})))"},
               {"skipper.mentor = 4", "(skipper: {mentor == 4})"}});
  EXPECT_EQ(shown("place = 3", {}, "Berth"), "(place: {ID == 3})");
  EXPECT_EQ(shown("place != 3", {}, "Berth"), "(not (place: {ID == 3}))");
  EXPECT_EQ(shown("moored = 3", {}, "Berth"), "{boatID == 3}");
  EXPECT_EQ(shown("pupils.first = Io", {}, "Sailor"), "(pupils: {first == \"Io\"})");
}

class FakeEntity final : public Handle {
 public:
  explicit FakeEntity(Value key) : key_(std::move(key)) {}
  const char* kind() const override { return "entity"; }
  const Value& key() const { return key_; }

 private:
  Value key_;
};

Value entity(Value key) { return Value::handle(Ref<Handle>(new FakeEntity(std::move(key)))); }

TEST(Bind, EntitiesStandForTheirKeys) {
  Parameters parameters =
      withValues({entity(Value::integer(5)), collection({entity(Value::integer(1)), Value::integer(2)}),
                  entity(collection({Value::integer(3), Value::integer(4)})), entity(Value::null())});
  EXPECT_EQ(shown("harbour = :1", parameters), "{harbour never}");
  parameters.keyOf = [](const Handle& handle) { return dynamic_cast<const FakeEntity&>(handle).key(); };
  expectPlans({{"harbour = :1", "{harbour == 5}"},
               {"harbour is not :1", "{harbour !== 5}"},
               {"harbour in :2", "{harbour IN [1,2]}"},
               {"harbour in :3", "{harbour IN [3,4]}"},
               {"harbour = :3", "{harbour IN [3,4]}"},
               {"harbour != :3", "(not {harbour IN [3,4]})"},
               {"harbour = :4", "{harbour never}"},
               {"crewings.boat = :1", "(crewings: {boat == 5})"},
               {"crewings = :1", "(crewings: {ID == 5})"},
               {"ID = :1", "{ID never}"}},
              parameters);
  auto object = Object::make();
  object->set("__KEY", Value::integer(9));
  EXPECT_EQ(shown("harbour = :1", withValues({Value::object(object)})), "{harbour == 9}");
}

TEST(Bind, GroupsConditionsOfOneRelatedEntity) {
  expectPlans(
      {{"crewings.sailor.last = Orr and crewings.sailor.last = Voss",
        "(crewings: (sailor: (and {last == \"Orr\"} {last == \"Voss\"})))"},
       {"crewings.sailor.last = Orr and crewings.sailor{2}.last = Voss",
        "(and (crewings: (sailor: {last == \"Orr\"})) (crewings: (sailor{2}: {last == \"Voss\"})))"},
       {"crewings.sailor{2}.last = Orr and crewings.sailor{2}.first = Io",
        "(crewings: (sailor{2}: (and {last == \"Orr\"} {first == \"Io\"})))"},
       {"crewings.sailor.last = Orr and name = Ika and (crewings.sailor.first = Io and racing = true)",
        "(and (crewings: (sailor: (and {last == \"Orr\"} {first == \"Io\"}))) {name == \"Ika\"} {racing == true})"},
       {"crewings.sailor.last = Orr or crewings.sailor.first = Io",
        "(or (crewings: (sailor: {last == \"Orr\"})) (crewings: (sailor: {first == \"Io\"})))"},
       {"crewings.sailor.last = Orr and not(crewings.sailor.first = Io)",
        "(and (crewings: (sailor: {last == \"Orr\"})) (not (crewings: (sailor: {first == \"Io\"}))))"},
       {"crewings.ID = 1 and crewings.sailor.last = Orr",
        "(and (crewings: {ID == 1}) (crewings: (sailor: {last == \"Orr\"})))"},
       {"crewings = 1 and crewings = 2", "(crewings: (and {ID == 1} {ID == 2}))"},
       {"harbour.name = a and harbour.depth > 3 and harbour.boats != null",
        "(harbour: (and {name == \"a\"} {depth > 3} {boats != null}))"},
       {"(harbour.name = a and harbour.depth > 3) or harbour.depth = 1",
        "(or (harbour: (and {name == \"a\"} {depth > 3})) (harbour: {depth == 1}))"}});
}

TEST(Bind, ObjectPaths) {
  expectPlans({{"gear.anchor.kg > 12", "{gear.anchor.kg > 12}"},
               {"gear.sails.length > 2", "{gear.sails.length > 2}"},
               {"gear.length > 2", "{gear.length > 2}"},
               {"gear.sails[].kind = jib", "{gear.sails[].kind == \"jib\"}"},
               {"gear[].kind = jib", "{gear[].kind == \"jib\"}"},
               {"gear.sails[].reefs[].n = 1", "{gear.sails[].reefs[].n == 1}"},
               {"gear.a = '5'", "{gear.a == \"5\"}"},
               {"gear.a = 5", "{gear.a == 5}"},
               {"gear.a = 2021-03-09", "{gear.a == 2021-03-09}"},
               {"gear.a = '2021-03-09'", "{gear.a == 2021-03-09}"},
               {"gear.a = '12:30:00'", "{gear.a == 12:30:00}"},
               {"gear.a = '2021-03-09T10:00:00Z'", "{gear.a == 2021-03-09T10:00:00.000Z}"},
               {"gear.a begin 2021-03-09", "{gear.a == \"2021-03-09@\" begins}"},
               {"gear.a % x", "{gear.a % \"x\"}"},
               {"gear.a = null", "{gear.a == null}"},
               {"harbour.boats.gear.a = 1", "(harbour: (boats: {gear.a == 1}))"}});
  EXPECT_EQ(shown("gear.a = :1", withValues({Value::text("2021-03-09")})), "{gear.a == \"2021-03-09\"}");
  EXPECT_EQ(shown("gear.a = :1", withValues({Value::object(Object::make())})), "{gear.a never}");
}

TEST(Bind, LinksElements) {
  expectPlans(
      {{"gear.sails[s].kind = jib and gear.sails[S].area > 20",
        "(linked {gear.sails[s].kind == \"jib\"} {gear.sails[s].area > 20})"},
       {"gear.sails[s].kind = jib and gear.sails[t].area > 20",
        "(and {gear.sails[s].kind == \"jib\"} {gear.sails[t].area > 20})"},
       {"gear.sails[].kind = jib and gear.sails[].area > 20",
        "(and {gear.sails[].kind == \"jib\"} {gear.sails[].area > 20})"},
       {"gear.sails[s].kind = jib and gear.flags[s].area > 20",
        "(and {gear.sails[s].kind == \"jib\"} {gear.flags[s].area > 20})"},
       {"gear.sails[s].kind = jib or gear.sails[s].area > 20",
        "(or {gear.sails[s].kind == \"jib\"} {gear.sails[s].area > 20})"},
       {"gear.sails[z].kind != jib", "{gear.sails[z].kind != \"jib\"}"},
       {"harbour.boats.gear.sails[s].kind = jib and harbour.boats.gear.sails[s].area > 20",
        "(harbour: (boats: (linked {gear.sails[s].kind == \"jib\"} {gear.sails[s].area > 20})))"},
       {"gear.a[x].b[y].c = 1 and name = Ika and gear.a[x].d = 2 and gear.a[x].b[y].e = 3",
        "(and (linked {gear.a[x].b[y].c == 1} {gear.a[x].d == 2} {gear.a[x].b[y].e == 3}) {name == \"Ika\"})"}});
}

TEST(Bind, Aliases) {
  expectPlans({{"harbourTitle = Brest", "(harbour: {name == \"Brest\"})"},
               {"nested = Brest", "(harbour: {name == \"Brest\"})"},
               {"title = Ika", "{name == \"Ika\"}"},
               {"sailors.last = Orr and crewings.sailor.first = Io",
                "(crewings: (sailor: (and {last == \"Orr\"} {first == \"Io\"})))"},
               {"sailors{2}.last = Orr", "(crewings: (sailor{2}: {last == \"Orr\"}))"},
               {"sailors != null", "(crewings: {sailor != null})"},
               {"jibs[].kind = jib", "{gear.sails[].kind == \"jib\"}"},
               {"jibs.length = 2", "{gear.sails.length == 2}"},
               {"crewings.boat.harbourTitle = Brest", "(crewings: (boat: (harbour: {name == \"Brest\"})))"}});
  EXPECT_EQ(planOf("loop = 1").error().code(), code::wrongArgument);
}

TEST(Bind, Negation) {
  expectPlans(
      {{"not(name = Ika)", "(not {name == \"Ika\"})"},
       {"not(name != Ika)", "{name == \"Ika\"}"},
       {"not(name !== Ika)", "{name === \"Ika\"}"},
       {"not(name != null)", "{name == null}"},
       {"not(harbour != null)", "{harbour == null}"},
       {"not(not(name = Ika))", "{name == \"Ika\"}"},
       {"not(name != a or metres != 2)", "(and {name == \"a\"} {metres == 2})"},
       {"not(name != a or metres = 2)", "(not (or {name != \"a\"} {metres == 2}))"},
       {"not(name != a and metres != 2)", "(or {name == \"a\"} {metres == 2})"},
       {"not(metres < 5)", "(not {metres < 5})"},
       {"not(harbour.name != a)", "(not (harbour: {name != \"a\"}))"},
       {"not(gear.sails[].kind != jib)", "{gear.sails[].kind == \"jib\"}"},
       {"not(gear.sails[k].kind != jib)", "(not {gear.sails[k].kind != \"jib\"})"},
       {"not(name in [])", "(not {name IN []})"},
       {"not(ID != 5.5)", "{ID never}"},
       {"name = a except metres != 2", "(and {name == \"a\"} (except {metres != 2}))"},
       {"racing = true and not(name != a or metres != 2)", "(and {racing == true} {name == \"a\"} {metres == 2})"}});
}

TEST(Bind, UnknownAttributes) {
  const auto error = planOf("metres > 1 and nmae = x").error();
  EXPECT_EQ(error.code(), code::queryUnknownAttribute);
  EXPECT_EQ(error.where()->column, 16U);
  EXPECT_NE(error.message().find("did you mean \"name\"?"), std::string::npos) << error.message();
  const auto named = unknownAttribute(error);
  ASSERT_TRUE(named);
  EXPECT_EQ(named->attribute, "nmae");
  EXPECT_EQ(named->dataClass, "Boat");

  const auto related = unknownAttribute(planOf("harbour.nmae = x").error());
  ASSERT_TRUE(related);
  EXPECT_EQ(related->dataClass, "Harbour");
  for (const char* text : {"Name = 1", "zzz = 1", "harbour.zzz = 1", "name.x = 1", "name[] = 1", "metres.a.b = 1"}) {
    const auto plan = planOf(text);
    ASSERT_FALSE(plan) << text;
    EXPECT_EQ(plan.error().code(), code::queryUnknownAttribute) << text;
    EXPECT_TRUE(unknownAttribute(plan.error())) << text;
  }
  EXPECT_EQ(unknownAttribute(planOf("name{2} = 1").error()), std::nullopt);
  for (const char* text : {"name{2} = 1", "harbour[].name = 1", "gear.a{2} = 1"}) {
    EXPECT_EQ(planOf(text).error().code(), code::querySyntax) << text;
  }
  EXPECT_EQ(planOf("computed = 1").error().code(), code::wrongArgument);
}

TEST(Bind, HiddenAttributesDoNotExistForRest) {
  Parameters rest;
  rest.exposedOnly = true;
  EXPECT_EQ(planOf("harbour.secret = x", rest).error().code(), code::queryUnknownAttribute);
  EXPECT_EQ(planOf("harbour.secre = x", rest).error().message().find("did you mean"), std::string::npos);
  EXPECT_EQ(shown("hiddenName = x", rest), "(harbour: {secret == \"x\"})");
  EXPECT_EQ(shown("harbour.secret = x"), "(harbour: {secret == \"x\"})");
}

TEST(Bind, FormulasAreRefused) {
  EXPECT_EQ(planOf("eval(this.metres > 1)").error().code(), code::formulaNotAllowed);
  EXPECT_EQ(planOf("name = a and eval(true)").error().where()->column, 14U);
  EXPECT_EQ(planOf(":1", withValues({entity(Value::null())})).error().code(), code::formulaNotAllowed);
  EXPECT_EQ(planOf(":1", withValues({Value::text("name = 1")})).error().code(), code::querySyntax);
  EXPECT_EQ(planOf(":1").error().code(), code::queryPlaceholderMissing);
}

TEST(Bind, Order) {
  const auto plan =
      planOf("order by harbour.name desc, gear.anchor.kg, title, :1", withValues({Value::text("metres")}));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->root.kind, Node::Kind::all);
  ASSERT_EQ(plan->order.size(), 4U);
  EXPECT_EQ(plan->order[0].path.hops.size(), 1U);
  EXPECT_TRUE(plan->order[0].descending);
  EXPECT_EQ(plan->order[1].path.attribute.object.size(), 2U);
  EXPECT_EQ(plan->order[2].path.attribute.attribute, marina().classes[1].indexOf("name"));
  EXPECT_EQ(plan->order[3].path.attribute.attribute, marina().classes[1].indexOf("metres"));
  EXPECT_EQ(planOf("order by nmae").error().code(), code::queryUnknownAttribute);
  EXPECT_EQ(planOf("order by nmae").error().where()->column, 10U);
  for (const char* text : {"order by harbour", "order by crewings.ID", "order by gear", "order by gear.sails[].kind",
                           "order by photo", "order by papers"}) {
    ASSERT_FALSE(planOf(text)) << text;
    EXPECT_EQ(planOf(text).error().code(), code::wrongArgument) << text;
  }
}

TEST(Bind, PathAlone) {
  const auto path = bindPath(*parsePath("harbour.boats"), marina(), test::classIndex(marina(), "Boat"), false);
  ASSERT_TRUE(path);
  EXPECT_EQ(path->hops.size(), 1U);
  EXPECT_TRUE(marina().classes[path->attribute.dataClass].attributes[path->attribute.attribute].isRelation());
  EXPECT_FALSE(bindPath({}, marina(), 0, false));
}

}  // namespace
}  // namespace qodly::query
