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

class ActivityChain : public InstanceFolder {
 protected:
  void SetUp() override {
    InstanceFolder::SetUp();
    instance = std::make_unique<Instance>(*Instance::open(folder));
    log = std::make_unique<ActivityLog>(*instance, "Bakery", "development");
    for (int i = 0; i < 4; ++i) append("lena" + std::to_string(i));
    lines = text();
  }
  void append(const std::string& user) {
    ASSERT_TRUE(log->append({.action = "Create API Key", .user = user}).has_value());
  }
  std::string text() const { return *readFile(folder / "activity.jsonl"); }
  std::uint64_t broken() const { return verifyActivity(*instance)->broken.value_or(0); }
  std::unique_ptr<Instance> instance;
  std::unique_ptr<ActivityLog> log;
  std::string lines;
};

TEST_F(ActivityChain, IsWholeAlsoAcrossProgramsAndFiles) {
  EXPECT_EQ(verifyActivity(*instance)->entries, 4U);
  EXPECT_EQ(broken(), 0U);
  std::filesystem::rename(folder / "activity.jsonl", folder / "activity-1.jsonl");
  ActivityLog again(*instance, "Bakery", "development");
  ASSERT_TRUE(again.append({.action = "Delete API Key"}).has_value());
  append("otto");
  EXPECT_EQ(verifyActivity(*instance)->entries, 6U);
  EXPECT_EQ(broken(), 0U);
}

TEST_F(ActivityChain, ShowsAChangedLineWhereverItIs) {
  for (std::size_t i = 0; i < 4; ++i) {
    std::string changed = lines;
    changed.replace(changed.find("lena" + std::to_string(i)), 5, "eve!!");
    write("activity.jsonl", changed);
    EXPECT_EQ(broken(), i < 3 ? i + 2 : 4) << i;
  }
}

TEST_F(ActivityChain, ShowsARemovedLineWhereverItIs) {
  for (std::size_t i = 0; i < 4; ++i) {
    std::string shortened = lines;
    std::size_t begin = 0;
    for (std::size_t skipped = 0; skipped < i; ++skipped) begin = shortened.find('\n', begin) + 1;
    shortened.erase(begin, shortened.find('\n', begin) + 1 - begin);
    write("activity.jsonl", shortened);
    EXPECT_NE(broken(), 0U) << i;
  }
}

TEST_F(ActivityChain, ACutEndStaysVisible) {
  for (std::size_t kept = 0; kept < 4; ++kept) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < kept; ++i) end = lines.find('\n', end) + 1;
    write("activity.jsonl", lines.substr(0, end));
    EXPECT_EQ(broken(), kept + 1);
  }
  std::filesystem::remove(folder / "activity.jsonl");
  EXPECT_EQ(broken(), 1U);
  // Also when the log has gone on since.
  write("activity.jsonl", lines.substr(0, lines.find('\n') + 1));
  append("otto");
  EXPECT_EQ(broken(), 5U);
}

TEST_F(ActivityChain, AllOfItRemovedShows) {
  for (const char* const file : {"activity.head", "activity.jsonl"}) std::filesystem::remove(folder / file);
  EXPECT_EQ(broken(), 1U);
}

TEST_F(ActivityChain, AForgedHeadOrTailShows) {
  const std::string head = *readFile(folder / "activity.head");
  std::filesystem::remove(folder / "activity.head");
  EXPECT_NE(broken(), 0U);
  std::string forged = head;
  forged[20] = forged[20] == 'A' ? 'B' : 'A';
  write("activity.head", forged);
  EXPECT_NE(broken(), 0U);
  write("activity.head", head);
  std::string longer = lines;
  for (std::uint64_t sequence = 5; sequence < 8; ++sequence) {
    const std::size_t last = longer.rfind('\n', longer.size() - 2) + 1;
    const std::string previous = longer.substr(last, longer.size() - 1 - last);
    longer += "{\"seq\":" + std::to_string(sequence) + ",\"prev\":\"" + sha256Hex(previous) + "\"}\n";
  }
  write("activity.jsonl", longer);
  EXPECT_NE(broken(), 0U);
}

TEST_F(InstanceFolder, ActivityOfManyThreads) {
  const Instance instance = *Instance::open(folder);
  ActivityLog log(instance, "Bakery", "development");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) EXPECT_TRUE(log.append({.action = "Admin Login"}).has_value());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(verifyActivity(instance)->entries, 40U);
  EXPECT_FALSE(verifyActivity(instance)->broken.has_value());
}

}  // namespace
}  // namespace qodly::security
