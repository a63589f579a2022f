// The order of elements: groups, stability, descending, several levels; and sorting by a function.
#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "script/library/collection_order.h"
#include "script/library/sort_callback.h"
#include "value/json.h"

namespace qodly::script::library {
namespace {

const Collation& english() {
  static const auto collation = Collation::forLocale("en");
  return *collation;
}

std::vector<Value> elementsOf(std::string_view json) { return json::parse(json).value().asCollection().elements(); }

std::vector<std::uint32_t> order(std::span<const Value> elements, bool descending = false) {
  SortLevel level;
  level.elements = elements;
  level.descending = descending;
  return sortedPositions({&level, 1}, elements.size(), english());
}

using Positions = std::vector<std::uint32_t>;

TEST(CollectionOrder, GroupsStandInTheirOrder) {
  std::vector<Value> values = elementsOf(R"([{"a":1}, 7, "zz", true, null, [1], "Aa", -3.5, false])");
  values.push_back(Value::date(*Date::fromCivil(2030, 1, 1)));
  values.emplace_back();
  EXPECT_EQ(order(values), (Positions{10, 4, 8, 3, 6, 2, 7, 1, 0, 5, 9}));
  EXPECT_EQ(order(values, true), (Positions{9, 5, 0, 1, 7, 2, 6, 3, 8, 4, 10}));
}

TEST(CollectionOrder, ObjectsAndEqualTextsKeepTheirPlaces) {
  EXPECT_EQ(order(elementsOf(R"([{"b":1}, "abc", {"a":1}, "ABC", "äbc"])")), (Positions{1, 3, 4, 0, 2}));
  EXPECT_EQ(order(elementsOf(R"([{"b":1}, "abc", {"a":1}, "ABC", "äbc"])"), true), (Positions{0, 2, 1, 3, 4}));
}

TEST(CollectionOrder, NumbersOfEveryKind) {
  std::vector<Value> values{Value::real(2.5),
                            Value::integer(2),
                            Value::real(-0.0),
                            Value::integer(0),
                            Value::real(-1e300),
                            Value::integer(9007199254740993),
                            Value::real(9007199254740992.0),
                            Value::markedTime(Duration{1})};
  EXPECT_EQ(order(values), (Positions{4, 2, 3, 7, 1, 0, 6, 5}));
}

TEST(CollectionOrder, LaterLevelsDecideAmongEqualOnes) {
  const std::vector<Value> first = elementsOf(R"(["b","a","B","A","a"])");
  const std::vector<Value> second = elementsOf("[1,3,2,5,4]");
  std::vector<SortLevel> levels(2);
  levels[0].elements = first;
  levels[1].elements = second;
  levels[1].descending = true;
  EXPECT_EQ(sortedPositions(levels, 5, english()), (Positions{3, 4, 1, 2, 0}));
}

TEST(CollectionOrder, ManyTextsWithLongCommonBeginnings) {
  std::mt19937 random(7);
  std::vector<Value> values;
  for (int i = 0; i < 5000; ++i) {
    const std::string prefix = random() % 2 == 0 ? "customer number " : "customer number twenty-";
    values.push_back(Value::text(prefix + std::to_string(random() % 900)));
  }
  for (const bool descending : {false, true}) {
    const Positions sorted = order(values, descending);
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      const auto compared = english().compare(values[sorted[i - 1]].asText(), values[sorted[i]].asText());
      ASSERT_TRUE(compared == 0 ? sorted[i - 1] < sorted[i] : (compared < 0) != descending) << i;
    }
  }
}

TEST(CollectionOrder, ManyNumbers) {
  std::mt19937 random(11);
  std::vector<Value> values;
  for (int i = 0; i < 5000; ++i) {
    values.push_back(i % 3 == 0 ? Value::integer(static_cast<std::int64_t>(random() % 1000) - 500)
                                : Value::real(static_cast<double>(random()) / 7e6 - 300));
  }
  for (const bool descending : {false, true}) {
    Positions expected(values.size());
    for (std::uint32_t i = 0; i < expected.size(); ++i) expected[i] = i;
    std::ranges::stable_sort(expected, [&](std::uint32_t left, std::uint32_t right) {
      return descending ? values[left].asNumber() > values[right].asNumber()
                        : values[left].asNumber() < values[right].asNumber();
    });
    EXPECT_EQ(order(values, descending), expected);
  }
}

TEST(CollectionOrder, ByFunctionIsStableAndAsksLittle) {
  std::mt19937 random(3);
  std::vector<unsigned> keys(1000);
  for (unsigned& key : keys) key = static_cast<unsigned>(random() % 50);
  std::size_t asked = 0;
  const auto sorted = mergeSorted(keys.size(), [&](std::uint32_t left, std::uint32_t right) {
    ++asked;
    return keys[left] < keys[right] ? 1 : 0;
  });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    ASSERT_TRUE(keys[sorted[i - 1]] < keys[sorted[i]] ||
                (keys[sorted[i - 1]] == keys[sorted[i]] && sorted[i - 1] < sorted[i]));
  }
  EXPECT_LT(asked, 10000U);
}

TEST(CollectionOrder, ByFunctionSurvivesAnyAnswer) {
  std::mt19937 random(5);
  auto sorted = mergeSorted(777, [&](std::uint32_t, std::uint32_t) { return static_cast<int>(random() % 2); });
  std::ranges::sort(sorted);
  for (std::uint32_t i = 0; i < 777; ++i) ASSERT_EQ(sorted[i], i);
  EXPECT_TRUE(mergeSorted(100, [](std::uint32_t, std::uint32_t) { return -1; }).empty());
}

}  // namespace
}  // namespace qodly::script::library
