// Rates of keys, what is written down of refusals, and other bounded stores.
#include "security/decision_log.h"
#include "security/key_rates.h"
#include "security/short_memory.h"
#include "security/workers.h"
#include "tests/unit/security/instance_folder.h"
#include "value/json.h"

namespace qodly::security {
namespace {

using Limits = WithInstance;

TEST_F(Limits, AKeyHasARate) {
  KeyRates rates(instance);
  EXPECT_EQ(rates.use("a"), 0);
  ASSERT_TRUE(rates.setLimit("a", 3).has_value());
  EXPECT_EQ(KeyRates(instance).limitOf("a"), 3);
  int passed = 0;
  // At most one change of the minute can fall into these calls.
  for (int i = 0; i < 20; ++i) passed += rates.use("a") == 0 ? 1 : 0;
  EXPECT_GE(passed, 3);
  EXPECT_LE(passed, 6);
  EXPECT_EQ(rates.use("b"), 0);
  ASSERT_TRUE(rates.setLimit("a", 0).has_value());
  EXPECT_EQ(rates.use("a"), 0);
}

TEST_F(Limits, RefusalsAreWrittenWithTheirRule) {
  DecisionLog log(folder);
  log.record({.user = "mira\n",
              .session = "s",
              .address = "::1",
              .request = "GET /rest/Item",
              .refusal = "no",
              .rule = "r",
              .held = {"clerk"}});
  const auto lines = readDecisions(folder);
  ASSERT_EQ(lines.size(), 1U);
  const auto line = json::parse(lines.front()).value();
  EXPECT_EQ(line.asObject().get("user").asText(), "mira\n");
  EXPECT_EQ(line.asObject().get("held").asCollection().size(), 1U);
  for (int i = 0; i < 1000; ++i)
    log.record({.user = "x", .session = {}, .address = {}, .request = {}, .refusal = {}, .rule = {}, .held = {}});
  EXPECT_LT(readDecisions(folder).size(), 500U) << "a flood does not fill the disk";
}

TEST(ShortMemory, GivesBackOnceAndForgets) {
  ShortMemory<int> memory(3, std::chrono::seconds(10));
  qodly::Instant now{1'000'000};
  memory.keep("a", 1, now);
  EXPECT_EQ(memory.take("a", now), 1);
  EXPECT_FALSE(memory.take("a", now).has_value());
  memory.keep("b", 2, now);
  EXPECT_FALSE(memory.take("b", qodly::Instant{now.ms + 10'001}).has_value());
  for (int i = 0; i < 100; ++i) memory.keep(std::to_string(i), i, now);
  EXPECT_EQ(memory.size(), 3U);
  EXPECT_EQ(memory.take("99", now), 99);
  EXPECT_FALSE(memory.take("1", now).has_value());
}

TEST(Workers, RunAndRefuse) {
  Workers workers(1, 2);
  EXPECT_EQ(workers.run([] { return 7; }), 7);
  Completion<bool> go;
  ASSERT_TRUE(workers.post([&] { (void)go.wait(); }));
  int taken = 0;
  for (int i = 0; i < 10; ++i) taken += workers.post([] {}) ? 1 : 0;
  EXPECT_LE(taken, 3);
  go.set(true);
}

}  // namespace
}  // namespace qodly::security
