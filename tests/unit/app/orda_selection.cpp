// Entity selections: elements, sets, copies, sorts, queries, drops (orda.md 12.3, 13, 14).
#include "tests/unit/app/marina.h"

namespace qodly::orda::test {

class OrdaSelection : public MarinaTest {
 protected:
  void SetUp() override {
    MarinaTest::SetUp();
    harbour(R"({"name":"North","depth":4})");
    harbour(R"({"name":"south","depth":9})");
    boat(R"({"name":"Kite","metres":7,"harbourID":1})");
    boat(R"({"name":"gull","metres":5,"harbourID":2})");
    boat(R"({"name":"Tern","metres":9,"harbourID":1})");
    boat(R"({"name":"Été","harbourID":null})");
  }
  SelectionRef all() { return boats().all(); }
  SelectionRef sorted() { return all()->orderBy("name").value(); }
  EntityRef at(std::int64_t key) { return boats().get(number(key)); }
  SelectionRef of(std::string_view query) { return find(boats(), query); }
};

TEST_F(OrdaSelection, ElementAccess) {
  const SelectionRef selection = all();
  EXPECT_EQ(selection->length(), 4u);
  EXPECT_EQ(selection->element(0).value()->get("name").asText(), "Kite");
  EXPECT_EQ(selection->element(4).error().code(), code::indexOutOfRange);
  EXPECT_EQ(selection->element(-1).error().code(), code::indexOutOfRange);
  EXPECT_EQ(selection->at(-1)->get("name").asText(), "Été");
  EXPECT_FALSE(selection->at(4));
  EXPECT_FALSE(selection->at(-5));
  EXPECT_EQ(selection->first()->get("name").asText(), "Kite");
  EXPECT_EQ(selection->last()->get("name").asText(), "Été");
  EXPECT_FALSE(boats().newSelection()->first());
  EXPECT_FALSE(boats().newSelection()->last());
  EXPECT_NE(selection->at(0), selection->at(0)) << "each use gives a fresh entity";
}

TEST_F(OrdaSelection, DroppedReferencesStay) {
  const SelectionRef selection = all(), ordered = sorted();
  ASSERT_TRUE(at(2)->drop().success());
  EXPECT_EQ(selection->length(), 4u);
  EXPECT_FALSE(selection->element(1).value());
  EXPECT_EQ(selection->first()->next()->get("name").asText(), "Tern") << "next skips dropped entities";
  EXPECT_EQ(selection->at(2)->previous()->get("name").asText(), "Kite");
  EXPECT_EQ(names(selection), R"(["Kite","Tern","Été"])");
  EXPECT_EQ(selection->slice(0, 2)->length(), 2u) << "kept in a slice";
  EXPECT_EQ(selection->sum("metres")->asNumber(), 16);
  EXPECT_EQ(selection->clean()->length(), 3u);
  EXPECT_EQ(names(ordered->clean()), R"(["Été","Kite","Tern"])");
  EXPECT_TRUE(ordered->clean()->isOrdered());
  EXPECT_EQ(ordered->orderBy("name").value()->length(), 3u) << "a sort leaves them out";
  const std::vector<std::string> filter{"name"};
  EXPECT_EQ(show(selection->toCollection(filter, {}, 0, 2)), R"([{"name":"Kite"}])")
      << "omitted, but counted in howMany";
}

TEST_F(OrdaSelection, Navigation) {
  const SelectionRef selection = sorted();
  const EntityRef kite = selection->at(2);
  ASSERT_EQ(kite->get("name").asText(), "Kite");
  EXPECT_EQ(kite->getSelection(), selection);
  EXPECT_EQ(kite->indexOf().value(), 2);
  EXPECT_EQ(kite->previous()->get("name").asText(), "gull");
  EXPECT_EQ(kite->next()->get("name").asText(), "Tern");
  EXPECT_EQ(kite->first()->get("name").asText(), "Été");
  EXPECT_EQ(kite->last()->get("name").asText(), "Tern");
  EXPECT_FALSE(kite->last()->next());
  EXPECT_FALSE(kite->first()->previous());
  EXPECT_EQ(kite->indexOf(all().get()).value(), 0);
  EXPECT_EQ(kite->indexOf(boats().newSelection().get()).value(), -1);
  EXPECT_EQ(kite->indexOf(harbours().all().get()).error().code(), code::incompatibleDataClass);
  EXPECT_FALSE(at(1)->getSelection());
  EXPECT_FALSE(at(1)->next());
}

TEST_F(OrdaSelection, NatureOfResults) {
  EXPECT_FALSE(all()->isOrdered());
  EXPECT_FALSE(all()->isAlterable());
  EXPECT_FALSE(of("metres > 5")->isOrdered());
  EXPECT_TRUE(of("metres > 5 order by name")->isOrdered());
  EXPECT_TRUE(sorted()->isOrdered());
  EXPECT_FALSE(sorted()->isAlterable());
  EXPECT_TRUE(boats().newSelection()->isAlterable());
  EXPECT_FALSE(boats().newSelection()->isOrdered());
  EXPECT_TRUE(boats().newSelection(true)->isOrdered());
  EXPECT_TRUE(all()->copy()->isAlterable());
  EXPECT_FALSE(all()->copy()->copy(true)->isAlterable());
  EXPECT_TRUE(sorted()->copy()->isOrdered()) << "a copy of an ordered selection keeps its order";
  EXPECT_TRUE(sorted()->slice(0, 2)->isOrdered());
  const SelectionRef alterable = all()->copy();
  EXPECT_TRUE(alterable->query("metres > 5").value()->isAlterable());
  EXPECT_TRUE(alterable->slice(1)->isAlterable());
  EXPECT_TRUE(alterable->orderBy("name").value()->isAlterable());
  EXPECT_TRUE(alterable->clean()->isAlterable());
  EXPECT_TRUE(EntitySelection::from(alterable->project("harbour").value())->isAlterable());
  EXPECT_FALSE(EntitySelection::from(all()->project("harbour").value())->isAlterable());
  EXPECT_FALSE(sorted()->intersect(toValue(all())).value()->isOrdered());
}

TEST_F(OrdaSelection, AddNeedsAnAlterableSelection) {
  const auto refused = all()->add(toValue(at(1)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), code::selectionNotAlterable);
  EXPECT_EQ(refused.error().message(), "This entity selection cannot be altered");
}

TEST_F(OrdaSelection, AddToUnordered) {
  const SelectionRef selection = boats().newSelection();
  ASSERT_TRUE(selection->add(toValue(at(3))));
  ASSERT_TRUE(selection->add(toValue(at(1))));
  ASSERT_TRUE(selection->add(toValue(at(3))));
  ASSERT_TRUE(selection->add(Value::null()));
  EXPECT_EQ(selection->length(), 2u);
  ASSERT_TRUE(selection->add(toValue(all())));
  EXPECT_EQ(selection->length(), 4u);
  EXPECT_EQ(selection->add(toValue(harbours().get(number(1)))).error().code(), code::incompatibleDataClass);
  EXPECT_EQ(selection->add(toValue(harbours().all())).error().code(), code::incompatibleDataClass);
  EXPECT_FALSE(selection->add(toValue(boats().create())));
  EXPECT_FALSE(selection->add(number(3)));
  EXPECT_EQ(selection->length(), 4u);
}

TEST_F(OrdaSelection, AddToOrdered) {
  const SelectionRef selection = boats().newSelection(true);
  for (const int key : {3, 1, 3}) ASSERT_TRUE(selection->add(toValue(at(key))));
  EXPECT_EQ(names(selection), R"(["Tern","Kite","Tern"])");
  ASSERT_TRUE(selection->add(toValue(selection)));
  EXPECT_EQ(selection->length(), 6u);
  EXPECT_TRUE(selection->isOrdered());
  EXPECT_EQ(selection->at(3)->indexOf().value(), 3) << "its own position, not the first of the record";
  EXPECT_EQ(selection->at(3)->next()->get("name").asText(), "Kite");
}

TEST_F(OrdaSelection, SetFunctions) {
  const SelectionRef a = of("metres >= 7"), b = of("metres <= 7"), none = boats().newSelection();
  EXPECT_EQ(names(a->intersect(toValue(b)).value()), R"(["Kite"])");
  EXPECT_EQ(names(a->unite(toValue(b)).value()), R"(["Kite","gull","Tern"])");
  EXPECT_EQ(names(a->subtract(toValue(b)).value()), R"(["Tern"])");
  EXPECT_EQ(names(a->intersect(toValue(at(3))).value()), R"(["Tern"])");
  EXPECT_EQ(names(a->unite(toValue(at(4))).value()), R"(["Kite","Tern","Été"])");
  EXPECT_EQ(names(a->subtract(toValue(at(3))).value()), R"(["Kite"])");
  EXPECT_EQ(a->intersect(toValue(harbours().all())).error().code(), code::incompatibleDataClass);
  EXPECT_EQ(a->unite(toValue(harbours().all())).error().code(), code::incompatibleDataClass);
  EXPECT_EQ(a->subtract(toValue(harbours().get(number(1)))).error().code(), code::incompatibleDataClass);
  EXPECT_FALSE(a->unite(number(1)));
  EXPECT_EQ(a->length(), 2u);
}

TEST_F(OrdaSelection, SetFunctionsOnNothing) {
  const SelectionRef a = of("metres >= 7"), none = boats().newSelection();
  EXPECT_EQ(a->intersect(toValue(none)).value()->length(), 0u);
  EXPECT_EQ(a->intersect(Value::null()).value()->length(), 0u);
  EXPECT_EQ(none->intersect(toValue(a)).value()->length(), 0u);
  EXPECT_EQ(none->unite(toValue(a)).value(), a) << "a reference to b";
  EXPECT_EQ(a->unite(toValue(none)).value(), a);
  EXPECT_EQ(a->unite(Value::null()).value(), a);
  EXPECT_EQ(a->unite(toValue(at(1))).value(), a) << "already in a";
  EXPECT_EQ(names(none->unite(toValue(at(1))).value()), R"(["Kite"])");
  EXPECT_EQ(none->unite(toValue(boats().newSelection())).value()->length(), 0u);
  EXPECT_EQ(a->subtract(toValue(none)).value(), a);
  EXPECT_EQ(a->subtract(Value::null()).value(), a);
  EXPECT_EQ(a->subtract(toValue(at(2))).value(), a) << "not in a";
  EXPECT_EQ(none->subtract(toValue(a)).value()->length(), 0u);
}

TEST_F(OrdaSelection, Slices) {
  const SelectionRef selection = sorted();  // Été gull Kite Tern
  const auto slice = [&](std::int64_t start, std::optional<std::int64_t> end = {}) {
    return names(selection->slice(start, end));
  };
  EXPECT_EQ(slice(1, 3), R"(["gull","Kite"])");
  EXPECT_EQ(slice(2), R"(["Kite","Tern"])");
  EXPECT_EQ(slice(-1), R"(["Tern"])");
  EXPECT_EQ(slice(-9, 1), R"(["Été"])");
  EXPECT_EQ(slice(0, -1), R"(["Été","gull","Kite"])");
  EXPECT_EQ(slice(4), "[]");
  EXPECT_EQ(slice(3, 2), "[]");
  EXPECT_EQ(slice(2, 99), R"(["Kite","Tern"])");
  EXPECT_EQ(names(all()->slice(1, 3)), R"(["gull","Tern"])");
}

TEST_F(OrdaSelection, ContainsAndSelected) {
  EXPECT_TRUE(all()->contains(*at(1)));
  EXPECT_FALSE(of("metres > 7")->contains(*at(1)));
  EXPECT_FALSE(all()->contains(*boats().create()));
  EXPECT_EQ(show(sorted()->selected(*of("metres >= 5")).value()), R"({"ranges":[{"start":1,"end":3}]})");
  EXPECT_EQ(show(sorted()->selected(*of("name = Kite or name = Été")).value()),
            R"({"ranges":[{"start":0,"end":0},{"start":2,"end":2}]})");
  EXPECT_EQ(show(sorted()->selected(*boats().newSelection()).value()), R"({"ranges":[]})");
  EXPECT_EQ(show(boats().newSelection()->selected(*all()).value()), R"({"ranges":[]})");
  const auto refused = all()->selected(*harbours().all());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "The entity selection comes from an incompatible dataclass");
}

TEST_F(OrdaSelection, OrderBy) {
  EXPECT_EQ(names(all()->orderBy("name").value()), R"(["Été","gull","Kite","Tern"])") << "case and accents ignored";
  EXPECT_EQ(names(all()->orderBy("name desc").value()), R"(["Tern","Kite","gull","Été"])");
  EXPECT_EQ(names(all()->orderBy("metres").value()), R"(["Été","gull","Kite","Tern"])") << "null first";
  EXPECT_EQ(names(all()->orderBy("metres desc").value()), R"(["Tern","Kite","gull","Été"])");
  EXPECT_EQ(names(all()->orderBy("harbour.name desc, name").value()), R"(["gull","Kite","Tern","Été"])");
  EXPECT_EQ(names(all()->orderBy("harbourName desc, title").value()), R"(["gull","Kite","Tern","Été"])");
  EXPECT_EQ(
      names(
          all()->orderBy(parse(R"([{"propertyPath":"harbourID"},{"propertyPath":"name","descending":true}])")).value()),
      R"(["Été","Tern","Kite","gull"])");
  EXPECT_EQ(names(all()->orderBy(text("name")).value()), R"(["Été","gull","Kite","Tern"])");
  EXPECT_EQ(names(sorted()->orderBy("harbourID").value()), R"(["Été","Kite","Tern","gull"])")
      << "ties keep their order";
}

TEST_F(OrdaSelection, OrderByErrors) {
  for (const char* path : {"harbour", "colour", "gear", "harbour.boats.name", "name.x", "name upwards"}) {
    EXPECT_FALSE(all()->orderBy(path)) << path;
  }
  EXPECT_FALSE(harbours().all()->orderBy("boats.name"));
  EXPECT_FALSE(harbours().all()->orderBy("boatNames"));
  EXPECT_FALSE(all()->orderBy(number(1)));
  EXPECT_FALSE(all()->orderBy(parse("[1]")));
  EXPECT_FALSE(all()->orderBy(parse(R"([{"descending":true}])")));
}

TEST_F(OrdaSelection, QueryWithinASelection) {
  const SelectionRef part = of("metres >= 7");
  EXPECT_EQ(names(part->query("name = 'T@'").value()), R"(["Tern"])");
  EXPECT_EQ(part->query("metres < 7").value()->length(), 0u);
  EXPECT_EQ(part->length(), 2u);
  EXPECT_FALSE(part->query("metres >"));
  EXPECT_FALSE(part->query("colour = 1"));
}

TEST_F(OrdaSelection, QueryParametersAndHandles) {
  QueryOptions options;
  options.parameters.values = {text("kite")};
  EXPECT_EQ(names(boats().query("name = :1", options).value()), R"(["Kite"])");
  options.parameters.values = {toValue(harbours().get(number(1)))};
  EXPECT_EQ(names(boats().query("harbour = :1", options).value()), R"(["Kite","Tern"])");
  options.parameters.values = {toValue(harbours().all())};
  EXPECT_EQ(names(boats().query("harbour in :1", options).value()), R"(["Kite","gull","Tern"])");
}

TEST_F(OrdaSelection, PlanAndPathOnlyWhenAsked) {
  EXPECT_TRUE(of("metres > 5")->queryPlan().isUndefined());
  EXPECT_TRUE(of("metres > 5")->queryPath().isUndefined());
  QueryOptions options;
  options.queryPlan = options.queryPath = true;
  const SelectionRef found = boats().query("metres > 5", options).value();
  EXPECT_TRUE(found->queryPlan().isObject());
  EXPECT_TRUE(found->queryPath().isObject());
  EXPECT_TRUE(found->extendedQueryPlan().isUndefined());
}

TEST_F(OrdaSelection, Drop) {
  Process other(datastore());
  const EntityRef held = in(other, "Boat").get(number(2));
  ASSERT_TRUE(held->lock().success());
  std::vector<Status> failures;
  const SelectionRef left = all()->drop(StopOnFirstError::no, &failures);
  EXPECT_EQ(names(left), R"(["gull"])");
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(statusOf(failures.front()), 3);
  EXPECT_EQ(boats().getCount(), 1u);
  ASSERT_TRUE(held->unlock());
  EXPECT_EQ(left->drop()->length(), 0u);
  EXPECT_EQ(boats().getCount(), 0u);
  EXPECT_EQ(left->drop()->length(), 0u) << "what is gone is no failure";
}

TEST_F(OrdaSelection, DropStopsOnFirstError) {
  Process other(datastore());
  const EntityRef held = in(other, "Boat").get(number(2));
  ASSERT_TRUE(held->lock().success());
  const SelectionRef left = all()->drop(StopOnFirstError::yes);
  EXPECT_EQ(names(left), R"(["gull"])");
  EXPECT_EQ(boats().getCount(), 3u) << "those after the failure stay";
}

TEST_F(OrdaSelection, DropMakesNoStampCheckAndCanBeCancelled) {
  const SelectionRef selection = all();
  ASSERT_TRUE(at(1)->set("name", text("x")));
  process().startTransaction();
  EXPECT_EQ(selection->drop()->length(), 0u);
  EXPECT_EQ(boats().getCount(), 0u);
  ASSERT_TRUE(process().cancelTransaction());
  EXPECT_EQ(boats().getCount(), 4u);
}

TEST_F(OrdaSelection, AdoptedByAnotherProcess) {
  Process other(datastore());
  const SelectionRef adopted = EntitySelection::adopt(other, *sorted());
  ASSERT_TRUE(adopted);
  EXPECT_TRUE(adopted->isOrdered());
  EXPECT_EQ(&adopted->first()->dataClass().process(), &other);
  EXPECT_FALSE(EntitySelection::adopt(other, *all()->copy()));
}

TEST_F(OrdaSelection, ModelChangeKeepsEntitiesAndSelectionsWorking) {
  const SelectionRef selection = all();
  const EntityRef kite = at(1);
  ASSERT_TRUE(kite->set("metres", number(3)));
  auto changed = marinaModel();
  auto& attributes = changed->classes[boatIndex].attributes;
  attributes[storageIndex(changed->classes[boatIndex], "metres")].name = "lengthOverAll";
  changed->classes[boatIndex].buildIndex();
  ASSERT_TRUE(datastore().applyModel(changed));
  EXPECT_EQ(kite->get("lengthOverAll").asNumber(), 3);
  EXPECT_TRUE(kite->save().success());
  EXPECT_EQ(selection->at(1)->get("lengthOverAll").asNumber(), 5) << "data follows the attribute by uuid";
  EXPECT_EQ(selection->length(), 4u);
  EXPECT_EQ(boats().get(number(1))->get("lengthOverAll").asNumber(), 3);
}

TEST_F(OrdaSelection, ARemovedDataclassGivesErrorsAndEmptiness) {
  const SelectionRef selection = all();
  const DataClass boatClass = boats();
  const EntityRef kite = at(1);
  auto changed = std::make_shared<model::Model>(*marinaModel());
  changed->relations.clear();
  changed->classes.resize(1);
  auto& harbour = changed->classes[0];
  std::erase_if(harbour.attributes, [](const model::Attribute& attribute) { return !attribute.isStorage(); });
  harbour.buildIndex();
  changed->buildIndex();
  ASSERT_TRUE(datastore().applyModel(changed));
  EXPECT_EQ(boatClass.query("name = Kite").error().code(), code::dataClassNotFound);
  EXPECT_EQ(selection->query("name = Kite").error().code(), code::dataClassNotFound);
  EXPECT_FALSE(selection->orderBy("name"));
  EXPECT_FALSE(selection->project("name"));
  EXPECT_FALSE(selection->extract("name"));
  EXPECT_FALSE(selection->sum("metres"));
  EXPECT_FALSE(selection->distinct("name"));
  EXPECT_FALSE(boatClass.fromCollection(parse("[]")));
  EXPECT_FALSE(selection->first());
  EXPECT_FALSE(boatClass.get(number(1)));
  EXPECT_EQ(boatClass.getCount(), 0u);
  EXPECT_EQ(boatClass.all()->length(), 0u);
  EXPECT_EQ(show(selection->toCollection()), "[]");
  EXPECT_TRUE(kite->get("name").isUndefined());
  EXPECT_EQ(statusOf(kite->save()), 5);
  EXPECT_EQ(statusOf(kite->drop()), 5);
  EXPECT_EQ(statusOf(kite->reload()), 5);
  EXPECT_EQ(statusOf(kite->lock()), 5);
  EXPECT_FALSE(DataClass::find(process(), "Boat"));
  ASSERT_TRUE(datastore().applyModel(marinaModel()));
  EXPECT_EQ(names(boats().all()->slice(0, 1)), R"(["Kite"])") << "restoring the dataclass restores its data";
}

}  // namespace qodly::orda::test
