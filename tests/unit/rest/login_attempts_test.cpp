// Guessing at authentify.
#include "rest/login_attempts.h"

#include <gtest/gtest.h>

namespace qodly::rest {
namespace {

TEST(LoginAttempts, RefusesAfterTwentyWithinAMinute) {
  LoginAttempts attempts;
  const auto start = LoginAttempts::Clock::now();
  for (unsigned i = 0; i < LoginAttempts::maximumFailures; ++i) {
    EXPECT_EQ(attempts.secondsToWait("a", start), 0);
    attempts.failed("a", start);
  }
  EXPECT_EQ(attempts.secondsToWait("a", start), 60);
  EXPECT_EQ(attempts.secondsToWait("a", start + std::chrono::milliseconds(59'500)), 1);
  EXPECT_EQ(attempts.secondsToWait("a", start + std::chrono::seconds(60)), 0);
  EXPECT_EQ(attempts.secondsToWait("b", start), 0);
  attempts.failed("a", start + std::chrono::seconds(61));
  EXPECT_EQ(attempts.secondsToWait("a", start + std::chrono::seconds(61)), 0) << "a new minute has begun";
}

}  // namespace
}  // namespace qodly::rest
