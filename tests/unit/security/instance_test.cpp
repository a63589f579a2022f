// The instance folder: sealed secrets, API keys, activity log.
#include "security/instance.h"

#include <chrono>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "base/text.h"
#include "security/activity_log.h"
#include "security/api_keys.h"

namespace qodly::security {
namespace {

class InstanceFolder : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }
  void write(const std::string& name, std::string_view content) const {
    std::ofstream(folder / name, std::ios::binary) << content;
  }
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("qodly-instance-" + randomHex(8));
};

TEST_F(InstanceFolder, SealsUnderAKeyThatStays) {
  auto first = Instance::open(folder);
  ASSERT_TRUE(first.has_value());
  const std::string sealed = first->seal("the secret");
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  EXPECT_NE(sealed, first->seal("the secret"));
  auto second = Instance::open(folder);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->unseal(sealed).value(), "the secret");
  std::string changed = *fromBase64(sealed);
  changed[15] = static_cast<char>(changed[15] ^ 1);
  EXPECT_FALSE(second->unseal(toBase64(changed)).has_value());
  EXPECT_FALSE(second->unseal("short").has_value());
}

TEST_F(InstanceFolder, RefusesAKeyThatOthersMayRead) {
  ASSERT_TRUE(Instance::open(folder).has_value());
  std::filesystem::permissions(folder / "instance.key", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  const auto opened = Instance::open(folder);
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().message().find("chmod 600"), std::string::npos);
}

TEST_F(InstanceFolder, KeysAreFoundUntilRevoked) {
  auto keys = ApiKeys::open(*Instance::open(folder));
  ASSERT_TRUE(keys.has_value());
  auto made = (*keys)->create({.description = "billing",
                               .administration = false,
                               .role = "Clerk",
                               .expiresAt = {},
                               .allowedHosts = {"10.1.0.0/16", "::1"}});
  ASSERT_TRUE(made.has_value()) << made.error().message();
  const auto& [key, text] = *made;
  EXPECT_EQ(text.size(), 36U);
  auto reopened = ApiKeys::open(*Instance::open(folder));
  ASSERT_TRUE(reopened.has_value());
  const auto found = (*reopened)->find(text);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->description, "billing");
  EXPECT_EQ(found->role, "Clerk");
  EXPECT_EQ((*reopened)->reveal(*found).value(), text);
  EXPECT_TRUE(found->allowsHost("10.1.200.3"));
  EXPECT_TRUE(found->allowsHost("::ffff:10.1.200.3"));
  EXPECT_TRUE(found->allowsHost("::1"));
  EXPECT_FALSE(found->allowsHost("10.2.0.1"));
  EXPECT_EQ((*reopened)->find("00000000-0000-0000-0000-000000000000"), nullptr);
  EXPECT_FALSE(found->isExpired(Instant::now()));
  EXPECT_TRUE(found->isExpired(Instant{Instant::now().ms + std::int64_t{367} * 86'400'000}));
  ASSERT_TRUE((*reopened)->revoke(**(*reopened)->named(key->id.substr(0, 8))).has_value());
  EXPECT_EQ((*reopened)->find(text), nullptr);
}

TEST_F(InstanceFolder, KeysRefuseBadSettings) {
  auto keys = ApiKeys::open(*Instance::open(folder));
  ASSERT_TRUE(keys.has_value());
  const Date today = qodly::today();
  EXPECT_FALSE((*keys)->create({.description = " "}).has_value());
  EXPECT_FALSE((*keys)
                   ->create({.description = "a",
                             .administration = false,
                             .role = "Admin",
                             .expiresAt = Date{today.days - 2},
                             .allowedHosts = {}})
                   .has_value());
  EXPECT_FALSE((*keys)
                   ->create({.description = "a",
                             .administration = false,
                             .role = "Admin",
                             .expiresAt = Date{today.days + 400},
                             .allowedHosts = {}})
                   .has_value());
  for (const char* host : {"10.0.0", "10.0.0.1/33", "example.org", "::1/129", "/8"}) {
    EXPECT_FALSE(
        (*keys)
            ->create(
                {.description = "a", .administration = false, .role = "Admin", .expiresAt = {}, .allowedHosts = {host}})
            .has_value())
        << host;
  }
  EXPECT_TRUE((*keys)->list().empty());
}

TEST_F(InstanceFolder, ActivityIsAChain) {
  {
    ActivityLog log(folder, "Bakery", "development");
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(log.append({.action = "Create API Key", .user = "lena"}).has_value());
  }
  ActivityLog again(folder, "Bakery", "development");
  ASSERT_TRUE(again.append({.action = "Delete API Key"}).has_value());
  EXPECT_EQ(verifyActivity(folder)->entries, 4U);
  EXPECT_FALSE(verifyActivity(folder)->broken.has_value());
  std::string content = *readFile(folder / "activity.jsonl");
  std::string changed = content;
  changed.replace(changed.find("lena"), 4, "eve!");
  write("activity.jsonl", changed);
  EXPECT_EQ(verifyActivity(folder)->broken, 2U);
  std::string shortened = content;
  const std::size_t second = content.find('\n') + 1;
  shortened.erase(second, content.find('\n', second) + 1 - second);
  write("activity.jsonl", shortened);
  EXPECT_EQ(verifyActivity(folder)->broken, 3U);
  write("activity.jsonl", content);
  std::filesystem::rename(folder / "activity.jsonl", folder / "activity-1.jsonl");
  ASSERT_TRUE(again.append({.action = "Start Server"}).has_value());
  EXPECT_EQ(verifyActivity(folder)->entries, 5U);
  EXPECT_FALSE(verifyActivity(folder)->broken.has_value());
}

TEST_F(InstanceFolder, ActivityOfManyThreads) {
  ActivityLog log(folder, "Bakery", "development");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) EXPECT_TRUE(log.append({.action = "Admin Login"}).has_value());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(verifyActivity(folder)->entries, 40U);
  EXPECT_FALSE(verifyActivity(folder)->broken.has_value());
}

}  // namespace
}  // namespace qodly::security
