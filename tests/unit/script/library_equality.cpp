// Equality of elements, deep equality, and different values.
#include <gtest/gtest.h>

#include "script/library/collection_distinct.h"
#include "script/library/element_equality.h"
#include "script/library/property_path.h"
#include "value/json.h"

namespace qodly::script::library {
namespace {

constexpr double epsilon = 1e-6;

const Collation& english() {
  static const auto collation = Collation::forLocale("en");
  return *collation;
}

Value parsed(std::string_view json) { return json::parse(json).value(); }

std::size_t indexOf(const Value& collection, const Value& searched, std::size_t from = 0) {
  return ElementSearch(searched, english(), epsilon).first(collection.asCollection().elements(), from);
}

TEST(ElementSearch, TextsTakeWildcardsOfTheSearchedValueOnly) {
  const Value names = parsed(R"(["Ana","ANA","ána","Bo@t","Boat"])");
  EXPECT_EQ(ElementSearch(Value::text("ana"), english(), epsilon).count(names.asCollection().elements()), 3U);
  EXPECT_EQ(indexOf(names, Value::text("b@")), 3U);
  EXPECT_EQ(indexOf(names, Value::text("boat")), 4U);
  EXPECT_EQ(indexOf(names, Value::text("b@@")), ElementSearch::none);
  EXPECT_EQ(indexOf(names, Value::text("@"), 2), 2U);
}

TEST(ElementSearch, TypesNeverMix) {
  const Value mixed = parsed(R"([1,"1",true,null,{"a":1},[1]])");
  EXPECT_EQ(indexOf(mixed, Value::text("1")), 1U);
  EXPECT_EQ(indexOf(mixed, Value::boolean(true)), 2U);
  EXPECT_EQ(indexOf(mixed, Value::null()), 3U);
  EXPECT_EQ(indexOf(mixed, Value()), 3U);
  EXPECT_EQ(indexOf(mixed, parsed(R"({"a":1})")), ElementSearch::none);
  EXPECT_EQ(indexOf(mixed, mixed.asCollection().elements()[4]), 4U);
  EXPECT_EQ(indexOf(mixed, Value::real(1.0000001)), 0U);
  EXPECT_EQ(ElementSearch(Value::text("1"), english(), epsilon).last(mixed.asCollection().elements(), 5), 1U);
}

TEST(DeepEqual, ComparesContent) {
  const auto equal = [](std::string_view left, std::string_view right, TextEquality texts = TextEquality::ignoring) {
    return deepEqual(parsed(left), parsed(right), texts, english(), epsilon);
  };
  EXPECT_TRUE(equal(R"([{"a":1,"b":["Élan"]}])", R"([{"b":["elan"],"a":1}])"));
  EXPECT_FALSE(equal(R"([{"a":1,"b":["Élan"]}])", R"([{"b":["elan"],"a":1}])", TextEquality::exact));
  EXPECT_FALSE(equal(R"([{"a":1}])", R"([{"A":1}])"));
  EXPECT_FALSE(equal(R"([{"a":null}])", R"([{}])"));
  EXPECT_FALSE(equal("[1,2]", "[1]"));
  EXPECT_FALSE(equal(R"(["x"])", R"(["x@"])"));
  EXPECT_FALSE(equal("[1]", R"(["1"])"));
}

TEST(DeepEqual, EndsOnCycles) {
  const Value left = Value::collection(Collection::make());
  const Value right = Value::collection(Collection::make());
  left.asCollection().push(left);
  right.asCollection().push(right);
  EXPECT_TRUE(deepEqual(left, right, TextEquality::exact, english(), epsilon));
  left.asCollection().elements().clear();
  right.asCollection().elements().clear();
}

std::string distinct(std::string_view json, bool diacritical) {
  const Value values = parsed(json);
  std::vector<const Value*> pointers;
  for (const Value& value : values.asCollection().elements()) pointers.push_back(&value);
  std::string text;
  for (const DistinctValue& item : distinctValues(pointers, diacritical, english())) {
    text += json::text(*item.value) + "x" + std::to_string(item.count) + " ";
  }
  return text;
}

TEST(Distinct, KeepsTheFirstAndSorts) {
  EXPECT_EQ(distinct(R"(["B","b","a",null,2,1,2.0,true])", false), R"(truex1 "a"x1 "B"x2 1x1 2x2 )");
  EXPECT_EQ(distinct(R"(["t","T","s"])", true), R"("s"x1 "t"x1 "T"x1 )");
  EXPECT_EQ(distinct(R"(["B","A","b","a","A"])", true), R"("a"x1 "A"x2 "b"x1 "B"x1 )");
  EXPECT_EQ(distinct(R"([{"a":1},{"a":1},"@","x"])", false), R"("@"x1 "x"x1 {"a":1}x1 {"a":1}x1 )");
}

TEST(PropertyPath, FindsAndStores) {
  const Value object = parsed(R"({"a":{"b":[1,2,3],"c":null}})");
  Value scratch;
  const auto at = [&](std::string_view path) {
    const Value* found = PropertyPath::parse(path)->find(object, scratch);
    return found != nullptr ? json::text(*found) : "nothing";
  };
  EXPECT_EQ(at("a.b"), "[1,2,3]");
  EXPECT_EQ(at("a.b.length"), "3");
  EXPECT_EQ(at("a.c"), "null");
  EXPECT_EQ(at("a.c.d"), "nothing");
  EXPECT_EQ(at("A"), "nothing");
  EXPECT_FALSE(PropertyPath::parse("a..b"));
  EXPECT_FALSE(PropertyPath::parse(""));
  const Value target = parsed(R"({"geo":5})");
  PropertyPath::parse("geo.lat")->store(target.asObject(), Value::integer(7));
  EXPECT_EQ(json::text(target), R"({"geo":{"lat":7}})");
}

}  // namespace
}  // namespace qodly::script::library
