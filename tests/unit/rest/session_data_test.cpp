#include "rest/session_data.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace qodly::rest {
namespace {

EntitySet numbers(std::vector<storage::RecordNumber> members, std::int64_t timeout = 0) {
  return {.id = {},
          .classUuid = "U",
          .members = orda::RecordSet::ordered(std::move(members)),
          .timeoutSeconds = timeout,
          .refreshed = {}};
}

TEST(EntitySets, StoreAndFind) {
  EntitySets sets;
  const std::string id = sets.store(numbers({3, 1}));
  EXPECT_EQ(id.size(), 32U);
  const auto set = sets.find(id);
  ASSERT_TRUE(set.has_value());
  EXPECT_EQ(set->members.toVector(), (std::vector<storage::RecordNumber>{3, 1}));
  EXPECT_EQ(set->expires().ms - set->refreshed.ms, EntitySets::defaultTimeout * 1000);
  EXPECT_FALSE(sets.find("unknown").has_value());
}

TEST(EntitySets, ReleaseOnce) {
  EntitySets sets;
  const std::string id = sets.store(numbers({1}));
  EXPECT_TRUE(sets.release(id));
  EXPECT_FALSE(sets.release(id));
  EXPECT_FALSE(sets.find(id).has_value());
}

TEST(EntitySets, ExpiresUnlessAccessGivesMoreTime) {
  EntitySets sets;
  const std::string shortLived = sets.store(numbers({1}, 1));
  const std::string prolonged = sets.store(numbers({1}, 1));
  EXPECT_TRUE(sets.find(prolonged, 60).has_value());
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_FALSE(sets.find(shortLived).has_value());
  EXPECT_TRUE(sets.find(prolonged).has_value());
}

TEST(EntitySets, DefinitionOutlivesTheSet) {
  EntitySets sets;
  const std::string id = sets.store(numbers({1}), {.filter = "a>1", .orderby = {}, .params = {}});
  sets.release(id);
  ASSERT_TRUE(sets.definition(id).has_value());
  EXPECT_EQ(sets.definition(id)->filter, "a>1");
}

TEST(EntitySets, EvictsTheOneUsedLongestAgo) {
  EntitySets sets;
  const std::string first = sets.store(numbers({1}));
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  for (std::size_t i = 0; i < EntitySets::maximumSets; ++i) sets.store(numbers({2}));
  EXPECT_FALSE(sets.find(first).has_value());
  EXPECT_EQ(sets.list().size(), EntitySets::maximumSets);
}

TEST(Uploads, ConsumedOnce) {
  Uploads uploads;
  const auto id =
      uploads.store({.bytes = "x", .mediaType = {}, .picture = false, .expires = {Instant::now().ms + 60'000}}, 10);
  ASSERT_TRUE(id.has_value());
  EXPECT_TRUE(uploads.find(*id));
  uploads.consume(*id);
  EXPECT_FALSE(uploads.find(*id));
}

TEST(Uploads, BoundedBytes) {
  Uploads uploads;
  const Instant later{Instant::now().ms + 60'000};
  EXPECT_TRUE(uploads.store({.bytes = "12345", .mediaType = {}, .picture = false, .expires = later}, 8).has_value());
  EXPECT_FALSE(uploads.store({.bytes = "1234", .mediaType = {}, .picture = false, .expires = later}, 8).has_value());
}

TEST(Uploads, ExpiredOnesAreGone) {
  Uploads uploads;
  const auto id = uploads.store({.bytes = "x", .mediaType = {}, .picture = false, .expires = {0}}, 10);
  EXPECT_FALSE(uploads.find(*id));
}

}  // namespace
}  // namespace qodly::rest
