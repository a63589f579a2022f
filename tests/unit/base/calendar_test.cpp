#include "base/calendar.h"

#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

namespace qodly {
namespace {

Date day(int year, int month, int dayOfMonth) { return Date::fromCivil(year, month, dayOfMonth).value(); }

std::string written(Date date) {
  std::string out;
  appendDate(date, out);
  return out;
}

std::string written(Instant instant) {
  std::string out;
  appendInstant(instant, out);
  return out;
}

std::string written(Duration duration) {
  std::string out;
  appendDuration(duration, out);
  return out;
}

// Sets the server's time zone for one test.
class ServerZone {
 public:
  explicit ServerZone(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }
  ServerZone(const ServerZone&) = delete;
  ServerZone& operator=(const ServerZone&) = delete;
  ~ServerZone() {
    unsetenv("TZ");
    tzset();
  }
};

TEST(Date, CivilRoundTripAndLimits) {
  for (const auto& [y, m, d] : {std::array{100, 1, 1}, {1582, 10, 15}, {1970, 1, 1}, {2000, 2, 29}, {32767, 12, 31}}) {
    const Date::Civil civil = day(y, m, d).civil();
    EXPECT_EQ((std::array{civil.year, civil.month, civil.day}), (std::array{y, m, d}));
  }
  EXPECT_EQ(day(1970, 1, 1).days, 0);
  EXPECT_EQ(day(2024, 3, 1).days - day(2024, 2, 28).days, 2);
  EXPECT_FALSE(Date::fromCivil(99, 12, 31));
  EXPECT_FALSE(Date::fromCivil(32768, 1, 1));
  EXPECT_FALSE(Date::fromCivil(2023, 2, 29));
  EXPECT_FALSE(Date::fromCivil(2023, 13, 1));
  EXPECT_FALSE(Date::fromCivil(2023, 1, 0));
  EXPECT_LT(Date::none(), day(100, 1, 1));
}

TEST(Date, ReadsEveryWrittenForm) {
  const Date expected = day(2021, 3, 9);
  for (const char* text :
       {"2021-03-09", "2021/03/09", "2021/3/9", "!!2021-03-09!!", "!2021-03-09!", "9!3!2021", "09!03!2021",
        "2021-03-09T14:05:00Z", "2021-03-09T23:30:00.123-05:00", "2021-03-09T00:00:00"}) {
    const auto date = parseDate(text);
    ASSERT_TRUE(date) << text;
    EXPECT_EQ(written(*date), written(expected)) << text;
  }
  for (const char* none : {"0000-00-00", "!00-00-00!", "!!0000-00-00!!", "00!00!0000", "0000-00-00T00:00:00Z"}) {
    const auto date = parseDate(none);
    ASSERT_TRUE(date) << none;
    EXPECT_TRUE(date->isNone()) << none;
  }
}

TEST(Date, RefusesWhatIsNoDay) {
  for (const char* text :
       {"", "2021", "2021-03", "2021-02-29", "2021-03-09 ", " 2021-03-09", "2021-03/09", "!2021-03-09", "!2021-03-09!!",
        "!!2021-03-09!", "2021-03-09T", "2021-03-09T25:00:00Z", "2021-03-09T14:05", "2021-03-09X", "9!3", "9!3!2021!",
        "99999-01-01", "123456-01-01", "2021-003-09"}) {
    EXPECT_FALSE(parseDate(text)) << text;
  }
}

TEST(Date, LooseFormTakesMonthDayYear) {
  EXPECT_EQ(parseShortDate("due 4/9 of 2030"), day(2030, 4, 9));
  EXPECT_EQ(parseShortDate("01/01/2031"), day(2031, 1, 1));
  EXPECT_EQ(parseShortDate("12.25.29"), day(2029, 12, 25));
  EXPECT_EQ(parseShortDate("12-25-30"), day(1930, 12, 25));
  EXPECT_FALSE(parseShortDate("31/12/2030"));
  EXPECT_FALSE(parseShortDate("ab/12/30"));
  EXPECT_FALSE(parseShortDate("12/25"));
  EXPECT_FALSE(parseShortDate("123/1/2030"));
  EXPECT_FALSE(parseShortDate("1/1/203"));
  EXPECT_FALSE(parseShortDate(""));
}

TEST(Instant, ReadsZones) {
  const ServerZone zone("Europe/Paris");
  EXPECT_EQ(parseInstant("1970-01-01T00:00:00Z"), Instant{0});
  EXPECT_EQ(parseInstant("1970-01-01T00:00:00.25Z"), Instant{250});
  EXPECT_EQ(parseInstant("1970-01-01T00:00:00.123456Z"), Instant{123});
  EXPECT_EQ(parseInstant("1970-01-01T02:00:00+02:00"), Instant{0});
  EXPECT_EQ(parseInstant("1969-12-31T19:00:00-05:00"), Instant{0});
  EXPECT_EQ(parseInstant("2021-07-01T02:00:00"), parseInstant("2021-07-01T00:00:00Z"));
  EXPECT_EQ(parseInstant("2021-01-01T01:00:00"), parseInstant("2021-01-01T00:00:00Z"));
  for (const char* text :
       {"", "2021-01-01", "2021-01-01T01:00", "2021-01-01 01:00:00", "2021-01-01T01:00:00z", "2021-01-01T24:00:00Z",
        "2021-01-01T01:60:00Z", "2021-01-01T01:00:00.Z", "2021-01-01T01:00:00+5", "2021-01-01T01:00:00Z "}) {
    EXPECT_FALSE(parseInstant(text)) << text;
  }
}

TEST(Instant, Writes) {
  EXPECT_EQ(written(Instant{0}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(written(Instant{-1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(written(*parseInstant("2021-03-09T14:05:07.042Z")), "2021-03-09T14:05:07.042Z");
}

TEST(Instant, DaysOfTheServersZone) {
  const ServerZone zone("America/New_York");
  EXPECT_EQ(dayOf(*parseInstant("2021-03-10T03:00:00Z")), day(2021, 3, 9));
  EXPECT_EQ(startOfDay(day(2021, 3, 9)), parseInstant("2021-03-09T05:00:00Z"));
  EXPECT_EQ(startOfDay(day(2021, 7, 9)), parseInstant("2021-07-09T04:00:00Z"));
  for (const Date date : {day(1900, 1, 1), day(2021, 3, 14), day(2021, 11, 7), day(9999, 12, 31)}) {
    EXPECT_EQ(dayOf(startOfDay(date)), date);
  }
  EXPECT_TRUE(dayOf(startOfDay(Date::none())).isNone());
  EXPECT_LT(startOfDay(Date::none()), startOfDay(day(100, 1, 1)));
}

TEST(Duration, ReadsAndWrites) {
  EXPECT_EQ(parseDuration("01:02:03"), Duration{3723000});
  EXPECT_EQ(parseDuration("-1:00:00"), Duration{-3600000});
  EXPECT_EQ(parseDuration("596000:00:00"), Duration{std::int64_t{596000} * 3600000});
  EXPECT_EQ(parseDuration("00:00:00.5"), Duration{500});
  for (const char* text : {"", "1:2:3", "01:02", "01:60:00", "01:00:60", "01:00:00 ", "a:00:00", "1234567890:00:00"}) {
    EXPECT_FALSE(parseDuration(text)) << text;
  }
  EXPECT_EQ(written(Duration{3723999}), "01:02:03");
  EXPECT_EQ(written(Duration{-3723000}), "-01:02:03");
  EXPECT_EQ(written(Duration{std::int64_t{596000} * 3600000}), "596000:00:00");
}

}  // namespace
}  // namespace qodly
