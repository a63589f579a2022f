#include "base/calendar.h"

#include <array>
#include <chrono>
#include <ctime>

namespace qodly {

namespace {

constexpr std::int64_t msPerSecond = 1000;
constexpr std::int64_t msPerMinute = 60 * msPerSecond;
constexpr std::int64_t msPerHour = 60 * msPerMinute;
constexpr std::int64_t msPerDay = 24 * msPerHour;
constexpr Instant noInstant{INT64_MIN};  // the instant of Date::none()

// Reads a text from front to back; every step fails without moving when the text does not match.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool atEnd() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

  bool skip(char expected) {
    if (peek() != expected || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool skipPrefix(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  // Between `fewest` and `most` digits; further digits make it fail.
  std::optional<int> number(std::size_t fewest, std::size_t most) {
    std::size_t count = 0;
    int value = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
      if (count == most) return std::nullopt;
      value = value * 10 + (rest_[count] - '0');
      ++count;
    }
    if (count < fewest) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }

  // [.digits] as milliseconds, cut after the third digit; 0 when there is no fraction.
  std::optional<int> milliseconds() {
    if (!skip('.')) return 0;
    int value = 0;
    int count = 0;
    for (; peek() >= '0' && peek() <= '9'; rest_.remove_prefix(1), ++count) {
      if (count < 3) value = value * 10 + (peek() - '0');
    }
    if (count == 0 || count > 9) return std::nullopt;
    for (; count < 3; ++count) value *= 10;
    return value;
  }

 private:
  std::string_view rest_;
};

// 0-0-0 is the null date.
std::optional<Date> civilOrNone(int year, int month, int day) {
  if (year == 0 && month == 0 && day == 0) return Date::none();
  return Date::fromCivil(year, month, day);
}

// YYYY-MM-DD or YYYY/MM/DD at the front of the scanner. The null date may be written with a two-digit year.
std::optional<Date> scanDate(Scanner& scanner) {
  const auto year = scanner.number(2, 5);
  const char separator = scanner.peek();
  if (!year || (separator != '-' && separator != '/')) return std::nullopt;
  scanner.skip(separator);
  const auto month = scanner.number(1, 2);
  if (!month || !scanner.skip(separator)) return std::nullopt;
  const auto day = scanner.number(1, 2);
  if (!day) return std::nullopt;
  return civilOrNone(*year, *month, *day);
}

// HH:MM:SS[.mmm] within a day.
std::optional<std::int64_t> scanTimeOfDay(Scanner& scanner) {
  const auto hours = scanner.number(2, 2);
  if (!hours || *hours > 23 || !scanner.skip(':')) return std::nullopt;
  const auto minutes = scanner.number(2, 2);
  if (!minutes || *minutes > 59 || !scanner.skip(':')) return std::nullopt;
  const auto seconds = scanner.number(2, 2);
  if (!seconds || *seconds > 59) return std::nullopt;
  const auto milliseconds = scanner.milliseconds();
  if (!milliseconds) return std::nullopt;
  return *hours * msPerHour + *minutes * msPerMinute + *seconds * msPerSecond + *milliseconds;
}

enum class Zone { server, utc, offset };

struct CivilTime {
  Date date;
  std::int64_t timeOfDay = 0;  // milliseconds
  Zone zone = Zone::server;
  std::int64_t offset = 0;  // milliseconds east of UTC
};

std::optional<CivilTime> parseCivilTime(std::string_view text) {
  Scanner scanner(text);
  CivilTime result;
  const auto date = scanDate(scanner);
  if (!date || !scanner.skip('T')) return std::nullopt;
  result.date = *date;
  const auto timeOfDay = scanTimeOfDay(scanner);
  if (!timeOfDay) return std::nullopt;
  result.timeOfDay = *timeOfDay;
  if (scanner.skip('Z')) {
    result.zone = Zone::utc;
  } else if (scanner.peek() == '+' || scanner.peek() == '-') {
    const std::int64_t sign = scanner.peek() == '+' ? 1 : -1;
    scanner.skip(scanner.peek());
    const auto hours = scanner.number(2, 2);
    scanner.skip(':');
    const auto minutes = scanner.number(2, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    result.zone = Zone::offset;
    result.offset = sign * (*hours * msPerHour + *minutes * msPerMinute);
  }
  if (!scanner.atEnd()) return std::nullopt;
  return result;
}

// A wall-clock time of the server's time zone as an instant. A time that the clock skips or shows twice follows mktime.
Instant fromServerTime(Date date, std::int64_t timeOfDay) {
  const Date::Civil civil = date.civil();
  std::tm local{};
  local.tm_year = civil.year - 1900;
  local.tm_mon = civil.month - 1;
  local.tm_mday = civil.day;
  local.tm_hour = static_cast<int>(timeOfDay / msPerHour);
  local.tm_min = static_cast<int>(timeOfDay / msPerMinute % 60);
  local.tm_sec = static_cast<int>(timeOfDay / msPerSecond % 60);
  local.tm_isdst = -1;
  return {static_cast<std::int64_t>(std::mktime(&local)) * msPerSecond + timeOfDay % msPerSecond};
}

constexpr std::int64_t floorDivide(std::int64_t value, std::int64_t by) {
  return value / by - static_cast<std::int64_t>(value % by < 0);
}

void appendPadded(std::int64_t value, int width, std::string& out) {
  std::array<char, 20> digits;
  std::size_t at = digits.size();
  do {
    digits[--at] = static_cast<char>('0' + value % 10);
    value /= 10;
    --width;
  } while (value != 0 || width > 0);
  out.append(digits.data() + at, digits.size() - at);
}

}  // namespace

std::optional<Date> Date::fromCivil(int year, int month, int day) {
  if (year < 100 || year > 32767 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const std::chrono::year_month_day civil{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                          std::chrono::day(static_cast<unsigned>(day))};
  if (!civil.ok()) return std::nullopt;
  return Date{static_cast<std::int32_t>(std::chrono::sys_days(civil).time_since_epoch().count())};
}

Date::Civil Date::civil() const {
  if (isNone()) return {0, 0, 0};
  const std::chrono::year_month_day civil{std::chrono::sys_days(std::chrono::days(days))};
  return {static_cast<int>(civil.year()), static_cast<int>(static_cast<unsigned>(civil.month())),
          static_cast<int>(static_cast<unsigned>(civil.day()))};
}

Instant Instant::now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::floor<std::chrono::milliseconds>(now).count()};
}

std::optional<Date> parseDate(std::string_view text) {
  Scanner scanner(text);
  if (scanner.skipPrefix("!!") || scanner.skip('!')) {
    const std::string_view mark = text.starts_with("!!") ? "!!" : "!";
    const auto date = scanDate(scanner);
    if (!date || !scanner.skipPrefix(mark) || !scanner.atEnd()) return std::nullopt;
    return date;
  }
  if (const auto date = scanDate(scanner)) {
    if (scanner.atEnd()) return date;
    if (scanner.peek() != 'T') return std::nullopt;
    const auto instant = parseCivilTime(text);
    if (!instant) return std::nullopt;
    return instant->date;
  }
  Scanner dayFirst(text);
  const auto day = dayFirst.number(1, 2);
  if (!day || !dayFirst.skip('!')) return std::nullopt;
  const auto month = dayFirst.number(1, 2);
  if (!month || !dayFirst.skip('!')) return std::nullopt;
  const auto year = dayFirst.number(1, 5);
  if (!year || !dayFirst.atEnd()) return std::nullopt;
  return civilOrNone(*year, *month, *day);
}

std::optional<Date> parseShortDate(std::string_view text) {
  struct Run {
    int value = 0;
    std::size_t digits = 0;
  };
  std::array<Run, 3> runs;
  std::size_t found = 0;
  for (std::size_t at = 0; at < text.size() && found < runs.size();) {
    if (text[at] < '0' || text[at] > '9') {
      ++at;
      continue;
    }
    Run& run = runs[found++];
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      if (++run.digits > 4) return std::nullopt;
      run.value = run.value * 10 + (text[at] - '0');
    }
  }
  const auto& [month, day, year] = runs;
  if (found < runs.size() || month.digits > 2 || day.digits > 2) return std::nullopt;
  if (year.digits == 4) return Date::fromCivil(year.value, month.value, day.value);
  if (year.digits != 2) return std::nullopt;
  return Date::fromCivil(year.value + (year.value < 30 ? 2000 : 1900), month.value, day.value);
}

std::optional<Instant> parseInstant(std::string_view text) {
  const auto civil = parseCivilTime(text);
  if (!civil) return std::nullopt;
  if (civil->date.isNone()) return noInstant;
  if (civil->zone == Zone::server) return fromServerTime(civil->date, civil->timeOfDay);
  return Instant{civil->date.days * msPerDay + civil->timeOfDay - civil->offset};
}

std::optional<Duration> parseDuration(std::string_view text) {
  Scanner scanner(text);
  const bool negative = scanner.skip('-');
  const auto hours = scanner.number(1, 9);
  if (!hours || !scanner.skip(':')) return std::nullopt;
  const auto minutes = scanner.number(2, 2);
  if (!minutes || *minutes > 59 || !scanner.skip(':')) return std::nullopt;
  const auto seconds = scanner.number(2, 2);
  if (!seconds || *seconds > 59) return std::nullopt;
  const auto milliseconds = scanner.milliseconds();
  if (!milliseconds || !scanner.atEnd()) return std::nullopt;
  const std::int64_t ms = *hours * msPerHour + *minutes * msPerMinute + *seconds * msPerSecond + *milliseconds;
  return Duration{negative ? -ms : ms};
}

void appendDate(Date date, std::string& out) {
  const Date::Civil civil = date.civil();
  if (civil.year >= 0 && civil.year <= 9999) {
    char text[] = "0000-00-00";
    const auto put = [&text](int at, int number) {
      text[at] = static_cast<char>('0' + number / 10);
      text[at + 1] = static_cast<char>('0' + number % 10);
    };
    put(0, civil.year / 100);
    put(2, civil.year % 100);
    put(5, civil.month);
    put(8, civil.day);
    out.append(text, 10);
    return;
  }
  appendPadded(civil.year, 4, out);
  out.push_back('-');
  appendPadded(civil.month, 2, out);
  out.push_back('-');
  appendPadded(civil.day, 2, out);
}

void appendInstant(Instant instant, std::string& out) {
  if (instant == noInstant) {
    out += "0000-00-00T00:00:00.000Z";
    return;
  }
  const std::int64_t days = floorDivide(instant.ms, msPerDay);
  const auto timeOfDay = static_cast<std::uint32_t>(instant.ms - days * msPerDay);
  appendDate(Date{static_cast<std::int32_t>(days)}, out);
  // Every answer of REST carries one of these an entity: written at once instead of digit by digit.
  char text[] = "T00:00:00.000Z";
  const auto put = [&text](int at, std::uint32_t number) {
    text[at] = static_cast<char>('0' + number / 10);
    text[at + 1] = static_cast<char>('0' + number % 10);
  };
  put(1, timeOfDay / 3'600'000);
  put(4, timeOfDay / 60'000 % 60);
  put(7, timeOfDay / 1'000 % 60);
  text[10] = static_cast<char>('0' + timeOfDay % 1'000 / 100);
  text[11] = static_cast<char>('0' + timeOfDay % 100 / 10);
  text[12] = static_cast<char>('0' + timeOfDay % 10);
  out.append(text, 14);
}

void appendDuration(Duration duration, std::string& out) {
  const std::int64_t seconds = std::abs(duration.ms / msPerSecond);
  if (duration.ms < 0 && seconds != 0) out.push_back('-');
  appendPadded(seconds / 3600, 2, out);
  out.push_back(':');
  appendPadded(seconds / 60 % 60, 2, out);
  out.push_back(':');
  appendPadded(seconds % 60, 2, out);
}

Instant startOfDay(Date date) { return date.isNone() ? noInstant : fromServerTime(date, 0); }

Date dayOf(Instant instant) {
  if (instant == noInstant) return Date::none();
  const auto seconds = static_cast<std::time_t>(floorDivide(instant.ms, msPerSecond));
  std::tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return Date::none();
  return Date{static_cast<std::int32_t>(floorDivide(seconds + local.tm_gmtoff, 24 * 60 * 60))};
}

Date today() { return dayOf(Instant::now()); }

}  // namespace qodly
