// Guessing slowed down; the clock is the test's.
#include "security/throttle.h"

#include "tests/unit/security/instance_folder.h"

namespace qodly::security {
namespace {

using std::chrono::seconds;
constexpr std::string_view mira = "mira@cedar.example", home = "10.0.0.7";

struct Guesser {
  Throttle throttle;
  Instant now{std::chrono::sys_days{std::chrono::year{2031} / 4 / 1}};

  // The seconds to wait; 0 when the attempt was made, which fails.
  std::int64_t fail(std::string_view account = mira, std::string_view address = home) {
    const Throttle::Entry entry = throttle.enter(account, address, now);
    if (entry.retryAfter.count() == 0) throttle.failure(account, address, now);
    return entry.retryAfter.count();
  }
  bool succeed(std::string_view account = mira, std::string_view address = home) {
    if (throttle.enter(account, address, now).retryAfter.count() != 0) return false;
    throttle.success(account, address);
    return true;
  }
};

TEST(Throttle, FiveFailuresLockAnAccountForAMinute) {
  Guesser guesser;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(guesser.fail(), 0) << i;
  EXPECT_EQ(guesser.fail(), 60);
  EXPECT_FALSE(guesser.succeed()) << "the right password is refused too";
  EXPECT_TRUE(guesser.succeed("otto@cedar.example"));
  guesser.now += seconds(59);
  EXPECT_EQ(guesser.fail(), 1);
  guesser.now += seconds(1);
  EXPECT_TRUE(guesser.succeed());
  EXPECT_EQ(guesser.fail(), 0) << "counted anew";
}

TEST(Throttle, TheLockDoublesUpToAnHour) {
  Guesser guesser;
  for (int i = 0; i < 5; ++i) (void)guesser.fail();
  for (const std::int64_t expected : {60, 120, 240, 480, 960, 1920, 3600, 3600}) {
    EXPECT_EQ(guesser.fail(), expected);
    guesser.now += seconds(expected);
    EXPECT_EQ(guesser.fail(), 0);
  }
}

TEST(Throttle, CaseAndBlanksMakeNoOtherAccount) {
  Guesser guesser;
  for (const char* name : {"mira@cedar.example", "MIRA@cedar.example", " mira@cedar.example", "Mira@Cedar.Example ",
                           "mira@CEDAR.example"}) {
    EXPECT_EQ(guesser.fail(name), 0);
  }
  EXPECT_EQ(guesser.fail(), 60);
}

TEST(Throttle, TwentyFailuresLockAnAddress) {
  Guesser guesser;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(guesser.fail("user" + std::to_string(i) + "@x.y"), 0) << i;
  EXPECT_EQ(guesser.fail("user99@x.y"), 60);
  EXPECT_EQ(guesser.fail("user99@x.y", "10.0.0.8"), 0);
  EXPECT_FALSE(guesser.succeed("anybody@x.y"));
}

TEST(Throttle, AnIpv6ClientIsItsNetwork) {
  Guesser guesser;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(guesser.fail("u" + std::to_string(i), "2001:db8:1:2::" + std::to_string(i)), 0);
  }
  EXPECT_EQ(guesser.fail("u", "2001:db8:1:2:ffff::1"), 60);
  EXPECT_EQ(guesser.fail("u", "2001:db8:1:3::1"), 0);
  EXPECT_EQ(guesser.fail("v", "::ffff:10.0.0.1"), 0);
}

TEST(Throttle, AttemptsAtTheSameTimeDoNotGetAroundTheLimit) {
  Guesser guesser;
  EXPECT_EQ(guesser.fail(), 0);
  unsigned entered = 0;
  for (int i = 0; i < 50; ++i) {
    entered += guesser.throttle.enter(mira, home, guesser.now).retryAfter.count() == 0 ? 1 : 0;
  }
  EXPECT_EQ(entered, 4U);
  for (unsigned i = 0; i < entered; ++i) guesser.throttle.failure(mira, home, guesser.now);
  EXPECT_EQ(guesser.fail(), 60);
}

TEST(Throttle, RefusalsAreReportedOnceAMinute) {
  Guesser guesser;
  for (int i = 0; i < 5; ++i) (void)guesser.fail();
  guesser.now += seconds(60);
  EXPECT_EQ(guesser.fail(), 0);  // locked for two minutes now
  const auto refusals = [&] { return guesser.throttle.enter(mira, home, guesser.now).refusals; };
  EXPECT_EQ(refusals(), 1U);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(refusals(), 0U);
  guesser.now += seconds(60);
  EXPECT_EQ(refusals(), 8U);
  EXPECT_EQ(refusals(), 0U);
}

TEST(Throttle, RemembersABoundedNumber) {
  Guesser guesser{.throttle = Throttle({.entries = 100})};
  for (int i = 0; i < 5; ++i) (void)guesser.fail();
  for (int i = 0; i < 1000; ++i) {
    guesser.now += std::chrono::milliseconds(1);
    (void)guesser.fail("flood" + std::to_string(i), "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  }
  EXPECT_LE(guesser.throttle.size(), 101U);
  EXPECT_NE(guesser.fail(mira, "10.9.9.9"), 0) << "a locked account is not washed out by others";
}

TEST(Throttle, AnAttemptThatSaysNothingDoesNotCount) {
  Guesser guesser;
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(guesser.throttle.enter(mira, home, guesser.now).retryAfter.count(), 0);
    guesser.throttle.cancel(mira, home);
  }
  EXPECT_TRUE(guesser.succeed());
  EXPECT_EQ(guesser.throttle.size(), 0U);
}

// A restart: another Throttle that goes on from the same journal.
class RememberedThrottle : public WithInstance {
 protected:
  const std::filesystem::path file = folder / "attempts.bin";
  void remember(Guesser& guesser) const {
    guesser.throttle.remember(std::make_unique<SealedJournal>(instance, file), guesser.now);
  }
};

TEST_F(RememberedThrottle, CountsAndLocksOutliveARestart) {
  Instant now{std::chrono::sys_days{std::chrono::year{2031} / 4 / 1}};
  {
    Guesser guesser;
    remember(guesser);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(guesser.fail(), 0);
    now = guesser.now;
  }
  {
    Guesser guesser;
    guesser.now = now;
    remember(guesser);
    EXPECT_EQ(guesser.fail(), 0) << "the fifth";
    EXPECT_EQ(guesser.fail(), 60);
    EXPECT_EQ(guesser.fail("otto@cedar.example"), 0);
  }
  {
    Guesser guesser;
    guesser.now = now + seconds(10);
    remember(guesser);
    EXPECT_EQ(guesser.fail(), 50) << "still locked";
    guesser.now += seconds(50);
    EXPECT_EQ(guesser.fail(), 0);
    EXPECT_EQ(guesser.fail(), 120) << "the length goes on, too";
    guesser.throttle.forget(mira);
  }
  {
    Guesser guesser;
    guesser.now = now + seconds(60);
    remember(guesser);
    EXPECT_TRUE(guesser.succeed()) << "an administrator has unlocked it";
    for (int i = 0; i < 13; ++i) EXPECT_EQ(guesser.fail("user" + std::to_string(i)), 0) << i;
    EXPECT_EQ(guesser.fail("user99"), 60) << "7 failures of this address were before";
  }
  {
    Guesser guesser;
    guesser.now = now + std::chrono::hours(3);
    remember(guesser);
    EXPECT_EQ(guesser.throttle.size(), 0U) << "forgotten after an hour";
  }
}

TEST_F(RememberedThrottle, SuccessIsRememberedAndDamageIsNot) {
  Guesser first;
  remember(first);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(first.fail(), 0);
  EXPECT_TRUE(first.succeed());
  {
    Guesser guesser;
    remember(guesser);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(guesser.fail(), 0) << i;
  }
  SealedJournal(instance, file)
      .replace({"", "x", "5", "5 ", "5 6 7", "-1 0 0 umira@cedar.example", "99999999999999999999 1 1 u",
                "5 9999999999999999 0 umira@cedar.example"})
      .value();
  Guesser guesser;
  remember(guesser);
  EXPECT_EQ(guesser.fail(), 3600) << "never longer than the longest lock, whatever the file says";
}

TEST(Throttle, AnUnlockCountsForWhatWasBefore) {
  Guesser guesser;
  for (int i = 0; i < 5; ++i) (void)guesser.fail();
  guesser.throttle.forgetBefore(mira, guesser.now);
  EXPECT_EQ(guesser.fail(), 60);
  guesser.throttle.forgetBefore(mira, guesser.now + seconds(1));
  EXPECT_TRUE(guesser.succeed());
}

}  // namespace
}  // namespace qodly::security
