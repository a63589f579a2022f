// Relations read and written through entities (orda.md 5.2, 5.3).
#include "tests/unit/app/marina.h"

namespace qodly::orda::test {

class OrdaRelations : public MarinaTest {
 protected:
  void SetUp() override {
    MarinaTest::SetUp();
    harbour(R"({"name":"North","depth":4})");
    harbour(R"({"name":"South","depth":9})");
    sailor(R"({"first":"Jo","last":"Ray"})");
  }
};

TEST_F(OrdaRelations, BothShapesReadTheRelatedEntityAndCacheIt) {
  boat(R"({"name":"Kite","harbourID":2,"skipper":1})");
  const EntityRef boat = boats().get(number(1));
  const Value south = boat->get("harbour");
  ASSERT_NE(Entity::from(south), nullptr);
  EXPECT_EQ(Entity::from(south)->get("name").asText(), "South");
  EXPECT_EQ(Entity::from(boat->get("harbour")), Entity::from(south)) << "repeated reads give the same reference";
  EXPECT_FALSE(Entity::from(south)->getSelection());
  EXPECT_EQ(Entity::from(boat->get("skipper"))->get("last").asText(), "Ray");
  ASSERT_TRUE(Entity::from(boat->get("harbour"))->set("depth", number(6)));
  EXPECT_FALSE(boat->touched());
  ASSERT_TRUE(Entity::from(boat->get("harbour"))->save().success());
  EXPECT_EQ(harbours().get(number(2))->get("depth").asNumber(), 6);
  ASSERT_TRUE(boat->reload().success());
  EXPECT_NE(Entity::from(boat->get("harbour")), Entity::from(south));
}

TEST_F(OrdaRelations, ParentSaveDoesNotSaveTheRelatedEntity) {
  const EntityRef boat = this->boat(R"({"harbourID":1})");
  ASSERT_TRUE(Entity::from(boat->get("harbour"))->set("name", text("Changed")));
  ASSERT_TRUE(boat->set("name", text("Kite")));
  ASSERT_TRUE(boat->save().success());
  EXPECT_EQ(harbours().get(number(1))->get("name").asText(), "North");
}

TEST_F(OrdaRelations, DanglingAndNullKeysReadNull) {
  const EntityRef boat = this->boat(R"({"harbourID":77})");
  EXPECT_TRUE(boat->get("harbour").isNull());
  EXPECT_EQ(boat->get("harbourID").asInteger(), 77) << "a foreign key may name any key";
  EXPECT_TRUE(boat->get("skipper").isNull());
}

TEST_F(OrdaRelations, WritingEitherSideUpdatesTheOther) {
  const EntityRef boat = boats().create();
  ASSERT_TRUE(boat->set("harbour", toValue(harbours().get(number(2)))));
  EXPECT_EQ(boat->get("harbourID").asInteger(), 2);
  ASSERT_TRUE(boat->set("harbourID", number(1)));
  EXPECT_EQ(Entity::from(boat->get("harbour"))->get("name").asText(), "North");
  EXPECT_EQ(boat->touchedAttributes(), (std::vector<std::string>{"harbour", "harbourID"}));
  ASSERT_TRUE(boat->set("harbour", text("2")));
  EXPECT_EQ(boat->get("harbourID").asInteger(), 2);
  ASSERT_TRUE(boat->set("harbour", Value::null()));
  EXPECT_TRUE(boat->get("harbourID").isNull());
  EXPECT_TRUE(boat->get("harbour").isNull());
}

TEST_F(OrdaRelations, AssignedEntityIsTheOneRead) {
  const EntityRef boat = boats().create(), north = harbours().get(number(1));
  ASSERT_TRUE(boat->set("harbour", toValue(north)));
  EXPECT_EQ(Entity::from(boat->get("harbour")), north.get());
  ASSERT_TRUE(boat->save().success());
  EXPECT_EQ(Entity::from(boat->get("harbour")), north.get());
}

TEST_F(OrdaRelations, RefusedValuesChangeNothing) {
  const EntityRef boat = this->boat(R"({"harbourID":1,"skipper":1})");
  EXPECT_EQ(boat->set("harbour", toValue(sailors().get(number(1)))).error().code(), code::incompatibleDataClass);
  EXPECT_EQ(boat->set("harbour", number(99)).error().code(), code::keyNotFound);
  EXPECT_EQ(boat->set("harbour", text("x")).error().code(), code::keyNotFound);
  EXPECT_EQ(boat->set("harbour", Value::boolean(true)).error().code(), code::wrongType);
  EXPECT_EQ(boat->set("skipper", number(99)).error().code(), code::keyNotFound);
  EXPECT_FALSE(boat->touched());
  EXPECT_EQ(boat->get("harbourID").asInteger(), 1);
  EXPECT_EQ(harbours().get(number(1))->set("boats", Value::null()).error().code(), code::readOnly);
}

TEST_F(OrdaRelations, NeverSavedEntityGetsItsKeyOnAssignment) {
  const EntityRef boat = boats().create(), west = harbours().create();
  ASSERT_TRUE(west->set("name", text("West")));
  ASSERT_TRUE(boat->set("harbour", toValue(west)));
  EXPECT_EQ(boat->get("harbourID").asInteger(), 3);
  ASSERT_TRUE(boat->save().success());
  EXPECT_TRUE(boats().get(boat->getKey())->get("harbour").isNull());
  ASSERT_TRUE(west->save().success());
  EXPECT_EQ(Entity::from(boats().get(boat->getKey())->get("harbour"))->get("name").asText(), "West");
}

TEST_F(OrdaRelations, RingOfAssignedEntitiesIsFreed) {
  const EntityRef jo = sailors().get(number(1)), ann = sailors().create();
  ASSERT_TRUE(ann->set("last", text("Lee")));
  ASSERT_TRUE(ann->save().success());
  ASSERT_TRUE(jo->set("captain", toValue(ann)));
  ASSERT_TRUE(ann->set("captain", toValue(jo)));
  EXPECT_EQ(Entity::from(ann->get("captain"))->get("last").asText(), "Ray");
  ASSERT_TRUE(ann->set("captain", toValue(ann)));
  EXPECT_EQ(ann->get("captainID").asInteger(), ann->get("ID").asInteger());
}

TEST_F(OrdaRelations, OneToManyIsAFreshSelection) {
  boat(R"({"name":"Kite","harbourID":1})");
  boat(R"({"name":"Gull","harbourID":1})");
  boat(R"({"name":"Tern","harbourID":2})");
  const EntityRef north = harbours().get(number(1));
  const Value first = north->get("boats"), second = north->get("boats");
  EXPECT_NE(EntitySelection::from(first), EntitySelection::from(second));
  EXPECT_EQ(show(EntitySelection::from(first)->project("name").value()), R"(["Kite","Gull"])");
  EXPECT_FALSE(EntitySelection::from(first)->isOrdered());
  EXPECT_FALSE(EntitySelection::from(first)->isAlterable());
  EXPECT_EQ(EntitySelection::from(harbours().create()->get("boats"))->length(), 0u);
  const SelectionRef alterable = harbours().all()->copy();
  EXPECT_TRUE(EntitySelection::from(alterable->first()->get("boats"))->isAlterable());
  EXPECT_EQ(EntitySelection::from(sailors().get(number(1))->get("boats"))->length(), 0u);
}

TEST_F(OrdaRelations, RecursiveRelation) {
  sailor(R"({"last":"Mate","captainID":1})");
  EXPECT_EQ(Entity::from(sailors().get(number(2))->get("captain"))->get("last").asText(), "Ray");
  EXPECT_EQ(EntitySelection::from(sailors().get(number(1))->get("mates"))->length(), 1u);
}

}  // namespace qodly::orda::test
