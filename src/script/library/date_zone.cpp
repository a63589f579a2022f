#include "script/library/date_zone.h"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace qodly::script::library {

namespace {

constexpr std::int64_t floorDivide(std::int64_t value, std::int64_t by) {
  return value / by - static_cast<std::int64_t>(value % by < 0);
}

constexpr std::int64_t farthestYear = 40'000;  // more than all dates are apart

// The days of a date that may lie outside the range, checked.
Date checkedDate(std::int64_t days) {
  static const std::int64_t first = Date::fromCivil(100, 1, 1)->days;
  static const std::int64_t last = Date::fromCivil(32767, 12, 31)->days;
  return days < first || days > last ? Date::none() : Date{static_cast<std::int32_t>(days)};
}

}  // namespace

Moment momentOf(Date date, Duration time) {
  const std::int64_t days = floorDivide(time.ms, msPerDay);
  return {Date{static_cast<std::int32_t>(date.days + days)}, time.ms - days * msPerDay};
}

Moment serverTime(Instant instant) {
  const auto seconds = static_cast<std::time_t>(floorDivide(instant.ms, 1000));
  std::tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return {};
  const std::int64_t ms = instant.ms + local.tm_gmtoff * 1000;
  const std::int64_t days = floorDivide(ms, msPerDay);
  return {Date{static_cast<std::int32_t>(days)}, ms - days * msPerDay};
}

std::int64_t secondsEastOfUtc(const Moment& local) {
  const Date::Civil civil = local.date.civil();
  std::tm time{};
  time.tm_year = civil.year - 1900;
  time.tm_mon = civil.month - 1;
  time.tm_mday = civil.day;
  time.tm_hour = static_cast<int>(local.timeOfDay / 3'600'000);
  time.tm_min = static_cast<int>(local.timeOfDay / 60'000 % 60);
  time.tm_sec = static_cast<int>(local.timeOfDay / 1'000 % 60);
  time.tm_isdst = -1;
  std::mktime(&time);
  return time.tm_gmtoff;
}

Moment toUtc(const Moment& local) {
  return momentOf(local.date, Duration{local.timeOfDay - secondsEastOfUtc(local) * 1000});
}

Date addToDate(Date date, std::int64_t years, std::int64_t months, std::int64_t days) {
  if (date.isNone() && years == 0 && months == 0 && days == 0) return date;
  Date::Civil civil = date.civil();  // zeros for the null date
  std::int64_t dayOfMonth = civil.day;
  if (date.isNone()) {
    dayOfMonth = 1;
    --days;
  }
  years = std::clamp(years, -farthestYear, farthestYear);
  months = std::clamp(months, -farthestYear * 12, farthestYear * 12);
  const std::int64_t month = (civil.year + years) * 12 + civil.month - 1 + months;  // since year 0
  const std::int64_t year = floorDivide(month, 12);
  // One year outside may come back by the days; chrono's years end there.
  if (year < 0 || year > 32767) return Date::none();
  using namespace std::chrono;
  const year_month target =
      std::chrono::year(static_cast<int>(year)) / std::chrono::month(static_cast<unsigned>(month - year * 12) + 1);
  const auto lastDay = static_cast<std::int64_t>(static_cast<unsigned>(year_month_day_last(target / last).day()));
  const auto day = static_cast<unsigned>(std::min(dayOfMonth, lastDay));
  const std::int64_t start = sys_days(target / std::chrono::day(day)).time_since_epoch().count();
  constexpr std::int64_t farthestDays = farthestYear * 366;
  return checkedDate(start + std::clamp(days, -farthestDays, farthestDays));
}

int dayNumber(Date date) {
  if (date.isNone()) return 2;
  return static_cast<int>(((date.days + 4) % 7 + 7) % 7) + 1;  // 1970-01-01 was a Thursday
}

}  // namespace qodly::script::library
