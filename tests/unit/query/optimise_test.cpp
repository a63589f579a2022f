// Accesses and order of criteria, with made-up statistics; and the exact texts of plans and paths.
#include <map>

#include <gtest/gtest.h>

#include "tests/unit/query/marina.h"
#include "tests/unit/query/show.h"
#include "value/json.h"

namespace qodly::query {
namespace {

using Access = Node::Access;

class FakeStatistics final : public Statistics {
 public:
  explicit FakeStatistics(const model::Model& model) : model_(model) {}

  std::uint64_t count(std::uint32_t dataClass) const override { return counts.at(model_.classes[dataClass].name); }
  bool hasIndex(std::uint32_t dataClass, std::uint32_t attribute, Access access) const override {
    const model::Attribute& definition = model_.classes[dataClass].attributes[attribute];
    if (access == Access::keywordIndex) return definition.keywordIndexed;
    return definition.indexed && (access == Access::objectIndex) == (definition.type == model::AttributeType::object);
  }
  std::uint64_t estimate(const Condition& condition, Access) const override {
    const std::string& name =
        model_.classes[condition.attribute.dataClass].attributes[condition.attribute.attribute].name;
    const auto known = estimates.find(name);
    return known == estimates.end() ? 10 : known->second;
  }

  std::map<std::string, std::uint64_t> counts{
      {"Boat", 10000}, {"Harbour", 100}, {"Sailor", 5000}, {"Crewing", 20000}, {"Berth", 50}};
  std::map<std::string, std::uint64_t> estimates;

 private:
  const model::Model& model_;
};

class Optimise : public testing::Test {
 protected:
  Plan plan(std::string_view text, std::vector<Value> values = {}) {
    Parameters parameters;
    parameters.values = std::move(values);
    auto plan = bind(*parse(text), model, test::classIndex(model, "Boat"), parameters);
    EXPECT_TRUE(plan) << text;
    optimise(*plan, model, statistics);
    return std::move(*plan);
  }
  Access access(std::string_view text) { return plan(text).root.access; }
  std::string described(std::string_view text) { return json::text(describe(plan(text), model)); }

  const model::Model model = test::marina();
  FakeStatistics statistics{model};
};

TEST_F(Optimise, AccessOfConditions) {
  for (const char* text : {"ID = 5", "ID === 5", "ID > 5", "ID in [1,2]", "name = x", "name = 'x@'", "name = 'a@z'",
                           "name begin x", "name === '@x'", "name >= x", "name in [a,'b@']", "name != x", "name !== x",
                           "name = null", "name is not null"}) {
    EXPECT_EQ(access(text), Access::index) << text;
  }
  for (const char* text : {"name = '@x'", "name = '@'", "name != '@x'", "name in [a,'@b']", "metres = 5",
                           "metres = null", "name % x", "tag = x", "ID = abc", "ID = null"}) {
    EXPECT_EQ(access(text), Access::sequential) << text;
  }
  EXPECT_EQ(access("log % storm"), Access::keywordIndex);
  for (const char* text : {"gear.a = x", "gear.sails[].kind = jib", "gear.a > 5", "gear.a = true", "gear.a begin x",
                           "gear.a != x", "gear.sails[].kind != jib"}) {
    EXPECT_EQ(access(text), Access::objectIndex) << text;
  }
  for (const char* text :
       {"gear.a = 2021-03-09", "gear.a % x", "gear.a = null", "gear.a = '@x'", "gear.sails[k].kind != jib"}) {
    EXPECT_EQ(access(text), Access::sequential) << text;
  }
}

TEST_F(Optimise, ConjunctionStartsWithTheSmallestSet) {
  statistics.estimates = {{"name", 50}, {"ID", 3}};
  const Plan ordered = plan("metres > 3 and gear.x = '@a' and name = x and ID > 5");
  EXPECT_EQ(test::show(ordered.root, model), "(and {ID > 5} {name == \"x\"} {metres > 3} {gear.x == \"@a\"})");
  EXPECT_EQ(ordered.root.estimate, 3U);
}

TEST_F(Optimise, LargeIndexedCriterionTurnsSequential) {
  statistics.estimates = {{"name", 9000}, {"ID", 3}};
  const Plan changed = plan("name > a and ID = 5");
  EXPECT_EQ(changed.root.children[0].access, Access::index);
  EXPECT_EQ(changed.root.children[1].access, Access::sequential);
  statistics.estimates["name"] = 400;
  EXPECT_EQ(plan("name > a and ID = 5").root.children[1].access, Access::index);
  EXPECT_EQ(plan("name > a and metres = 5").root.children[0].access, Access::index);
}

TEST_F(Optimise, JoinsEstimateFromTheRelatedSide) {
  statistics.estimates = {{"ID", 2}};
  const Plan toOne = plan("harbour.ID = 3");
  EXPECT_EQ(toOne.root.access, Access::index);
  EXPECT_EQ(toOne.root.estimate, 200U);  // 2 of 100 harbours, 100 boats each
  const Plan toMany = plan("crewings.ID = 3");
  EXPECT_EQ(toMany.root.estimate, 2U);
  EXPECT_EQ(plan("harbour.depth > 3").root.access, Access::sequential);
  EXPECT_EQ(plan("harbour = null").root.access, Access::index);
}

TEST_F(Optimise, LogicEstimates) {
  statistics.estimates = {{"ID", 6000}, {"name", 7000}};
  EXPECT_EQ(plan("ID > 1 or name > a").root.estimate, 10000U);
  EXPECT_EQ(plan("not(ID > 1)").root.estimate, 4000U);
  EXPECT_EQ(plan("").root.estimate, 10000U);
  EXPECT_EQ(plan("name = :1", {Value::null()}).root.estimate, 0U);
}

TEST_F(Optimise, LongListsAreNotCounted) {
  auto list = Collection::make();
  for (int i = 0; i < 300; ++i) list->push(Value::integer(i));
  EXPECT_EQ(plan("ID in :1", {Value::collection(list)}).root.estimate, 300U);
}

TEST_F(Optimise, EmptyClasses) {
  statistics.counts = {{"Boat", 0}, {"Harbour", 0}, {"Sailor", 0}, {"Crewing", 0}, {"Berth", 0}};
  EXPECT_EQ(plan("harbour.ID = 3 and not(metres = 1)").root.estimate, 0U);
}

TEST_F(Optimise, PlanTexts) {
  EXPECT_EQ(described(""), "{}");
  EXPECT_EQ(described("metres > 300"), R"({"item":"Boat.metres > 300"})");
  EXPECT_EQ(described("ID > 300"), R"({"item":"[index : Boat.ID ] > 300"})");
  EXPECT_EQ(described("harbour.name=FR AND metres>300"),
            R"({"And":[{"item":"Boat.metres > 300"},{"item":"Join on Table : Harbour  :  Boat.harbour = Harbour.ID",)"
            R"("subquery":[{"item":"Harbour.name === FR"}]}]})");
  EXPECT_EQ(described("harbour.boats.name = 'x@'"),
            R"({"item":"Join on Table : Harbour  :  Boat.harbour = Harbour.ID","subquery":[)"
            R"({"item":"Join on Table : Boat  :  Harbour.ID = Boat.harbour","subquery":[)"
            R"({"item":"[index : Boat.name ] = x@"}]}]})");
  EXPECT_EQ(described("metres = 1 or racing is true"),
            R"({"Or":[{"item":"Boat.metres == 1"},{"item":"Boat.racing === true"}]})");
  EXPECT_EQ(described("not(metres < 1)"), R"({"Not":[{"item":"Boat.metres < 1"}]})");
  EXPECT_EQ(described("metres > 1 except racing = true"),
            R"({"Except":[{"item":"Boat.metres > 1"},{"item":"Boat.racing == true"}]})");
  EXPECT_EQ(
      described("metres > 1 and built = null except racing = true"),
      R"({"Except":[{"And":[{"item":"Boat.built == null"},{"item":"Boat.metres > 1"}]},{"item":"Boat.racing == true"}]})");
  EXPECT_EQ(described("crew < 8.5"), R"({"item":"Boat.crew < 8.5"})");
  EXPECT_EQ(described("metres in [1,2]"), R"({"item":"Boat.metres IN [1, 2]"})");
  EXPECT_EQ(described("built != 2021/03/09"), R"({"item":"Boat.built != 2021-03-09"})");
  EXPECT_EQ(described("gear.sails[k].kind != jib"), R"({"item":"Boat.gear.sails[k].kind != jib"})");
  EXPECT_EQ(described("gear.sails.length > 2"), R"({"item":"[index : Boat.gear.sails.length ] > 2"})");
  EXPECT_EQ(described("harbour is not null"), R"({"item":"Boat.harbour != null"})");
  EXPECT_EQ(
      described("harbourTitle = Brest"),
      R"({"item":"Join on Table : Harbour  :  Boat.harbour = Harbour.ID","subquery":[{"item":"Harbour.name === Brest"}]})");
  EXPECT_EQ(described("log % storm"), R"({"item":"[index : Boat.log ] % storm"})");
}

TEST_F(Optimise, ExtendedPlan) {
  const auto text = [&](std::string_view query) { return json::text(describeExtended(plan(query), model)); };
  EXPECT_EQ(text(""), "{}");
  EXPECT_EQ(text("metres > 300"),
            R"({"type":"SeqNode","field":"metres","table":"Boat","instance":0,"oper":" > ","value":300})");
  EXPECT_EQ(text("ID in [1,2]"),
            R"({"type":"IndexNode","field":"ID","table":"Boat","instance":0,"oper":" IN ","value":[1,2]})");
  EXPECT_EQ(
      text("crewings.sailor{2}.last=FR and metres > 1"),
      R"({"type":"LogicOperatorNode","logicOper":"And","parts":[)"
      R"({"type":"SeqNode","field":"metres","table":"Boat","instance":0,"oper":" > ","value":1},)"
      R"({"type":"JoinNode","targetTable":"Sailor","instance":2,"joinPath":[)"
      R"({"leftTable":"Boat","leftField":"ID","leftInstance":0,"rightTable":"Crewing","rightField":"boat","rightInstance":0},)"
      R"({"leftTable":"Crewing","leftField":"sailor","leftInstance":0,"rightTable":"Sailor","rightField":"ID","rightInstance":2}],)"
      R"("filter":{"type":"SeqNode","field":"last","table":"Sailor","instance":2,"oper":" === ","value":"FR"}}]})");
}

TEST_F(Optimise, PathTexts) {
  const Plan executed = plan("harbour.name=FR and metres>300");
  Trace trace;
  const Node& root = executed.root;
  trace.root = {&root, 4, 0.4, {}};
  trace.root.steps.push_back({&root.children[0], 9, 1.6, {}});
  trace.root.steps.push_back({&root.children[1], 4, 0, {{&root.children[1].children[0], 1, 0, {}}}});
  EXPECT_EQ(
      json::text(describePath(trace, executed, model)),
      R"({"steps":[{"description":"AND","time":0,"recordsfounds":4,"steps":[)"
      R"({"description":"Boat.metres > 300","time":2,"recordsfounds":9},)"
      R"({"description":"Join on Table : Harbour  :  Boat.harbour = Harbour.ID","time":0,"recordsfounds":4,"steps":[)"
      R"({"steps":[{"description":"Harbour.name === FR","time":0,"recordsfounds":1}]}]}]}]})");
  trace.root.steps.pop_back();
  EXPECT_EQ(
      json::text(describePathExtended(trace, executed, model)),
      R"({"type":"LogicOperatorNode","logicOper":"And","parts":[)"
      R"({"type":"SeqNode","field":"metres","table":"Boat","instance":0,"oper":" > ","value":300,"timeTaken":2,"foundRecords":9},)"
      R"({}],"timeTaken":0,"foundRecords":4})");
  const Plan all = plan("");
  EXPECT_EQ(json::text(describePath({}, all, model)), "{}");
}

}  // namespace
}  // namespace qodly::query
