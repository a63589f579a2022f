// Entities: identity, attributes, conversion, touch tracking, in-place changes (orda.md 5.2, 5.3, 7, 9, 11, 12).
#include "tests/unit/app/marina.h"

namespace qodly::orda::test {

class OrdaEntity : public MarinaTest {};

TEST_F(OrdaEntity, NewEntityIsEmptyAndUntouched) {
  const EntityRef boat = boats().create();
  EXPECT_TRUE(boat->isNew());
  EXPECT_EQ(boat->getStamp(), 0u);
  EXPECT_FALSE(boat->touched());
  EXPECT_TRUE(boat->touchedAttributes().empty());
  for (const char* name :
       {"ID", "name", "metres", "built", "gear", "photo", "crew", "harbourID", "harbour", "skipper"}) {
    EXPECT_TRUE(boat->get(name).isNull()) << name;
  }
  EXPECT_FALSE(boat->getSelection());
  EXPECT_FALSE(boat->next());
  EXPECT_EQ(boat->indexOf().value(), -1);
}

TEST_F(OrdaEntity, SavingAnUntouchedNewEntityWritesNothing) {
  const EntityRef boat = boats().create();
  const Status status = boat->save();
  EXPECT_TRUE(status.success());
  EXPECT_TRUE(boat->isNew());
  EXPECT_EQ(boats().getCount(), 0u);
  EXPECT_EQ(show(boat->save(AutoMerge::yes).toValue()), R"({"success":true,"autoMerged":false})");
}

TEST_F(OrdaEntity, StampGrowsWithEffectiveSavesOnly) {
  const EntityRef boat = this->boat(R"({"name":"Kite"})");
  EXPECT_FALSE(boat->isNew());
  EXPECT_EQ(boat->getStamp(), 1u);
  EXPECT_FALSE(boat->touched());
  EXPECT_TRUE(boat->save().success());
  EXPECT_EQ(boat->getStamp(), 1u);
  EXPECT_TRUE(boat->set("name", text("Kite")));
  EXPECT_TRUE(boat->touched()) << "assigning the same value touches";
  EXPECT_TRUE(boat->save().success());
  EXPECT_EQ(boat->getStamp(), 2u);
  EXPECT_EQ(boats().get(number(1))->getStamp(), 2u);
}

TEST_F(OrdaEntity, TwoLoadsAreIndependent) {
  boat(R"({"name":"Kite"})");
  const EntityRef first = boats().get(number(1)), second = boats().get(number(1));
  EXPECT_NE(first, second);
  ASSERT_TRUE(first->set("name", text("Gull")));
  EXPECT_EQ(second->get("name").asText(), "Kite");
  EXPECT_TRUE(first->save().success());
  EXPECT_EQ(second->get("name").asText(), "Kite") << "an entity keeps the values it was loaded with";
  EXPECT_EQ(second->getStamp(), 1u);
}

TEST_F(OrdaEntity, UnknownAttributes) {
  const EntityRef boat = boats().create();
  EXPECT_TRUE(boat->get("colour").isUndefined());
  EXPECT_TRUE(boat->get("Name").isUndefined()) << "names are case-sensitive";
  EXPECT_TRUE(boat->set("colour", text("red")));
  EXPECT_FALSE(boat->touched());
}

TEST_F(OrdaEntity, ConversionOnAssignment) {
  const EntityRef boat = boats().create();
  ASSERT_TRUE(boat->set("metres", text("12.5")));
  EXPECT_DOUBLE_EQ(boat->get("metres").asNumber(), 12.5);
  ASSERT_TRUE(boat->set("crew", text("7")));
  EXPECT_EQ(boat->get("crew").asInteger(), 7);
  ASSERT_TRUE(boat->set("built", text("1999-05-04")));
  EXPECT_EQ(boat->get("built").asDate(), *Date::fromCivil(1999, 5, 4));
  ASSERT_TRUE(boat->set("built", text("4!5!1999")));
  EXPECT_EQ(boat->get("built").asDate(), *Date::fromCivil(1999, 5, 4));
  ASSERT_TRUE(boat->set("watch", text("01:02:03")));
  EXPECT_EQ(boat->get("watch").asTime().ms, 3723000);
  ASSERT_TRUE(boat->set("watch", number(90)));
  EXPECT_EQ(boat->get("watch").asTime().ms, 90000) << "numbers are seconds in code";
  ASSERT_TRUE(boat->set("watch", number(90), NumberAsDuration::milliseconds));
  EXPECT_EQ(boat->get("watch").asTime().ms, 90);
  ASSERT_TRUE(boat->set("active", text("true")));
  EXPECT_TRUE(boat->get("active").asBoolean());
  ASSERT_TRUE(boat->set("name", number(12)));
  EXPECT_EQ(boat->get("name").asText(), "12");
  ASSERT_TRUE(boat->set("seen", Value::date(*Date::fromCivil(2024, 2, 29))));
  EXPECT_EQ(boat->get("seen").asInstant(), startOfDay(*Date::fromCivil(2024, 2, 29)));
}

TEST_F(OrdaEntity, EmptyTextIsNullForEveryTypeButText) {
  const EntityRef boat = boats().create();
  for (const char* name : {"metres", "crew", "built", "watch", "active", "seen", "small"}) {
    ASSERT_TRUE(boat->set(name, text(""))) << name;
    EXPECT_TRUE(boat->get(name).isNull()) << name;
  }
  ASSERT_TRUE(boat->set("name", text("")));
  EXPECT_EQ(boat->get("name").asText(), "");
}

TEST_F(OrdaEntity, RefusedAssignmentsLeaveTheAttributeUntouched) {
  const EntityRef boat = boats().create();
  const auto refused = boat->set("metres", text("long"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), code::wrongType);
  EXPECT_NE(refused.error().message().find("Boat.metres"), std::string::npos);
  EXPECT_EQ(boat->set("small", number(128)).error().code(), code::valueOutOfRange);
  EXPECT_EQ(boat->set("small", number(-129)).error().code(), code::valueOutOfRange);
  EXPECT_EQ(boat->set("crew", number(2147483648)).error().code(), code::valueOutOfRange);
  EXPECT_EQ(boat->set("gear", number(1)).error().code(), code::wrongType);
  EXPECT_FALSE(boat->touched());
  EXPECT_TRUE(boat->set("small", number(-128)));
  EXPECT_TRUE(boat->set("small", number(127)));
}

TEST_F(OrdaEntity, LimitingLengthCutsCharacters) {
  const EntityRef boat = boats().create();
  ASSERT_TRUE(boat->set("tag", text("éàüö€x")));
  EXPECT_EQ(boat->get("tag").asText(), "éàüö€");
}

TEST_F(OrdaEntity, UuidIsNormalised) {
  const EntityRef sailor = sailors().create();
  ASSERT_TRUE(sailor->set("badge", text("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")));
  EXPECT_EQ(sailor->get("badge").asText(), "0A1B2C3D4E5F60718293A4B5C6D7E8F9");
  ASSERT_TRUE(sailor->set("last", text("Ray")));
  ASSERT_TRUE(sailor->save().success());
  EXPECT_EQ(sailors().get(sailor->getKey())->get("badge").asText(), "0A1B2C3D4E5F60718293A4B5C6D7E8F9");
}

TEST_F(OrdaEntity, EveryTypeSurvivesASave) {
  const EntityRef boat = boats().create();
  const std::string bytes("\0\1\2", 3);
  ASSERT_TRUE(boat->set("name", text("Été")));
  ASSERT_TRUE(boat->set("metres", real(9.25)));
  ASSERT_TRUE(boat->set("built", Value::date(*Date::fromCivil(2001, 2, 3))));
  ASSERT_TRUE(boat->set("gear", parse(R"({"sails":[{"kind":"jib"}],"n":null})")));
  ASSERT_TRUE(boat->set("photo", Value::picture("png bytes", "image/png")));
  ASSERT_TRUE(boat->set("papers", Value::blob(bytes)));
  ASSERT_TRUE(boat->set("watch", Value::time(Duration{61001})));
  ASSERT_TRUE(boat->set("seen", Value::instant(Instant{1700000000123})));
  ASSERT_TRUE(boat->set("active", Value::boolean(false)));
  ASSERT_TRUE(boat->set("notes", text(std::string(200000, 'n'))));
  ASSERT_TRUE(boat->save().success());
  const EntityRef read = boats().get(boat->getKey());
  EXPECT_EQ(read->get("name").asText(), "Été");
  EXPECT_DOUBLE_EQ(read->get("metres").asNumber(), 9.25);
  EXPECT_EQ(read->get("built").asDate(), *Date::fromCivil(2001, 2, 3));
  EXPECT_EQ(show(read->get("gear")), R"({"sails":[{"kind":"jib"}],"n":null})");
  EXPECT_EQ(read->get("photo").asBlob().bytes, "png bytes");
  EXPECT_EQ(read->get("photo").asBlob().mediaType, "image/png");
  EXPECT_EQ(read->get("papers").asBlob().bytes, bytes);
  EXPECT_EQ(read->get("watch").asTime().ms, 61001);
  EXPECT_EQ(read->get("seen").asInstant().ms, 1700000000123);
  EXPECT_FALSE(read->get("active").asBoolean());
  EXPECT_EQ(read->get("notes").asText().size(), 200000u);
}

TEST_F(OrdaEntity, NullIsDistinctFromBlank) {
  boat(R"({"name":"","metres":0,"active":false,"crew":null})");
  const EntityRef read = boats().get(number(1));
  EXPECT_EQ(read->get("name").asText(), "");
  EXPECT_EQ(read->get("metres").asNumber(), 0);
  EXPECT_FALSE(read->get("active").asBoolean());
  EXPECT_TRUE(read->get("crew").isNull()) << "a value set to null stays null, default or not";
  ASSERT_TRUE(read->set("name", Value()));
  ASSERT_TRUE(read->save().success());
  EXPECT_TRUE(boats().get(number(1))->get("name").isNull()) << "undefined is null for a storage attribute";
}

TEST_F(OrdaEntity, TouchedAttributesInOrderOfFirstTouch) {
  harbour(R"({"name":"North"})");
  const EntityRef boat = boats().create();
  ASSERT_TRUE(boat->set("metres", number(3)));
  ASSERT_TRUE(boat->set("harbour", number(1)));
  ASSERT_TRUE(boat->set("name", text("Kite")));
  ASSERT_TRUE(boat->set("metres", number(4)));
  EXPECT_EQ(boat->touchedAttributes(), (std::vector<std::string>{"metres", "harbour", "harbourID", "name"}));
  ASSERT_TRUE(boat->set("skipper", Value::null()));
  EXPECT_EQ(boat->touchedAttributes().back(), "skipper") << "a hidden foreign key is not listed";
  ASSERT_TRUE(boat->save().success());
  EXPECT_TRUE(boat->touchedAttributes().empty());
}

TEST_F(OrdaEntity, ChangesInsideAnObjectTouchIt) {
  boat(R"({"gear":{"anchor":1,"sails":["jib"]}})");
  const EntityRef boat = boats().get(number(1));
  const Value gear = boat->get("gear");
  EXPECT_EQ(&boat->get("gear").asObject(), &gear.asObject()) << "repeated reads give the same object";
  EXPECT_FALSE(boat->touched());
  gear.asObject().find("sails")->asCollection().push(text("spinnaker"));
  EXPECT_TRUE(boat->touched());
  EXPECT_EQ(boat->touchedAttributes(), std::vector<std::string>{"gear"});
  ASSERT_TRUE(boat->save().success());
  EXPECT_EQ(boat->getStamp(), 2u);
  EXPECT_FALSE(boat->touched());
  EXPECT_EQ(show(boats().get(number(1))->get("gear")), R"({"anchor":1,"sails":["jib","spinnaker"]})");
  gear.asObject().set("anchor", number(2));
  EXPECT_TRUE(boat->touched()) << "the same object goes on being watched after a save";
  ASSERT_TRUE(boat->save().success());
  EXPECT_EQ(boat->getStamp(), 3u);
}

TEST_F(OrdaEntity, AnAssignedObjectMayChangeAfterTheSave) {
  const EntityRef boat = boats().create();
  const Value gear = parse(R"({"a":1})");
  ASSERT_TRUE(boat->set("gear", gear));
  ASSERT_TRUE(boat->save().success());
  EXPECT_FALSE(boat->touched());
  gear.asObject().set("a", number(5));
  EXPECT_TRUE(boat->touched());
  ASSERT_TRUE(boat->save().success());
  EXPECT_EQ(show(boats().get(number(1))->get("gear")), R"({"a":5})");
}

TEST_F(OrdaEntity, RecursiveObjectIsRefusedAtSave) {
  const EntityRef boat = boats().create();
  const Value gear = parse("{}");
  ASSERT_TRUE(boat->set("gear", gear));
  gear.asObject().set("self", gear);
  const Status status = boat->save();
  EXPECT_EQ(statusOf(status), 4);
  EXPECT_FALSE(status.errors.empty());
  EXPECT_TRUE(boat->isNew());
  gear.asObject().remove("self");
}

TEST_F(OrdaEntity, GetKeyOfANewEntityAssignsTheKey) {
  const EntityRef boat = boats().create();
  EXPECT_EQ(boat->getKey().asInteger(), 1);
  EXPECT_EQ(boat->touchedAttributes(), std::vector<std::string>{"ID"});
  EXPECT_EQ(boat->getKey().asInteger(), 1);
  EXPECT_EQ(boat->getKeyText(), "1");
  EXPECT_TRUE(boat->isNew());
  ASSERT_TRUE(boat->save().success());
  EXPECT_EQ(boat->get("ID").asInteger(), 1);
}

TEST_F(OrdaEntity, GetConvertsLosslessKeysOnly) {
  boat(R"({"name":"Kite"})");
  EXPECT_TRUE(boats().get(number(1)));
  EXPECT_TRUE(boats().get(text("1")));
  EXPECT_TRUE(boats().get(real(1.0)));
  EXPECT_FALSE(boats().get(real(1.5)));
  EXPECT_FALSE(boats().get(text("1.5")));
  EXPECT_FALSE(boats().get(text("one")));
  EXPECT_FALSE(boats().get(text("")));
  EXPECT_FALSE(boats().get(number(2)));
  EXPECT_FALSE(boats().get(Value::null()));
  EXPECT_FALSE(boats().get(Value()));
  EXPECT_FALSE(boats().get(Value::boolean(true)));
}

TEST_F(OrdaEntity, CloneSharesTheRecordAndItsObjects) {
  EXPECT_FALSE(boats().create()->clone());
  boat(R"({"name":"Kite","gear":{"a":1}})");
  const EntityRef boat = boats().get(number(1));
  ASSERT_TRUE(boat->set("metres", number(4)));
  const EntityRef copy = boat->clone().value();
  EXPECT_EQ(copy->get("metres").asNumber(), 4);
  EXPECT_TRUE(copy->touched());
  EXPECT_EQ(&copy->get("gear").asObject(), &boat->get("gear").asObject());
  ASSERT_TRUE(copy->set("name", text("Gull")));
  EXPECT_EQ(boat->get("name").asText(), "Kite");
  ASSERT_TRUE(copy->save().success());
  EXPECT_EQ(statusOf(boat->save()), 2);
}

TEST_F(OrdaEntity, ReloadDiscardsUnsavedChanges) {
  boat(R"({"name":"Kite","gear":{"a":1}})");
  const EntityRef boat = boats().get(number(1)), other = boats().get(number(1));
  ASSERT_TRUE(boat->set("name", text("Gull")));
  boat->get("gear").asObject().set("a", number(9));
  ASSERT_TRUE(other->set("metres", number(8)));
  ASSERT_TRUE(other->save().success());
  EXPECT_EQ(show(boat->reload().toValue()), R"({"success":true})");
  EXPECT_EQ(boat->get("name").asText(), "Kite");
  EXPECT_EQ(show(boat->get("gear")), R"({"a":1})");
  EXPECT_EQ(boat->get("metres").asNumber(), 8);
  EXPECT_EQ(boat->getStamp(), 2u);
  EXPECT_FALSE(boat->touched());
  ASSERT_TRUE(other->drop().success());
  EXPECT_EQ(show(boat->reload().toValue()),
            R"({"success":false,"status":5,"statusText":"Entity does not exist anymore"})");
}

TEST_F(OrdaEntity, InfoAndAttributeObjects) {
  EXPECT_EQ(show(boats().getInfo()), R"({"name":"Boat","primaryKey":"ID","tableNumber":2})");
  EXPECT_EQ(show(boats().attributeObject("harbour")),
            R"({"name":"harbour","kind":"relatedEntity","type":"Harbour","fieldType":38,"exposed":true,)"
            R"("readOnly":false,"relatedDataClass":"Harbour","inverseName":"boats"})");
  EXPECT_EQ(show(harbours().attributeObject("boats")),
            R"({"name":"boats","kind":"relatedEntities","type":"BoatSelection","fieldType":42,"exposed":true,)"
            R"("readOnly":true,"relatedDataClass":"Boat","inverseName":"harbour"})");
  EXPECT_EQ(show(boats().attributeObject("ID")),
            R"({"name":"ID","kind":"storage","type":"number","fieldType":9,"fieldNumber":1,"exposed":true,)"
            R"("readOnly":false,"indexed":true,"keywordIndexed":false,"autoFilled":true,"mandatory":true,)"
            R"("unique":true})");
  const auto property = [&](const DataClass& dataClass, const char* attribute, const char* name) {
    return show(dataClass.attributeObject(attribute).asObject().get(name));
  };
  EXPECT_EQ(property(boats(), "name", "fieldType"), "0");
  EXPECT_EQ(property(boats(), "notes", "fieldType"), "2");
  EXPECT_EQ(property(boats(), "small", "fieldType"), "8");
  EXPECT_EQ(property(boats(), "watch", "type"), R"("number")");
  EXPECT_EQ(property(sailors(), "badge", "autoFilled"), "true");
  EXPECT_EQ(property(boats(), "title", "kind"), R"("alias")");
  EXPECT_EQ(property(boats(), "title", "readOnly"), "false");
  EXPECT_EQ(property(boats(), "harbourName", "readOnly"), "true");
  EXPECT_EQ(property(boats(), "harbourName", "path"), R"("harbour.name")");
  EXPECT_EQ(property(harbours(), "skippers", "type"), R"("SailorSelection")");
  EXPECT_TRUE(boats().attributeObject("colour").isUndefined());
}

TEST_F(OrdaEntity, AliasesReadAndWriteTheirTarget) {
  harbour(R"({"name":"North"})");
  sailor(R"({"last":"Ray"})");
  const EntityRef boat = this->boat(R"({"name":"Kite","harbourID":1})");
  EXPECT_EQ(boat->get("title").asText(), "Kite");
  EXPECT_EQ(boat->get("harbourName").asText(), "North");
  ASSERT_NE(Entity::from(boat->get("port")), nullptr);
  EXPECT_EQ(Entity::from(boat->get("port"))->getKey().asInteger(), 1);
  ASSERT_TRUE(boat->set("title", text("Gull")));
  EXPECT_EQ(boat->get("name").asText(), "Gull");
  EXPECT_EQ(boat->touchedAttributes(), std::vector<std::string>{"name"});
  EXPECT_EQ(boat->set("harbourName", text("South")).error().code(), code::readOnly);
  EXPECT_EQ(boat->set("port", number(1)).error().code(), code::readOnly);
  ASSERT_TRUE(boat->set("skipper", number(1)));
  ASSERT_TRUE(boat->save().success());
  const EntityRef north = harbours().get(number(1));
  EXPECT_EQ(show(north->get("boatNames")), R"(["Gull"])");
  ASSERT_NE(EntitySelection::from(north->get("skippers")), nullptr);
  EXPECT_EQ(EntitySelection::from(north->get("skippers"))->length(), 1u);
  ASSERT_TRUE(boat->set("harbour", Value::null()));
  EXPECT_TRUE(boat->get("harbourName").isNull()) << "a null step gives null";
}

}  // namespace qodly::orda::test
