// Aggregates, distinct values and following relations against the reference.
#include <gtest/gtest.h>

#include "tests/unit/engine/random_marina.h"
#include "value/compare.h"

namespace qodly::engine::test {
namespace {

std::vector<Value> valuesOf(RandomMarina& random, std::uint32_t attribute, const std::vector<RecordNumber>& members) {
  std::vector<Value> values;
  for (const RecordNumber number : members) {
    const auto found = random.marina().state()[boat].find(number);
    if (found == random.marina().state()[boat].end()) continue;
    Value value = random.marina().read(boat, found->second, attribute);
    if (!value.isMissing()) values.push_back(std::move(value));
  }
  return values;
}

void checkAggregate(RandomMarina& random, std::uint32_t attribute, const RecordSet& members) {
  const auto result =
      random.marina().engine().aggregate(path(boat, attribute), boat, members, random.marina().overlay());
  ASSERT_TRUE(result.has_value());
  std::vector<Value> values = valuesOf(random, attribute, members.toVector());
  EXPECT_EQ(result->count, values.size());
  double sum = 0;
  for (const Value& value : values) sum += value.isNumber() ? value.asNumber() : 0;
  if (attribute == b::crew || attribute == b::metres || attribute == b::rank) {
    EXPECT_DOUBLE_EQ(result->sum, sum);
    EXPECT_EQ(result->numbers, values.size());
  }
  const Collation& collation = random.marina().engine().collation();
  std::ranges::stable_sort(values, [&](const Value& a, const Value& b) { return sortOrder(a, b, collation) < 0; });
  if (values.empty()) {
    EXPECT_TRUE(result->minimum.isUndefined());
    EXPECT_TRUE(result->maximum.isUndefined());
    return;
  }
  EXPECT_TRUE(equalValues(result->minimum, values.front(), collation));
  EXPECT_TRUE(equalValues(result->maximum, values.back(), collation));
}

void checkDistinct(RandomMarina& random, std::uint32_t attribute, const RecordSet& members, bool exact) {
  const auto result =
      random.marina().engine().distinct(path(boat, attribute), boat, members, exact, random.marina().overlay());
  ASSERT_TRUE(result.has_value());
  const Collation& collation = random.marina().engine().collation();
  std::vector<orda::DistinctValue> expected;
  for (const Value& value : valuesOf(random, attribute, members.toVector())) {
    const auto same = std::ranges::find_if(expected, [&](const orda::DistinctValue& other) {
      return exact && value.isText() ? value.identical(other.value) : equalValues(value, other.value, collation);
    });
    if (same == expected.end()) {
      expected.push_back({value, 1});
    } else {
      ++same->count;
    }
  }
  ASSERT_EQ(result->size(), expected.size());
  for (std::size_t i = 0; i < result->size(); ++i) {
    EXPECT_TRUE(i == 0 || sortOrder((*result)[i - 1].value, (*result)[i].value, collation) <= 0);
    const auto same = std::ranges::find_if(
        expected, [&](const orda::DistinctValue& other) { return other.value.identical((*result)[i].value); });
    ASSERT_NE(same, expected.end()) << "not the representative first met";
    EXPECT_EQ(same->count, (*result)[i].count);
  }
}

class RandomStatistics : public testing::TestWithParam<unsigned> {};

TEST_P(RandomStatistics, AgreeWithReference) {
  RandomMarina random(GetParam());
  for (int i = 0; i < 200; ++i) random.write();
  for (int round = 0; round < 2; ++round) {
    std::vector<RecordNumber> some;
    for (int i = 0; i < 90; ++i) some.push_back(random.below(260));
    for (const RecordSet& members :
         {random.marina().engine().all(boat, random.marina().overlay()), RecordSet::ordered(some), RecordSet()}) {
      for (const std::uint32_t attribute : {b::crew, b::metres, b::rank, b::name, b::built, b::watch, b::racing}) {
        checkAggregate(random, attribute, members);
        checkDistinct(random, attribute, members, random.chance(50));
      }
    }
    random.marina().begin();
    for (int i = 0; i < 60; ++i) random.write();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomStatistics, testing::Range(1u, 5u));

query::BoundPath kinds() {
  query::BoundPath kind = path(boat, b::gear);
  kind.attribute.object = {{"kind"}};
  return kind;
}

TEST(Aggregates, MixedTypesInObjects) {
  Marina marina;
  for (const char* text : {R"({"kind":7})", R"({"kind":"Ketch"})", R"({"kind":true})", R"({"kind":{"a":1}})",
                           R"({"kind":null})", R"({})", R"({"kind":3.5})", R"({"kind":false})"}) {
    Row row(b::count);
    row[b::gear] = jsonValue(text);
    marina.insert(boat, row);
  }
  const RecordSet all = marina.engine().all(boat, nullptr);
  const auto result = marina.engine().aggregate(kinds(), boat, all, nullptr);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->count, 5u);
  EXPECT_EQ(result->numbers, 2u);
  EXPECT_DOUBLE_EQ(result->sum, 10.5);
  ASSERT_EQ(result->minimum.type(), Type::boolean);
  EXPECT_FALSE(result->minimum.asBoolean());
  ASSERT_EQ(result->maximum.type(), Type::boolean);
  EXPECT_TRUE(result->maximum.asBoolean());
  const auto distinct = marina.engine().distinct(kinds(), boat, all, false, nullptr);
  ASSERT_TRUE(distinct.has_value());
  EXPECT_EQ(distinct->size(), 5u);  // false, true, "Ketch", 3.5, 7
  EXPECT_EQ((*distinct)[2].value.asText(), "Ketch");
}

TEST(Aggregates, DatesAverageInSecondsAndDurationsInMilliseconds) {
  Marina marina;
  for (const int day : {10, 20}) {
    Row row(b::count);
    row[b::id] = Value::integer(day);
    row[b::built] = Value::date(Date{day});
    row[b::watch] = Value::time(Duration{day * 1000});
    marina.insert(boat, row);
  }
  const RecordSet all = marina.engine().all(boat, nullptr);
  const auto days = marina.engine().aggregate(path(boat, b::built), boat, all, nullptr);
  EXPECT_DOUBLE_EQ(days->sum / static_cast<double>(days->numbers), 15 * 86400);
  EXPECT_DOUBLE_EQ(marina.engine().aggregate(path(boat, b::watch), boat, all, nullptr)->sum, 30'000);
}

TEST(Distinct, ElementsCountOncePerEntity) {
  Marina marina;
  Row row(b::count);
  row[b::gear] = jsonValue(R"({"tags":["red","Red","blue"]})");
  marina.insert(boat, row);
  row[b::gear] = jsonValue(R"({"tags":["RED"]})");
  marina.insert(boat, row);
  query::BoundPath tags = path(boat, b::gear);
  tags.attribute.object = {{"tags", true}};
  const auto distinct = marina.engine().distinct(tags, boat, marina.engine().all(boat, nullptr), false, nullptr);
  ASSERT_TRUE(distinct.has_value());
  ASSERT_EQ(distinct->size(), 2u);
  EXPECT_EQ((*distinct)[0].value.asText(), "blue");
  EXPECT_EQ((*distinct)[1].value.asText(), "red");
  EXPECT_EQ((*distinct)[1].count, 2u);
}

TEST(Follow, GoesBothWaysInsideATransaction) {
  RandomMarina random(77);
  for (int i = 0; i < 200; ++i) random.write();
  random.marina().begin();
  for (int i = 0; i < 60; ++i) random.write();
  orda::Engine& engine = random.marina().engine();
  const Overlay* overlay = random.marina().overlay();
  for (const Relation relation : {byId, byCode}) {
    query::Node join;
    join.kind = query::Node::Kind::related;
    join.negative = true;
    join.dataClass = boat;
    join.hop = {relation, false, 0};
    const RecordSet sailing = random.expected(join);
    join.dataClass = harbour;
    join.hop.toMany = true;
    const RecordSet used = random.expected(join);
    EXPECT_EQ(*engine.follow({relation, false, 0}, engine.all(boat, overlay), overlay), used);
    EXPECT_EQ(*engine.follow({relation, true, 0}, engine.all(harbour, overlay), overlay), sailing);
  }
}

}  // namespace
}  // namespace qodly::engine::test
