// Random query trees over random data give what a naive evaluation gives: with and without indexes, outside and inside
// transactions, on the whole class and within a selection.
#include <gtest/gtest.h>

#include "tests/unit/engine/random_marina.h"

namespace qodly::engine::test {
namespace {

using query::Node;

std::string outline(const Node& node) {
  std::string text = std::to_string(static_cast<int>(node.kind));
  if (node.kind == Node::Kind::condition) {
    text += ":" + std::to_string(node.condition.attribute.attribute) + " op" +
            std::to_string(static_cast<int>(node.condition.op)) + " type" +
            std::to_string(static_cast<int>(node.condition.value.type())) + " access" +
            std::to_string(static_cast<int>(node.access));
    if (node.condition.value.isText()) text += " '" + std::string(node.condition.value.asText().substr(0, 20)) + "'";
    for (const auto& step : node.condition.attribute.object) text += " ." + step.name + (step.each ? "[]" : "");
  }
  text += "(";
  for (const Node& child : node.children) text += outline(child) + " ";
  return text + ")";
}

void check(RandomMarina& random, const RecordSet* within) {
  query::Plan plan;
  plan.dataClass = within != nullptr || random.chance(80) ? boat : harbour;
  plan.root = random.tree(plan.dataClass, 3);
  query::Trace trace;
  const bool traced = random.chance(30);
  const auto found = random.marina().engine().run(plan, random.marina().overlay(), within, traced ? &trace : nullptr);
  ASSERT_TRUE(found.has_value()) << found.error().text();
  RecordSet expected = random.expected(plan.root);
  if (within != nullptr) expected = expected.intersect(*within);
  ASSERT_EQ(found->toVector(), expected.toVector()) << outline(plan.root);
  EXPECT_FALSE(found->isOrdered());
  if (traced) {
    EXPECT_EQ(trace.root.found, expected.size());
  }
}

class RandomPlans : public testing::TestWithParam<unsigned> {};

TEST_P(RandomPlans, AgreeWithNaiveEvaluation) {
  RandomMarina random(GetParam());
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 60; ++i) random.write();
    for (int i = 0; i < 60; ++i) check(random, nullptr);
  }
}

TEST_P(RandomPlans, SeeTheirTransaction) {
  RandomMarina random(GetParam() + 1000);
  for (int i = 0; i < 120; ++i) random.write();
  for (int level = 0; level < 3; ++level) {
    random.marina().begin();
    for (int i = 0; i < 40; ++i) random.write();
    for (int i = 0; i < 60; ++i) check(random, nullptr);
  }
  random.marina().cancelAll();
  for (int i = 0; i < 20; ++i) check(random, nullptr);
}

TEST_P(RandomPlans, StayWithinASelection) {
  RandomMarina random(GetParam() + 2000);
  for (int i = 0; i < 200; ++i) random.write();
  std::vector<RecordNumber> members;
  for (int i = 0; i < 80; ++i) members.push_back(random.below(220));
  const RecordSet ordered = RecordSet::ordered(members);
  const RecordSet unordered = RecordSet::unordered(ordered.toBitmap());
  for (int i = 0; i < 60; ++i) check(random, random.chance(50) ? &ordered : &unordered);
  random.marina().begin();
  for (int i = 0; i < 40; ++i) random.write();
  for (int i = 0; i < 60; ++i) check(random, random.chance(50) ? &ordered : &unordered);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPlans, testing::Range(1u, 9u));

TEST(Plan, LinkedConditionsHoldOnOneElement) {
  Marina marina;
  Row both(b::count), split(b::count), none(b::count);
  both[b::gear] = jsonValue(R"({"sails":[{"kind":"jib","area":24}]})");
  split[b::gear] = jsonValue(R"({"sails":[{"kind":"jib","area":12},{"kind":"main","area":30}]})");
  const RecordNumber first = marina.insert(boat, both);
  marina.insert(boat, split);
  marina.insert(boat, none);
  Node linked;
  linked.kind = Node::Kind::linked;
  linked.dataClass = boat;
  linked.children.push_back(condition(boat, b::gear, query::Operator::equal, Value::text("jib")));
  linked.children.push_back(condition(boat, b::gear, query::Operator::greater, Value::integer(20)));
  linked.children[0].condition.attribute.object = {{"sails", true, 's'}, {"kind"}};
  linked.children[1].condition.attribute.object = {{"sails", true, 's'}, {"area"}};
  const auto found = marina.engine().run({boat, linked, {}}, nullptr, nullptr, nullptr);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->toVector(), std::vector{first});
}

TEST(Plan, ConstantConditionsAnswerForEveryEntity) {
  Marina marina;
  const RecordNumber only = marina.insert(boat, Row(b::count));
  for (const bool answer : {false, true}) {
    Node node = condition(boat, b::crew, query::Operator::equal, Value::integer(3));
    node.condition.constant = answer;
    for (const auto access : {Node::Access::sequential, Node::Access::index}) {
      node.access = access;
      const auto found = marina.engine().run({boat, node, {}}, nullptr, nullptr, nullptr);
      ASSERT_TRUE(found.has_value());
      EXPECT_EQ(found->toVector(), answer ? std::vector{only} : std::vector<RecordNumber>());
    }
  }
}

TEST(Plan, TraceMirrorsThePlan) {
  Marina marina;
  for (int i = 0; i < 10; ++i) {
    Row row(b::count);
    row[b::id] = Value::integer(i);
    row[b::crew] = row[b::plainCrew] = Value::integer(i);
    marina.insert(boat, row);
  }
  Node both;
  both.kind = Node::Kind::conjunction;
  both.dataClass = boat;
  both.children.push_back(condition(boat, b::crew, query::Operator::less, Value::integer(6)));
  both.children[0].access = Node::Access::index;
  both.children.push_back(condition(boat, b::plainCrew, query::Operator::greater, Value::integer(3)));
  const query::Plan plan{boat, both, {}};
  query::Trace trace;
  ASSERT_TRUE(marina.engine().run(plan, nullptr, nullptr, &trace).has_value());
  ASSERT_EQ(trace.root.steps.size(), 2u);
  EXPECT_EQ(trace.root.node, &plan.root);
  EXPECT_EQ(trace.root.found, 2u);
  EXPECT_EQ(trace.root.steps[0].found, 6u);
  EXPECT_EQ(trace.root.steps[1].found, 2u);
  EXPECT_EQ(trace.root.steps[1].node, &plan.root.children[1]);
}

// Enough records for several chunks and all workers.
TEST(Plan, ParallelPassesAgreeWithIndexes) {
  Marina marina;
  ChangeSet changes;
  const storage::TableId table = marina.engine().schema()->tables[boat];
  constexpr int count = 60'000;
  for (int i = 0; i < count; ++i) {
    Row row(b::count);
    row[b::id] = Value::integer(i);
    row[b::crew] = row[b::plainCrew] = Value::integer(i * 7919 % 1000);
    row[b::name] = row[b::plainName] = Value::text("boat " + std::to_string(i * 31 % 977));
    row[b::harbourId] = Value::integer(i % 500);
    changes.put({table, marina.engine().reserve(boat)}, marina.change(boat, row, storage::Change::Kind::insert));
  }
  ASSERT_TRUE(marina.engine().commit(std::move(changes), 1, 0).has_value());
  const auto run = [&](Node node) {
    return *marina.engine().run({boat, std::move(node), {}}, nullptr, nullptr, nullptr);
  };
  Node indexed = condition(boat, b::crew, query::Operator::less, Value::integer(300));
  indexed.access = Node::Access::index;
  EXPECT_EQ(run(condition(boat, b::plainCrew, query::Operator::less, Value::integer(300))), run(indexed));
  Node prefix = condition(boat, b::name, query::Operator::equal, Value::text("BOAT 9@"));
  prefix.access = Node::Access::index;
  EXPECT_EQ(run(condition(boat, b::plainName, query::Operator::equal, Value::text("boat 9@"))), run(prefix));
  EXPECT_EQ(run(indexed).size(), 18'000u);
  Node two;
  two.kind = Node::Kind::conjunction;
  two.dataClass = boat;
  two.children = {condition(boat, b::plainCrew, query::Operator::less, Value::integer(300)),
                  condition(boat, b::plainName, query::Operator::equal, Value::text("@9"))};
  EXPECT_EQ(run(two),
            run(indexed).intersect(run(condition(boat, b::plainName, query::Operator::equal, Value::text("@9")))));
}

}  // namespace
}  // namespace qodly::engine::test
