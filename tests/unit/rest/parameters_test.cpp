#include "rest/parameters.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "rest/parameter_reference.h"

namespace qodly::rest {
namespace {

TEST(Parameters, TableIsInTheOrderOfTheEnumeration) {
  const auto table = parameterTable();
  for (std::size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(table[i].id), i) << table[i].name;
    EXPECT_TRUE(table[i].name.starts_with('$'));
    EXPECT_FALSE(table[i].documentation.empty()) << table[i].name;
  }
}

TEST(Parameters, NoneGiven) {
  const auto parameters = Parameters::parse("");
  EXPECT_FALSE(parameters.has(Parameter::filter));
  EXPECT_EQ(parameters.text(Parameter::filter), "");
  EXPECT_FALSE(parameters.flag(Parameter::asArray));
  EXPECT_FALSE(parameters.top().has_value());
}

TEST(Parameters, StripsOnePairOfQuotes) {
  EXPECT_EQ(Parameters::parse("$filter=\"a='b'\"").text(Parameter::filter), "a='b'");
  EXPECT_EQ(Parameters::parse("$params='[1,2]'").text(Parameter::params), "[1,2]");
  EXPECT_EQ(Parameters::parse("$filter=\"\"a\"\"").text(Parameter::filter), "\"a\"");
  EXPECT_EQ(Parameters::parse("$filter=\"a").text(Parameter::filter), "\"a");
  EXPECT_EQ(Parameters::parse("$filter='a\"").text(Parameter::filter), "'a\"");
  EXPECT_EQ(Parameters::parse("$filter=\"").text(Parameter::filter), "\"");
}

TEST(Parameters, DecodesPercentAndKeepsPlus) {
  EXPECT_EQ(Parameters::parse("%24filter=%22a%20%3D%201+2%26%22").text(Parameter::filter), "a = 1+2&");
  EXPECT_EQ(Parameters::parse("$filter=a=b=c").text(Parameter::filter), "a=b=c");
}

TEST(Parameters, NamesInAnyCase) {
  EXPECT_TRUE(Parameters::parse("$ORDERBY=a").has(Parameter::orderby));
  EXPECT_TRUE(Parameters::parse("$atOnce=true").flag(Parameter::atomic));
  EXPECT_TRUE(Parameters::parse("$atonce=true").flag(Parameter::atomic));
  EXPECT_EQ(Parameters::parse("$operator=AND").text(Parameter::logicOperator), "AND");
}

TEST(Parameters, Flags) {
  EXPECT_TRUE(Parameters::parse("$asArray").flag(Parameter::asArray));
  EXPECT_TRUE(Parameters::parse("$asArray=").flag(Parameter::asArray));
  EXPECT_TRUE(Parameters::parse("$asArray=TRUE").flag(Parameter::asArray));
  EXPECT_TRUE(Parameters::parse("$asArray=\"true\"").flag(Parameter::asArray));
  EXPECT_FALSE(Parameters::parse("$asArray=1").flag(Parameter::asArray));
  EXPECT_FALSE(Parameters::parse("$asArray=false").flag(Parameter::asArray));
}

TEST(Parameters, IntegersAreDigitsOnly) {
  EXPECT_EQ(Parameters::parse("$skip=12").integer(Parameter::skip), 12U);
  EXPECT_FALSE(Parameters::parse("$skip=-1").integer(Parameter::skip).has_value());
  EXPECT_FALSE(Parameters::parse("$skip=+1").integer(Parameter::skip).has_value());
  EXPECT_FALSE(Parameters::parse("$skip=1x").integer(Parameter::skip).has_value());
  EXPECT_FALSE(Parameters::parse("$skip=").integer(Parameter::skip).has_value());
  EXPECT_EQ(Parameters::parse("$skip=99999999999999999999999").integer(Parameter::skip), std::uint64_t{INT64_MAX});
}

TEST(Parameters, TopWinsOverLimit) {
  EXPECT_EQ(Parameters::parse("$limit=5").top(), 5U);
  EXPECT_EQ(Parameters::parse("$top=3&$limit=5").top(), 3U);
  EXPECT_EQ(Parameters::parse("$top=x&$limit=5").top(), 5U);
}

TEST(Parameters, ToleratesBlanksStrayQuestionMarksAndUnknownNames) {
  const auto parameters = Parameters::parse("x=1& ?$timeout = 60 &$nope=2&&$skip=%201%20&=3");
  EXPECT_EQ(parameters.integer(Parameter::timeout), 60U);
  EXPECT_EQ(parameters.integer(Parameter::skip), 1U);
}

TEST(Parameters, LastOneWins) { EXPECT_EQ(Parameters::parse("$top=1&$top=2").top(), 2U); }

TEST(Parameters, TheManualHoldsTheTable) {
  std::ifstream file(std::filesystem::path(QODLY_SOURCE_DIR) / "docs/rest-api.md");
  std::stringstream manual;
  manual << file.rdbuf();
  EXPECT_TRUE(manual.str().contains(parameterReference())) << "put this into docs/rest-api.md:\n"
                                                           << parameterReference();
}

}  // namespace
}  // namespace qodly::rest
