#include "value/convert.h"

#include <gtest/gtest.h>

namespace qodly {
namespace {

Value text(std::string_view utf8) { return Value::text(utf8); }

std::string shown(const std::optional<Value>& value) {
  if (!value) return "refused";
  switch (value->type()) {
    case Type::null:
      return "null";
    case Type::boolean:
      return value->asBoolean() ? "true" : "false";
    case Type::integer:
      return "i" + std::to_string(value->asInteger());
    case Type::real:
      return "r" + std::to_string(value->asReal());
    case Type::text:
      return "'" + std::string(value->asText()) + "'";
    case Type::date:
      return "d" + std::to_string(value->asDate().days);
    case Type::time:
      return "t" + std::to_string(value->asTime().ms);
    case Type::instant:
      return "m" + std::to_string(value->asInstant().ms);
    default:
      return std::string(name(value->type()));
  }
}

TEST(Convert, MissingAndEmptyTextBecomeNull) {
  for (int type = 0; type <= static_cast<int>(ColumnType::picture); ++type) {
    const auto target = static_cast<ColumnType>(type);
    EXPECT_EQ(shown(convertTo(target, Value())), "null");
    EXPECT_EQ(shown(convertTo(target, Value::null())), "null");
    EXPECT_EQ(shown(convertTo(target, text(""))), target == ColumnType::text ? "''" : "null");
    EXPECT_FALSE(name(target).empty());
    const Value blank = blankOf(target);
    EXPECT_TRUE(convertTo(target, blank).value().identical(blank));
  }
}

TEST(Convert, ScalarTable) {
  struct Row {
    ColumnType target;
    Value value;
    std::string expected;
  };
  const std::vector<Row> rows = {
      {ColumnType::boolean, Value::boolean(true), "true"},
      {ColumnType::boolean, text("true"), "true"},
      {ColumnType::boolean, text("False"), "false"},
      {ColumnType::boolean, text("yes"), "refused"},
      {ColumnType::boolean, Value::integer(1), "refused"},
      {ColumnType::int8, Value::integer(127), "i127"},
      {ColumnType::int8, Value::integer(128), "refused"},
      {ColumnType::int8, Value::integer(-128), "i-128"},
      {ColumnType::int16, Value::integer(-32769), "refused"},
      {ColumnType::int32, Value::real(2.5), "i3"},
      {ColumnType::int32, Value::real(-2.5), "i-3"},
      {ColumnType::int32, Value::real(2147483647.4), "i2147483647"},
      {ColumnType::int32, Value::real(2147483647.5), "refused"},
      {ColumnType::int32, Value::real(HUGE_VAL), "refused"},
      {ColumnType::int32, Value::real(std::numeric_limits<double>::quiet_NaN()), "refused"},
      {ColumnType::int32, text(" 42 "), "i42"},
      {ColumnType::int32, text("4.2e1"), "i42"},
      {ColumnType::int32, text("42 kg"), "refused"},
      {ColumnType::int32, Value::boolean(true), "refused"},
      {ColumnType::int32, Value::time({90000}), "i90"},
      {ColumnType::int64, text("9223372036854775807"), "i9223372036854775807"},
      {ColumnType::int64, text("9223372036854775808"), "refused"},
      {ColumnType::real, Value::integer(2), "r2.000000"},
      {ColumnType::real, text("2.5"), "r2.500000"},
      {ColumnType::real, text("two"), "refused"},
      {ColumnType::real, Value::time({1500}), "r1.500000"},
      {ColumnType::date, text("1970-01-02"), "d1"},
      {ColumnType::date, text("2!1!1970"), "d1"},
      {ColumnType::date, text("1970/01/02"), "d1"},
      {ColumnType::date, text("01/02/1970"), "d1"},
      {ColumnType::date, text("soon"), "refused"},
      {ColumnType::date, Value::integer(1), "refused"},
      {ColumnType::date, Value::instant(startOfDay(Date{7})), "d7"},
      {ColumnType::instant, text("1970-01-01T00:00:01Z"), "m1000"},
      {ColumnType::instant, Value::instant({5}), "m5"},
      {ColumnType::instant, Value::date(Date{3}), "m" + std::to_string(startOfDay(Date{3}).ms)},
      {ColumnType::instant, text("1970-01-04"), "m" + std::to_string(startOfDay(Date{3}).ms)},
      {ColumnType::instant, text("later"), "refused"},
      {ColumnType::duration, text("00:01:00"), "t60000"},
      {ColumnType::duration, Value::integer(60), "t60000"},
      {ColumnType::duration, Value::real(0.5), "t500"},
      {ColumnType::duration, Value::time({7}), "t7"},
      {ColumnType::duration, Value::integer(std::int64_t{596000} * 3600 + 1), "refused"},
      {ColumnType::duration, Value::integer(INT64_MAX), "refused"},
      {ColumnType::duration, text("60"), "refused"},
      {ColumnType::uuid, text("0e984725-c51c-4bf4-9960-e1c80e27aba0"), "'0E984725C51C4BF49960E1C80E27ABA0'"},
      {ColumnType::uuid, text("0e98"), "refused"},
      {ColumnType::text, Value::integer(-7), "'-7'"},
      {ColumnType::text, Value::real(2.5), "'2.5'"},
      {ColumnType::text, Value::real(3), "'3'"},
      {ColumnType::text, Value::boolean(true), "refused"},
      {ColumnType::text, Value::date(Date{0}), "refused"},
      {ColumnType::object, Value::object(Object::make()), "object"},
      {ColumnType::object, Value::collection(Collection::make()), "refused"},
      {ColumnType::object, text("{}"), "refused"},
      {ColumnType::blob, Value::blob("x"), "blob"},
      {ColumnType::blob, text("/RESOURCES/a.bin"), "blob"},
      {ColumnType::blob, text("words"), "refused"},
      {ColumnType::picture, text("/RESOURCES/a.png"), "picture"},
      {ColumnType::picture, Value::blob("x"), "refused"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(shown(convertTo(row.target, row.value)), row.expected)
        << name(row.target) << " from " << shown(row.value);
  }
}

TEST(Convert, NumbersOfBodiesAreMilliseconds) {
  EXPECT_EQ(shown(convertTo(ColumnType::duration, Value::integer(60), NumberAsDuration::milliseconds)), "t60");
  EXPECT_EQ(shown(convertTo(ColumnType::duration, Value::time({60}), NumberAsDuration::milliseconds)), "t60");
}

TEST(Convert, PathsBecomeReferences) {
  EXPECT_EQ(convertTo(ColumnType::picture, text("/RESOURCES/a.png")).value().asBlob().path, "/RESOURCES/a.png");
}

}  // namespace
}  // namespace qodly
