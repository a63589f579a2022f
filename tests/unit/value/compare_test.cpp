#include "value/compare.h"

#include <cmath>

#include <gtest/gtest.h>

namespace qodly {
namespace {

const Collation& english() {
  static const auto collation = Collation::forLocale("en");
  return *collation;
}

int order(const Value& left, const Value& right) {
  const auto result = sortOrder(left, right, english());
  return result < 0 ? -1 : result > 0 ? 1 : 0;
}

TEST(SortOrder, GroupsThenValues) {
  const std::vector<Value> ascending = {
      Value::null(),
      Value::boolean(false),
      Value::boolean(true),
      Value::text(""),
      Value::text("Élan"),
      Value::text("fox"),
      Value::real(std::nan("")),
      Value::real(-HUGE_VAL),
      Value::integer(INT64_MIN),
      Value::real(-1.5),
      Value::integer(-1),
      Value::time({5}),
      Value::real(5.5),
      Value::integer(9007199254740992),
      Value::integer(9007199254740993),
      Value::integer(INT64_MAX),
      Value::real(9223372036854775808.0),
      Value::object(Object::make()),
      Value::collection(Collection::make()),
      Value::date(Date::none()),
      Value::date(Date{0}),
      Value::instant({startOfDay(Date{0}).ms + 1}),
      Value::date(Date{1}),
      Value::blob("x"),
  };
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(order(ascending[i], ascending[j]), i < j ? -1 : i > j ? 1 : 0) << i << " " << j;
    }
  }
  EXPECT_EQ(order(Value(), Value::null()), 0);
  EXPECT_EQ(order(Value::text("ELAN"), Value::text("élan")), 0);
  EXPECT_EQ(order(Value::integer(9007199254740993), Value::real(9007199254740992.0)), 1);
}

TEST(EqualValues, KindsAndContents) {
  const auto equal = [](const Value& left, const Value& right) {
    EXPECT_EQ(equalValues(left, right, english()), equalValues(right, left, english()));
    return equalValues(left, right, english());
  };
  EXPECT_TRUE(equal(Value::integer(3), Value::real(3)));
  EXPECT_FALSE(equal(Value::integer(9007199254740993), Value::real(9007199254740992.0)));
  EXPECT_TRUE(equal(Value::text("Œ"), Value::text("oe")));
  EXPECT_FALSE(equal(Value::text("a"), Value::text("@")));
  EXPECT_FALSE(equal(Value::text("3"), Value::integer(3)));
  EXPECT_FALSE(equal(Value::boolean(true), Value::integer(1)));
  EXPECT_TRUE(equal(Value::time({7}), Value::integer(7)));
  EXPECT_TRUE(equal(Value::date(Date{5}), Value::instant({startOfDay(Date{5}).ms + 1000})));
  EXPECT_FALSE(equal(Value::date(Date{5}), Value::instant({startOfDay(Date{6}).ms})));
  EXPECT_FALSE(equal(Value::null(), Value::null()));
  EXPECT_FALSE(equal(Value(), Value::integer(0)));
  const Value object = Value::object(Object::make());
  EXPECT_FALSE(equal(object, object));
}

}  // namespace
}  // namespace qodly
