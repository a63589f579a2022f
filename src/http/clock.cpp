#include "http/clock.h"

#include <array>
#include <chrono>

#include <fmt/format.h>
#include <time.h>

namespace qodly::http {

namespace {
constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}
}  // namespace

void appendHttpDate(std::int64_t secondsSince1970, std::string& out) {
  using namespace std::chrono;
  const sys_seconds time{seconds(secondsSince1970)};
  const sys_days day = floor<std::chrono::days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  fmt::format_to(std::back_inserter(out), "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[weekday(day).c_encoding()],
                 static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                 static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                 clock.seconds().count());
}

std::optional<std::int64_t> parseHttpDate(std::string_view text) {
  using namespace std::chrono;
  // 0    5  8   12   17 20 23 26
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || text.substr(25) != " GMT" || text[19] != ':' || text[22] != ':') return std::nullopt;
  const auto dayNumber = digits(text.substr(5, 2)), yearNumber = digits(text.substr(12, 4)),
             hour = digits(text.substr(17, 2)), minute = digits(text.substr(20, 2)),
             second = digits(text.substr(23, 2));
  unsigned monthNumber = 0;
  for (unsigned i = 0; i < months.size(); ++i) {
    if (months[i] == text.substr(8, 3)) monthNumber = i + 1;
  }
  if (!dayNumber || !yearNumber || !hour || !minute || !second || monthNumber == 0) return std::nullopt;
  const year_month_day date{year(*yearNumber), month(monthNumber), day(static_cast<unsigned>(*dayNumber))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return sys_days(date).time_since_epoch().count() * 86'400LL + *hour * 3600 + *minute * 60 + *second;
}

security::Instant coarseNow() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return security::Instant(std::chrono::milliseconds(time.tv_sec * 1000LL + time.tv_nsec / 1'000'000));
}

}  // namespace qodly::http
