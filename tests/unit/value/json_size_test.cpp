// Telling how much a JSON text makes before it is parsed.
#include "value/json_size.h"

#include <gtest/gtest.h>

namespace qodly::json {
namespace {

struct Row {
  std::string_view text;
  std::size_t values;  // the least limit that it keeps
};

class JsonSize : public testing::TestWithParam<Row> {};

TEST_P(JsonSize, IsCounted) {
  EXPECT_TRUE(hasAtMostValues(GetParam().text, GetParam().values));
  EXPECT_FALSE(hasAtMostValues(GetParam().text, GetParam().values - 1));
}

INSTANTIATE_TEST_SUITE_P(Texts, JsonSize,
                         testing::Values(Row{"[1,2,3]", 4}, Row{"[[],[ ],{\n}]", 4}, Row{R"({"a":1,"b":{"c":2}})", 4},
                                         Row{R"(["a,b,c","[[{{"])", 3}, Row{R"(["\",[,",1])", 3}, Row{R"(["\\",1])", 3},
                                         Row{R"(["unfinished,,,)", 2}));

TEST(JsonSize, AShortTextIsNeverTooMuch) {
  EXPECT_TRUE(hasAtMostValues("", 1));
  EXPECT_TRUE(hasAtMostValues("[,,,]", 6));
}

}  // namespace
}  // namespace qodly::json
