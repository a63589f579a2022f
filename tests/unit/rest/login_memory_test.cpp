// Failed calls of authentify that count over a restart.
#include "rest/login_memory.h"

#include <filesystem>
#include <optional>

#include <gtest/gtest.h>
#include <unistd.h>

namespace qodly::rest {
namespace {

class LoginMemoryTest : public testing::Test {
 protected:
  // A server that starts `now`: what its memory gives it.
  struct Server {
    std::unique_ptr<LoginMemory> memory;
    LoginAttempts attempts;
    std::int64_t pause(const std::string& network) {
      return attempts.secondsToWait(network, LoginAttempts::Clock::time_point{});
    }
  };
  std::unique_ptr<Server> start(LoginMemory::Clock::time_point now) const {
    auto server = std::make_unique<Server>();
    server->memory = std::make_unique<LoginMemory>(
        std::make_unique<security::SealedJournal>(*instance_, folder_ / "logins.bin"), now);
    server->memory->recall(server->attempts, now, LoginAttempts::Clock::time_point{});
    return server;
  }
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    auto opened = security::Instance::open(folder_);
    ASSERT_TRUE(opened) << opened.error().text();
    instance_.emplace(std::move(*opened));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("qodly-logins-" + std::to_string(::getpid()));
  std::optional<security::Instance> instance_;
  const LoginMemory::Clock::time_point begin_ = LoginMemory::Clock::now();
};

TEST_F(LoginMemoryTest, CountsOverARestartUntilTheMinuteIsOver) {
  {
    const auto first = start(begin_);
    for (unsigned i = 0; i + 1 < LoginAttempts::maximumFailures; ++i) first->memory->failed("10.0.0.7", begin_);
  }
  {
    const auto second = start(begin_ + std::chrono::seconds(10));
    EXPECT_EQ(second->pause("10.0.0.7"), 0);
    second->memory->failed("10.0.0.7", begin_ + std::chrono::seconds(10));
    second->memory->failed("10.0.0.8", begin_ + std::chrono::seconds(10));
  }
  EXPECT_EQ(start(begin_ + std::chrono::seconds(20))->pause("10.0.0.7"), 40);
  EXPECT_EQ(start(begin_ + std::chrono::seconds(20))->pause("10.0.0.8"), 0);
  EXPECT_EQ(start(begin_ + std::chrono::seconds(60))->pause("10.0.0.7"), 0);
}

TEST_F(LoginMemoryTest, AClockThatWasSetBackLocksNobodyOut) {
  {
    const auto first = start(begin_);
    for (unsigned i = 0; i < LoginAttempts::maximumFailures; ++i) first->memory->failed("10.0.0.7", begin_);
  }
  EXPECT_EQ(start(begin_ - std::chrono::hours(2))->pause("10.0.0.7"), 0);
}

TEST_F(LoginMemoryTest, ADamagedJournalRemembersNothing) {
  {
    const auto first = start(begin_);
    for (unsigned i = 0; i < LoginAttempts::maximumFailures; ++i) first->memory->failed("10.0.0.7", begin_);
  }
  std::filesystem::resize_file(folder_ / "logins.bin", 10);
  EXPECT_EQ(start(begin_)->pause("10.0.0.7"), 0);
}

}  // namespace
}  // namespace qodly::rest
