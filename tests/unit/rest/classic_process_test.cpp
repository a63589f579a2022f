// The process that the requests of a classic session share.
#include "rest/classic_process.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace qodly::rest {
namespace {

using Clock = ClassicProcess::Clock;
using script::vm::KeptVariables;

KeptVariables counted(std::int64_t count) { return {{"count", Value::integer(count)}}; }

TEST(ClassicProcess, TheNextRequestFindsTheVariables) {
  ClassicProcess process;
  EXPECT_TRUE(process.enter(std::chrono::minutes(5)).empty());
  process.leave(counted(1), Clock::now());
  const KeptVariables found = process.enter(std::chrono::minutes(5));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().second.asNumber(), 1);
  process.leave({}, Clock::now());
  EXPECT_TRUE(process.enter(std::chrono::minutes(5)).empty()) << "what the request before it has left, nothing older";
  process.leave({}, Clock::now());
}

TEST(ClassicProcess, EndsWhenNobodyComes) {
  ClassicProcess process;
  (void)process.enter(std::chrono::minutes(5));
  process.leave(counted(1), Clock::now() - std::chrono::minutes(6));
  EXPECT_TRUE(process.enter(std::chrono::minutes(5)).empty());
  process.leave({}, Clock::now());
}

TEST(ClassicProcess, OneRequestAfterTheOther) {
  constexpr int threads = 4, rounds = 200;
  ClassicProcess process;
  std::atomic<int> inside{0}, most{0};
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        const KeptVariables found = process.enter(std::chrono::minutes(5));
        most = std::max(most.load(), ++inside);
        const auto count = found.empty() ? 0 : static_cast<std::int64_t>(found.front().second.asNumber());
        --inside;
        process.leave(counted(count + 1), Clock::now());
      }
    });
  }
  for (std::thread& each : all) each.join();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(process.enter(std::chrono::minutes(5)).front().second.asNumber(), threads * rounds);
  process.leave({}, Clock::now());
}

}  // namespace
}  // namespace qodly::rest
