#include "http/deadline_wheel.h"

#include <gtest/gtest.h>

namespace qodly::http {
namespace {

using namespace std::chrono_literals;

struct Waiting final : DeadlineWheel::Entry {
  bool late = false;
  void expired() override { late = true; }
};

class Wheel : public testing::Test {
 protected:
  // The loop calls it every tick.
  void run(std::chrono::milliseconds time) {
    for (std::chrono::milliseconds passed{}; passed < time; passed += DeadlineWheel::tick) {
      now_ += DeadlineWheel::tick;
      wheel_.advance(now_);
    }
  }
  void standStill(std::chrono::milliseconds time) { now_ += time; }

  DeadlineWheel wheel_;
  DeadlineWheel::Clock::time_point now_ = DeadlineWheel::Clock::now();
};

TEST_F(Wheel, ExpiresLateRatherThanEarly) {
  Waiting one, other, none;
  wheel_.set(one, 1s);
  wheel_.set(other, 150s);
  wheel_.set(none, 1s);
  wheel_.clear(none);
  run(900ms);
  EXPECT_FALSE(one.late);
  run(400ms);
  EXPECT_TRUE(one.late);
  run(148s);
  EXPECT_FALSE(other.late);
  run(1s);
  EXPECT_TRUE(other.late);
  EXPECT_FALSE(none.late);
}

TEST_F(Wheel, TimeInWhichTheLoopStandsStillIsNoOnesFault) {
  Waiting before, after;
  wheel_.set(before, 10s);
  run(1s);
  standStill(60s);
  wheel_.set(after, 10s);  // the loop has read something before it looks at its clock
  run(8s);
  EXPECT_FALSE(before.late);
  EXPECT_FALSE(after.late);
  run(1s);
  EXPECT_TRUE(before.late);
  run(1500ms);
  EXPECT_TRUE(after.late);
}

}  // namespace
}  // namespace qodly::http
