// The table of attribute types.
#include "model/model.h"

#include <gtest/gtest.h>

using namespace qodly::model;

TEST(AttributeTypes, haveRoundTripNames) {
  for (int i = 0; i <= static_cast<int>(AttributeType::blob); ++i) {
    const auto type = static_cast<AttributeType>(i);
    EXPECT_EQ(typeFromRestName(restTypeName(type)), type);
  }
  EXPECT_FALSE(typeFromRestName("integer"));
}

TEST(AttributeTypes, haveTheNumbersOfTheLanguage) {
  EXPECT_EQ(languageFieldType(AttributeType::string), 0);
  EXPECT_EQ(languageFieldType(AttributeType::text), 2);
  EXPECT_EQ(languageFieldType(AttributeType::long64), 25);
  EXPECT_EQ(languageFieldType(AttributeType::duration), 11);
  EXPECT_TRUE(isNumeric(AttributeType::duration));
  EXPECT_FALSE(isNumeric(AttributeType::date));
}

TEST(DataClass, findsByExactNameAndNotTheShadowed) {
  DataClass dataClass;
  dataClass.attributes.resize(2);
  dataClass.attributes[0].name = "a";
  dataClass.attributes[0].shadowed = true;
  dataClass.attributes[1].name = "a";
  dataClass.buildIndex();
  EXPECT_EQ(dataClass.indexOf("a"), 1u);
  EXPECT_EQ(dataClass.indexOf("A"), noIndex);
  EXPECT_EQ(dataClass.find("b"), nullptr);
}
