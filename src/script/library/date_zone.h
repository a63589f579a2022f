// The server's time zone (base/calendar.h) for one wall-clock time, and dates by month arithmetic.
#pragma once

#include <cstdint>

#include "base/calendar.h"

namespace qodly::script::library {

inline constexpr std::int64_t msPerDay = std::int64_t{24} * 60 * 60 * 1000;

// A wall-clock time: timeOfDay in milliseconds, 0 to one day.
struct Moment {
  Date date;
  std::int64_t timeOfDay = 0;
};
// `time` beyond a day moves the date. The date must not be none.
Moment momentOf(Date date, Duration time);

Moment serverTime(Instant instant);  // wall clock of the server's zone

std::int64_t secondsEastOfUtc(const Moment& local);  // at that local time
Moment toUtc(const Moment& local);

// Adds years and months, then days. The day is cut to the length of the month reached. From the null date the
// components count from 0 (commands.md 5). Outside the range of dates: none.
Date addToDate(Date date, std::int64_t years, std::int64_t months, std::int64_t days);

int dayNumber(Date date);  // 1 Sunday .. 7 Saturday; the null date: 2

}  // namespace qodly::script::library
