// Status objects and the pure save rules.
#include "orda/status.h"

#include <gtest/gtest.h>

#include "base/error_codes.h"
#include "orda/save_rules.h"
#include "value/value_text.h"

namespace qodly::orda {

TEST(Status, TextsOfTheTable) {
  const std::pair<int, const char*> rows[] = {{1, "Permission Error"},
                                              {2, "Stamp has changed"},
                                              {3, "Already locked"},
                                              {4, "Other error"},
                                              {5, "Entity does not exist anymore"},
                                              {6, "Auto merge failed"},
                                              {7, "Mild Validation Error"},
                                              {8, "Serious Validation Error"}};
  for (const auto& [code, text] : rows) EXPECT_EQ(statusText(static_cast<StatusCode>(code)), text);
}

TEST(Status, SuccessHasNothingElse) {
  const Value value = Status{}.toValue();
  EXPECT_EQ(value.asObject().size(), 1u);
  EXPECT_TRUE(value.asObject().get("success").asBoolean());
}

TEST(Status, ErrorsCarryComponentAndCode) {
  const Value value = Status::failed(dataError(code::duplicateKey, "twice")).toValue();
  const Value error = value.asObject().get("errors").asCollection().elements().front();
  EXPECT_EQ(error.asObject().get("message").asText(), "twice");
  EXPECT_EQ(error.asObject().get("componentSignature").asText(), "dbmg");
  EXPECT_EQ(error.asObject().get("errCode").asInteger(), -20033);
  EXPECT_EQ(value.asObject().get("status").asInteger(), 4);
}

class SaveRules : public testing::Test {
 protected:
  SaveRules() {
    boat.name = "Boat";
    boat.attributes.resize(2);
    boat.attributes[0].name = "ID";
    boat.attributes[0].type = model::AttributeType::long32;
    boat.primaryKey = 0;
    attribute().name = "crew";
    attribute().type = model::AttributeType::long32;
    boat.buildIndex();
  }
  model::Attribute& attribute() { return boat.attributes[1]; }
  model::DataClass boat;
};

TEST_F(SaveRules, Assignable) {
  EXPECT_EQ(assignable(boat, attribute(), Value::text("12")).value().asInteger(), 12);
  EXPECT_TRUE(assignable(boat, attribute(), Value()).value().isNull());
  EXPECT_TRUE(assignable(boat, attribute(), Value::text("")).value().isNull());
  EXPECT_EQ(assignable(boat, attribute(), Value::text("x")).error().code(), code::wrongType);
  EXPECT_EQ(assignable(boat, attribute(), Value::integer(1LL << 31)).error().code(), code::valueOutOfRange);
  attribute().type = model::AttributeType::word;
  EXPECT_EQ(assignable(boat, attribute(), Value::integer(32768)).error().code(), code::valueOutOfRange);
  EXPECT_TRUE(assignable(boat, attribute(), Value::integer(-32768)));
  attribute().type = model::AttributeType::string;
  attribute().limitingLength = 3;
  EXPECT_EQ(assignable(boat, attribute(), Value::text("äöüß")).value().asText(), "äöü");
  attribute().limitingLength = 0;
  EXPECT_EQ(assignable(boat, attribute(), Value::text("äöüß")).value().asText(), "äöüß");
}

TEST_F(SaveRules, AcceptableTakesNoConversion) {
  EXPECT_FALSE(acceptable(boat, attribute(), Value::text("12")));
  EXPECT_TRUE(acceptable(boat, attribute(), Value::integer(12)));
  EXPECT_TRUE(acceptable(boat, attribute(), Value::null())->isNull());
  attribute().type = model::AttributeType::date;
  EXPECT_TRUE(acceptable(boat, attribute(), Value::text("2024-01-31")));
  EXPECT_TRUE(acceptable(boat, attribute(), Value::text("2024-01-31T10:00:00Z")));
  EXPECT_FALSE(acceptable(boat, attribute(), Value::text("soon")));
  attribute().type = model::AttributeType::duration;
  EXPECT_EQ(acceptable(boat, attribute(), Value::integer(1500))->asTime().ms, 1500);
}

TEST_F(SaveRules, Constraints) {
  EXPECT_TRUE(checkConstraints(boat, attribute(), Value::null()));
  attribute().notNull = true;
  EXPECT_EQ(checkConstraints(boat, attribute(), Value::null()).error().code(), code::mandatoryNull);
  attribute().neverNull = true;
  EXPECT_TRUE(checkConstraints(boat, attribute(), Value::null())) << "null is read as a blank value";
  EXPECT_EQ(checkConstraints(boat, boat.key(), Value::null()).error().code(), code::mandatoryNull);
  attribute().minimum = 1.5;
  attribute().maximum = 3;
  EXPECT_EQ(checkConstraints(boat, attribute(), Value::integer(1)).error().code(), code::valueOutOfRange);
  EXPECT_TRUE(checkConstraints(boat, attribute(), Value::integer(2)));
  EXPECT_TRUE(checkConstraints(boat, attribute(), Value::integer(3)));
  EXPECT_EQ(checkConstraints(boat, attribute(), Value::real(3.01)).error().code(), code::valueOutOfRange);
}

TEST_F(SaveRules, Defaults) {
  EXPECT_TRUE(defaultValue(attribute()).isNull());
  attribute().defaultValue = 4;
  EXPECT_EQ(defaultValue(attribute()).asInteger(), 4);
  attribute().type = model::AttributeType::number;
  attribute().defaultValue = 4.5;
  EXPECT_EQ(defaultValue(attribute()).asReal(), 4.5);
}

TEST(ValueText, KeysAndQuotes) {
  EXPECT_EQ(valueText(Value::integer(-3)), "-3");
  EXPECT_EQ(valueText(Value::real(1.5)), "1.5");
  EXPECT_EQ(valueText(Value::text("a")), "a");
  EXPECT_EQ(valueText(Value::null()), "");
  EXPECT_EQ(quoted(Value::text("a")), "\"a\"");
  EXPECT_EQ(quoted(Value::null()), "null");
  EXPECT_EQ(quoted(Value::text(std::string(100, 'x'))), "\"" + std::string(80, 'x') + "…\"");
}

}  // namespace qodly::orda
