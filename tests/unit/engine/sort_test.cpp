// Sorting agrees with a stable sort of the reference by the rules of orda.md 13.7.
#include <gtest/gtest.h>

#include "tests/unit/engine/random_marina.h"
#include "value/compare.h"

namespace qodly::engine::test {
namespace {

// Value of a sort key on the reference.
Value keyOf(RandomMarina& random, const query::SortKey& key, const Row& row) {
  const query::AttributeRef& attribute = key.path.attribute;
  if (!key.path.hops.empty()) {
    const bool id = key.path.hops.front().relation == byId;
    for (const auto& [number, other] : random.marina().state()[harbour]) {
      const Value& one = other[id ? h::id : h::code];
      if (equalValues(row[id ? b::harbourId : b::harbourCode], one, random.marina().engine().collation())) {
        return random.marina().read(harbour, other, attribute.attribute);
      }
    }
    return Value::null();
  }
  Value value = random.marina().read(boat, row, attribute.attribute);
  for (const query::ObjectStep& step : attribute.object) {
    value = value.isObject() ? value.asObject().get(step.name) : Value();
  }
  return value;
}

std::vector<RecordNumber> expected(RandomMarina& random, std::vector<RecordNumber> source,
                                   const std::vector<query::SortKey>& keys) {
  const Table& table = random.marina().state()[boat];
  std::erase_if(source, [&](RecordNumber number) { return !table.contains(number); });
  std::ranges::stable_sort(source, [&](RecordNumber left, RecordNumber right) {
    for (const query::SortKey& key : keys) {
      const auto order = sortOrder(keyOf(random, key, table.at(left)), keyOf(random, key, table.at(right)),
                                   random.marina().engine().collation());
      if (order != 0) return key.descending ? order > 0 : order < 0;
    }
    return false;
  });
  return source;
}

query::SortKey randomKey(RandomMarina& random) {
  static constexpr std::array<std::uint32_t, 12> plain{b::name,      b::plainName, b::metres,   b::crew,
                                                       b::plainCrew, b::built,     b::launched, b::watch,
                                                       b::racing,    b::uid,       b::rank,     b::log};
  query::SortKey key = sortKey(boat, plain[random.below(plain.size())], random.chance(50));
  if (random.chance(15)) {
    key = sortKey(boat, b::gear, random.chance(50));
    key.path.attribute.object = {{"kind"}};
  } else if (random.chance(20)) {
    key = sortKey(harbour, random.chance(50) ? h::name : h::depth, random.chance(50));
    key.path.hops.push_back({random.chance(50) ? byId : byCode, false, 0});
  }
  return key;
}

void check(RandomMarina& random) {
  std::vector<query::SortKey> keys{randomKey(random)};
  while (random.chance(40)) keys.push_back(randomKey(random));
  std::vector<RecordNumber> source;
  for (unsigned i = 0; i < 260; ++i) {
    if (random.chance(70)) source.push_back(random.below(260));
  }
  RecordSet members = RecordSet::ordered(source);
  if (random.chance(60)) {
    members = random.chance(50) ? random.marina().engine().all(boat, random.marina().overlay())
                                : RecordSet::unordered(members.toBitmap());
    source = members.toVector();
  }
  const auto sorted = random.marina().engine().sort(boat, members, keys, random.marina().overlay());
  ASSERT_TRUE(sorted.has_value());
  EXPECT_TRUE(sorted->isOrdered());
  ASSERT_EQ(sorted->toVector(), expected(random, source, keys)) << keys[0].path.attribute.attribute;
}

class RandomSorts : public testing::TestWithParam<unsigned> {};

TEST_P(RandomSorts, AgreeWithStableSort) {
  RandomMarina random(GetParam());
  for (int i = 0; i < 200; ++i) random.write();
  for (int i = 0; i < 40; ++i) check(random);
  random.marina().begin();
  for (int i = 0; i < 40; ++i) random.write();
  for (int i = 0; i < 40; ++i) check(random);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSorts, testing::Range(1u, 7u));

TEST(Sort, PlanOrderKeepsSourceOrderForTies) {
  Marina marina;
  for (int i = 0; i < 6; ++i) {
    Row row(b::count);
    row[b::id] = Value::integer(i);
    row[b::crew] = Value::integer(i % 2);
    marina.insert(boat, row);
  }
  query::Plan plan;
  plan.dataClass = boat;
  plan.root.dataClass = boat;
  plan.order = {sortKey(boat, b::crew, true)};
  const RecordSet within = RecordSet::ordered({5, 0, 3, 2, 3, 1});
  const auto found = marina.engine().run(plan, nullptr, &within, nullptr);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->toVector(), (std::vector<RecordNumber>{5, 3, 1, 0, 2}));
}

}  // namespace
}  // namespace qodly::engine::test
