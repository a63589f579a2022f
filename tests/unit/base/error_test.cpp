#include "base/error.h"

#include <gtest/gtest.h>

namespace qodly {
namespace {

TEST(Error, TextNamesThePlace) {
  const Error error(1, "dbmg", "No such field");
  EXPECT_EQ(error.text(), "No such field");
  EXPECT_EQ(error.at({"catalog.4DCatalog", 12, 5}).text(), "catalog.4DCatalog:12:5: No such field");
  EXPECT_EQ(error.at({"", 3, 0}).text(), "line 3: No such field");
}

}  // namespace
}  // namespace qodly
