// Values of selections: projections, extract, statistics, distinct, objects and collections (orda.md 12.5-12.7, 13.3,
// 13.8, 13.10, 13.12, 11.2).
#include "tests/unit/app/marina.h"

namespace qodly::orda::test {

class OrdaValues : public MarinaTest {
 protected:
  void SetUp() override {
    MarinaTest::SetUp();
    harbour(R"({"name":"North","depth":4})");
    harbour(R"({"name":"South","depth":9})");
    sailor(R"({"first":"Jo","last":"Ray"})");
    sailor(R"({"first":"Al","last":"Lee"})");
    boat(
        R"({"name":"Kite","metres":7,"harbourID":1,"skipper":1,"gear":{"anchor":3,"sails":[{"kind":"jib"},{"kind":"main"}]}})");
    boat(R"({"name":"gull","metres":5,"harbourID":2,"skipper":1,"gear":{"anchor":"big","sails":[]}})");
    boat(R"({"name":"Tern","metres":9,"harbourID":1})");
    boat(R"({"name":"Été","crew":null})");
  }
  SelectionRef all() { return boats().all(); }
  std::string collected(const SelectionRef& selection, const std::string& filter, ToObjectOptions options = {}) {
    const std::vector<std::string> paths{filter};
    return show(selection->toCollection(paths, options));
  }
  std::string object(const EntityRef& entity, const std::string& filter, ToObjectOptions options = {}) {
    const std::vector<std::string> paths{filter};
    return show(entity->toObject(paths, options));
  }
};

TEST_F(OrdaValues, Projection) {
  EXPECT_EQ(show(all()->project("metres").value()), "[7,5,9,null]");
  EXPECT_EQ(show(all()->orderBy("metres").value()->project("name").value()), R"(["Été","gull","Kite","Tern"])");
  const Value harbours = all()->project("harbour").value();
  ASSERT_NE(EntitySelection::from(harbours), nullptr);
  EXPECT_EQ(show(EntitySelection::from(harbours)->project("name").value()), R"(["North","South"])");
  EXPECT_FALSE(EntitySelection::from(harbours)->isOrdered());
  EXPECT_EQ(EntitySelection::from(boats().newSelection()->project("harbour").value())->length(), 0u);
  const Value skippers =
      EntitySelection::from(in("Harbour").all()->project("boats").value())->project("skipper").value();
  EXPECT_EQ(show(EntitySelection::from(skippers)->project("last").value()), R"(["Ray"])");
  EXPECT_FALSE(all()->project("colour"));
  EXPECT_EQ(show(all()->project("harbourName").value()), R"(["North","South","North",null])");
}

TEST_F(OrdaValues, Extract) {
  EXPECT_EQ(show(all()->extract("metres").value()), "[7,5,9]");
  EXPECT_EQ(show(all()->extract("metres", true).value()), "[7,5,9,null]");
  EXPECT_EQ(show(all()->extract("harbour.name").value()), R"(["North","South","North"])");
  EXPECT_EQ(show(all()->extract("harbour.name", true).value()), R"(["North","South","North",null])");
  EXPECT_EQ(show(all()->extract("gear.anchor").value()), R"([3,"big"])");
  EXPECT_EQ(show(all()->extract("colour").value()), "[]") << "an invalid path gives an empty collection";
  EXPECT_EQ(show(all()->extract("harbour.colour").value()), "[]");
  const Value related = all()->extract("harbour").value();
  ASSERT_EQ(related.asCollection().size(), 3u) << "duplicates kept";
  EXPECT_EQ(Entity::from(related.asCollection().elements()[2])->get("name").asText(), "North");
  EXPECT_EQ(all()->extract("harbour", true)->asCollection().size(), 4u);
  const Value many = in("Harbour").all()->copy()->extract("boats").value();
  ASSERT_EQ(many.asCollection().size(), 2u);
  const EntitySelection* first = EntitySelection::from(many.asCollection().elements()[0]);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->length(), 2u);
  EXPECT_TRUE(first->isAlterable()) << "nature inherited";
  EXPECT_EQ(show(in("Harbour").all()->extract("boats.name").value()), R"([["Kite","Tern"],["gull"]])");
}

TEST_F(OrdaValues, ExtractIntoObjects) {
  const std::vector<std::pair<std::string, std::string>> pairs{
      {"name", "n"}, {"harbour.name", "port"}, {"colour", "c"}, {"metres", ""}};
  EXPECT_EQ(show(all()->extract(pairs).value()),
            R"([{"n":"Kite","port":"North"},{"n":"gull","port":"South"},{"n":"Tern","port":"North"},)"
            R"({"n":"Été","port":null}])");
  const std::vector<std::pair<std::string, std::string>> relation{{"harbour", "h"}};
  const Value rows = all()->extract(relation).value();
  EXPECT_NE(Entity::from(rows.asCollection().elements()[0].asObject().get("h")), nullptr);
}

TEST_F(OrdaValues, NumbersOfASelection) {
  EXPECT_EQ(all()->sum("metres")->asNumber(), 21);
  EXPECT_EQ(all()->average("metres")->asNumber(), 7);
  EXPECT_EQ(all()->count("metres")->asInteger(), 3);
  EXPECT_EQ(all()->min("metres")->asNumber(), 5);
  EXPECT_EQ(all()->max("metres")->asNumber(), 9);
  EXPECT_EQ(all()->sum("harbour.depth")->asNumber(), 17);
  EXPECT_EQ(all()->min("name")->asText(), "Été");
  EXPECT_EQ(all()->max("name")->asText(), "Tern");
  EXPECT_EQ(all()->sum("gear.anchor")->asNumber(), 3) << "other types are ignored";
  EXPECT_EQ(all()->count("gear.anchor")->asInteger(), 2);
  EXPECT_EQ(all()->count("gear")->asInteger(), 0) << "objects count as null";
  EXPECT_EQ(all()->sum("gear")->asNumber(), 0);
}

TEST_F(OrdaValues, StatisticsOfNothing) {
  const SelectionRef none = boats().newSelection();
  EXPECT_EQ(none->sum("metres")->asNumber(), 0);
  EXPECT_TRUE(none->average("metres")->isUndefined());
  EXPECT_EQ(none->count("metres")->asInteger(), 0);
  EXPECT_TRUE(none->min("metres")->isUndefined());
  EXPECT_TRUE(none->max("metres")->isUndefined());
  EXPECT_TRUE(all()->average("watch")->isUndefined());
  EXPECT_TRUE(all()->average("name")->isUndefined());
}

TEST_F(OrdaValues, DurationsAndDatesCountInSeconds) {
  boat(R"({"watch":90000,"built":"1970-01-03"})");
  boat(R"({"watch":30000,"built":"1970-01-01"})");
  EXPECT_EQ(all()->sum("watch")->asNumber(), 120);
  EXPECT_EQ(all()->average("watch")->asNumber(), 60);
  EXPECT_EQ(all()->average("built")->asNumber(), 86400);
  EXPECT_EQ(all()->sum("built").error().code(), code::wrongType);
}

TEST_F(OrdaValues, StatisticsErrors) {
  for (const char* path : {"colour", "harbour", "skipper", "harbour.boats.name", "name.first"}) {
    EXPECT_FALSE(all()->sum(path)) << path;
    EXPECT_FALSE(all()->count(path)) << path;
    EXPECT_FALSE(all()->min(path)) << path;
    EXPECT_FALSE(all()->distinct(path)) << path;
  }
  EXPECT_FALSE(all()->sum("name"));
  EXPECT_FALSE(all()->sum("active"));
}

TEST_F(OrdaValues, Distinct) {
  boat(R"({"name":"KITE","metres":7})");
  EXPECT_EQ(show(all()->distinct("name").value()), R"(["Été","gull","Kite","Tern"])")
      << "first met stands for its equals";
  EXPECT_EQ(all()->distinct("name", true)->asCollection().size(), 5u);
  EXPECT_EQ(show(all()->distinct("metres", false, true).value()),
            R"([{"value":5,"count":1},{"value":7,"count":2},{"value":9,"count":1}])");
  EXPECT_EQ(show(all()->distinct("harbour.name").value()), R"(["North","South"])");
  EXPECT_EQ(show(all()->distinct("gear.anchor").value()), R"(["big",3])") << "texts before numbers";
  EXPECT_EQ(show(all()->distinct("gear.sails[].kind").value()), R"(["jib","main"])");
  EXPECT_FALSE(all()->distinct("gear.anchor", false, true));
  EXPECT_EQ(show(boats().newSelection()->distinct("name").value()), "[]");
}

TEST_F(OrdaValues, DistinctPaths) {
  boat(R"({"gear":{"Zip":1,"sails":["x"],"crew":{"cook":"Al"}}})");
  EXPECT_EQ(show(all()->distinctPaths("gear").value()),
            R"(["anchor","crew.cook","sails","sails[]","sails[].kind","sails.length","Zip"])");
  EXPECT_EQ(show(boats().newSelection()->distinctPaths("gear").value()), "[]");
  EXPECT_FALSE(all()->distinctPaths("name"));
  EXPECT_FALSE(all()->distinctPaths("colour"));
}

TEST_F(OrdaValues, DefaultContent) {
  const EntityRef ray = sailors().get(number(1));
  const std::string badge(ray->get("badge").asText());
  EXPECT_EQ(show(ray->toObject()),
            R"({"ID":1,"first":"Jo","last":"Ray","badge":")" + badge + R"(","captainID":null,"captain":null})");
  EXPECT_EQ(object(ray, "*"), show(ray->toObject()));
  EXPECT_EQ(object(ray, ""), show(ray->toObject()));
  EXPECT_EQ(show(sailors().all()->slice(0, 1)->toCollection()), "[" + show(ray->toObject()) + "]");
  const Value kite = boats().get(number(1))->toObject();
  EXPECT_EQ(show(kite.asObject().get("harbour")), R"({"__KEY":1})");
  EXPECT_EQ(show(kite.asObject().get("skipper")), R"({"__KEY":1})") << "the relation, not its hidden foreign key";
  EXPECT_EQ(kite.asObject().find("title"), nullptr) << "aliases appear when named";
  EXPECT_EQ(in("Harbour").get(number(1))->toObject().asObject().find("boats"), nullptr);
}

struct FilterCase {
  const char* label;
  const char* filter;
  const char* expected;
};

class OrdaFilter : public OrdaValues, public testing::WithParamInterface<FilterCase> {};

TEST_P(OrdaFilter, OfBoatKite) {
  const EntityRef kite = boats().get(number(1));
  EXPECT_EQ(object(kite, GetParam().filter), GetParam().expected);
  EXPECT_EQ(collected(boats().all()->slice(0, 1), GetParam().filter), "[" + std::string(GetParam().expected) + "]");
}

INSTANTIATE_TEST_SUITE_P(
    Table, OrdaFilter,
    testing::Values(FilterCase{"attribute", "name", R"({"name":"Kite"})"},
                    FilterCase{"order", "metres,name", R"({"metres":7,"name":"Kite"})"},
                    FilterCase{"blanksAndSemicolon", " name ; metres , ", R"({"name":"Kite","metres":7})"},
                    FilterCase{"simple", "harbour", R"({"harbour":{"__KEY":1}})"},
                    FilterCase{"whole", "harbour.*", R"({"harbour":{"ID":1,"name":"North","depth":4,"opened":null}})"},
                    FilterCase{"grouped", "harbour.name,metres,harbour.depth",
                               R"({"harbour":{"name":"North","depth":4},"metres":7})"},
                    FilterCase{"toMany", "harbour.boats.name",
                               R"({"harbour":{"boats":[{"name":"Kite"},{"name":"Tern"}]}})"},
                    FilterCase{"toManyKeys", "harbour.boats", R"({"harbour":{"boats":[{"__KEY":1},{"__KEY":3}]}})"},
                    FilterCase{"deep", "harbour.boats.skipper.last",
                               R"({"harbour":{"boats":[{"skipper":{"last":"Ray"}},{"skipper":null}]}})"},
                    FilterCase{"empty", "skipper.mates.last", R"({"skipper":{"mates":[]}})"},
                    FilterCase{"objectProperty", "gear.anchor", R"({"gear":{"anchor":3}})"},
                    FilterCase{"objectProperties", "gear.sails.kind,gear.anchor",
                               R"({"gear":{"sails":[{"kind":"jib"},{"kind":"main"}],"anchor":3}})"},
                    FilterCase{"unknown", "colour,name,harbour.colour", R"({"name":"Kite","harbour":{}})"},
                    FilterCase{"alias", "title,harbourName", R"({"title":"Kite","harbourName":"North"})"},
                    FilterCase{"aliasOfRelation", "port", R"({"port":{"__KEY":1}})"},
                    FilterCase{"throughAlias", "port.name", R"({"port":{"name":"North"}})"},
                    FilterCase{"nameless", "colour", "{}"}),
    [](const auto& row) { return std::string(row.param.label); });

TEST_F(OrdaValues, KeysAndStamps) {
  const EntityRef kite = boats().get(number(1));
  EXPECT_EQ(object(kite, "name,harbour.name", {.withPrimaryKey = true, .withStamp = true}),
            R"({"__KEY":1,"__STAMP":1,"name":"Kite","harbour":{"__KEY":1,"__STAMP":1,"name":"North"}})");
  EXPECT_EQ(collected(all()->slice(0, 1), "name,harbour.name", {.withPrimaryKey = true, .withStamp = true}),
            R"([{"__KEY":1,"__STAMP":1,"name":"Kite","harbour":{"__KEY":1,"__STAMP":1,"name":"North"}}])");
  EXPECT_EQ(collected(in("Harbour").all(), "boats.name", {.withPrimaryKey = true}),
            R"([{"__KEY":1,"boats":[{"__KEY":1,"name":"Kite"},{"__KEY":3,"name":"Tern"}]},)"
            R"({"__KEY":2,"boats":[{"__KEY":2,"name":"gull"}]}])");
}

TEST_F(OrdaValues, ToObjectShowsUnsavedValues) {
  const EntityRef kite = boats().get(number(1));
  ASSERT_TRUE(kite->set("name", text("Gull")));
  ASSERT_TRUE(kite->set("harbour", Value::null()));
  ASSERT_TRUE(Entity::from(kite->get("skipper"))->set("last", text("New")));
  EXPECT_EQ(object(kite, "name,harbour.name,skipper.last"),
            R"({"name":"Gull","harbour":null,"skipper":{"last":"New"}})");
  EXPECT_EQ(object(boats().create(), "ID,name,harbour"), R"({"ID":null,"name":null,"harbour":null})");
}

TEST_F(OrdaValues, ToCollectionRanges) {
  const auto range = [&](std::int64_t begin, std::optional<std::int64_t> howMany = {}) {
    const std::vector<std::string> filter{"ID"};
    return show(all()->toCollection(filter, {}, begin, howMany));
  };
  EXPECT_EQ(range(2), R"([{"ID":3},{"ID":4}])");
  EXPECT_EQ(range(1, 2), R"([{"ID":2},{"ID":3}])");
  EXPECT_EQ(range(3, 9), R"([{"ID":4}])");
  EXPECT_EQ(range(4), "[]");
  EXPECT_EQ(range(9), "[]");
  EXPECT_EQ(range(-3, 1), R"([{"ID":1}])");
  EXPECT_EQ(range(0, 0), "[]");
  EXPECT_EQ(range(0, -1), "[]");
  EXPECT_EQ(show(boats().newSelection()->toCollection()), "[]");
}

TEST_F(OrdaValues, ObjectsOfDifferentRowsAreIndependent) {
  const std::vector<std::string> filter{"harbour.name"};
  const Value rows = all()->toCollection(filter);
  const auto& elements = rows.asCollection().elements();
  elements[0].asObject().get("harbour").asObject().set("name", text("changed"));
  EXPECT_EQ(elements[2].asObject().get("harbour").asObject().get("name").asText(), "North");
}

TEST_F(OrdaValues, FromObject) {
  const EntityRef boat = boats().create();
  ASSERT_TRUE(boat->fromObject(parse(
      R"({"name":12,"metres":"4.5","built":"2020-01-02","colour":"red","crew":"many","watch":1500,"harbour":{"__KEY":"2"},)"
      R"("skipper":{"__KEY":99},"boats":[],"harbourName":"x","__STAMP":8})")));
  EXPECT_EQ(boat->get("name").asText(), "12");
  EXPECT_EQ(boat->get("metres").asNumber(), 4.5);
  EXPECT_EQ(boat->get("built").asDate(), *Date::fromCivil(2020, 1, 2));
  EXPECT_TRUE(boat->get("crew").isNull()) << "inconvertible values leave the attribute untouched";
  EXPECT_EQ(boat->get("watch").asTime().ms, 1500) << "numbers are milliseconds in objects";
  EXPECT_EQ(boat->get("harbourID").asInteger(), 2);
  EXPECT_TRUE(boat->get("skipper").isNull()) << "no such related entity: ignored";
  EXPECT_TRUE(boat->isNew());
  ASSERT_TRUE(boat->save().success());
  EXPECT_EQ(boat->get("crew").asInteger(), 2) << "never touched: the default comes";
  EXPECT_EQ(boat->getKey().asInteger(), 5);
  EXPECT_FALSE(boat->fromObject(text("x")));
}

TEST_F(OrdaValues, FromObjectKeys) {
  const EntityRef by = boats().create();
  ASSERT_TRUE(by->fromObject(parse(R"({"__KEY":"50","name":"a"})")));
  ASSERT_TRUE(by->save().success());
  EXPECT_TRUE(boats().get(number(50)));
  const EntityRef named = boats().create();
  ASSERT_TRUE(named->fromObject(parse(R"({"ID":60,"__KEY":61})")));
  ASSERT_TRUE(named->save().success());
  EXPECT_TRUE(boats().get(number(60)));
  const EntityRef relation = boats().create();
  ASSERT_TRUE(relation->fromObject(parse(R"({"harbourID":2,"skipper":null})")));
  EXPECT_EQ(Entity::from(relation->get("harbour"))->get("name").asText(), "South");
}

TEST_F(OrdaValues, Diff) {
  const EntityRef kite = boats().get(number(1)), same = boats().get(number(1));
  EXPECT_EQ(show(kite->diff(*same).value()), "[]");
  ASSERT_TRUE(same->set("metres", number(8)));
  ASSERT_TRUE(same->set("gear", parse(R"({"anchor":4})")));
  const Value differences = kite->diff(*same).value();
  ASSERT_EQ(differences.asCollection().size(), 2u);
  EXPECT_EQ(show(differences.asCollection().elements()[0]), R"({"attributeName":"metres","value":7,"otherValue":8})");
  ASSERT_TRUE(same->set("harbour", number(2)));
  ASSERT_TRUE(same->set("skipper", number(2)));
  const Value related = kite->diff(*same).value();
  std::vector<std::string> order;
  for (const Value& item : related.asCollection().elements()) {
    order.emplace_back(item.asObject().get("attributeName").asText());
  }
  EXPECT_EQ(order, (std::vector<std::string>{"metres", "gear", "harbourID", "harbour", "skipper"}));
  const Object& relation = related.asCollection().elements()[3].asObject();
  EXPECT_EQ(Entity::from(relation.get("value"))->get("name").asText(), "North");
  EXPECT_EQ(Entity::from(relation.get("otherValue"))->get("name").asText(), "South");
  const std::vector<std::string> only{"harbour"};
  EXPECT_EQ(kite->diff(*same, only)->asCollection().size(), 1u);
  EXPECT_FALSE(kite->diff(*in("Harbour").get(number(1))));
}

TEST_F(OrdaValues, FromCollectionCreatesAndUpdates) {
  const SelectionRef made =
      boats()
          .fromCollection(parse(
              R"([{"ID":1,"name":"Kestrel"},{"__KEY":"2","metres":6},{"ID":70,"name":"New"},{"__KEY":99,"name":"ByRules"},)"
              R"({"name":"Auto","harbour":{"__KEY":2},"skipper":{"ID":1,"last":"ignored"}},{"__NEW":true,"__KEY":1,"name":"Forced"}])"))
          .value();
  EXPECT_EQ(made->length(), 6u);
  EXPECT_FALSE(made->isOrdered());
  EXPECT_FALSE(made->isAlterable());
  EXPECT_EQ(boats().get(number(1))->get("name").asText(), "Kestrel");
  EXPECT_EQ(boats().get(number(1))->get("metres").asNumber(), 7) << "left unchanged on update";
  EXPECT_EQ(boats().get(number(2))->get("metres").asNumber(), 6);
  EXPECT_EQ(boats().get(number(70))->get("name").asText(), "New");
  EXPECT_FALSE(boats().get(number(99))) << "a __KEY that does not exist is ignored";
  const EntityRef automatic = find(boats(), "name = Auto")->first();
  EXPECT_EQ(automatic->get("harbourID").asInteger(), 2);
  EXPECT_EQ(Entity::from(automatic->get("skipper"))->get("last").asText(), "Ray");
  EXPECT_EQ(boats().getCount(), 8u);
}

TEST_F(OrdaValues, FromCollectionTypes) {
  const SelectionRef made =
      boats()
          .fromCollection(parse(
              R"([{"name":"a","metres":"7","built":"2020-05-06","colour":1,"active":"true","watch":2000,"__NEW":"yes"}])"))
          .value();
  const EntityRef boat = made->first();
  EXPECT_TRUE(boat->get("metres").isNull()) << "no conversion here";
  EXPECT_TRUE(boat->get("active").isNull());
  EXPECT_EQ(boat->get("built").asDate(), *Date::fromCivil(2020, 5, 6)) << "but ISO dates";
  EXPECT_EQ(boat->get("watch").asTime().ms, 2000);
}

TEST_F(OrdaValues, FromCollectionErrors) {
  const auto forced = boats().fromCollection(parse(R"([{"name":"first"},{"__NEW":true,"ID":1},{"name":"after"}])"));
  ASSERT_FALSE(forced);
  EXPECT_EQ(forced.error().code(), code::duplicateKey);
  EXPECT_EQ(find(boats(), "name = first")->length(), 1u) << "objects already saved stay saved";
  EXPECT_EQ(find(boats(), "name = after")->length(), 0u);
  const auto stamp = boats().fromCollection(parse(R"([{"ID":1,"__STAMP":7,"name":"x"}])"));
  ASSERT_FALSE(stamp);
  EXPECT_EQ(stamp.error().message(), "Given stamp does not match current one for record# " +
                                         std::to_string(boats().get(number(1))->number()) + " of table Boat");
  EXPECT_TRUE(boats().fromCollection(parse(R"([{"ID":1,"__STAMP":1,"name":"x"}])")));
  EXPECT_EQ(sailors().fromCollection(parse(R"([{"first":"x"}])")).error().code(), code::mandatoryNull);
  EXPECT_FALSE(boats().fromCollection(text("x")));
  EXPECT_FALSE(boats().fromCollection(parse("[1]")));
}

TEST_F(OrdaValues, FromCollectionOfManyIsTakenInRuns) {
  auto objects = Collection::make();
  for (int i = 0; i < 2500; ++i) objects->push(parse("{\"name\":\"m" + std::to_string(i) + "\"}"));
  EXPECT_EQ(boats().fromCollection(Value::collection(objects)).value()->length(), 2500u);
  EXPECT_EQ(boats().getCount(), 2504u);
  EXPECT_EQ(find(boats(), "name = 'm@'")->drop()->length(), 0u);
}

}  // namespace qodly::orda::test
