#include "script/library/mail_date.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace qodly::script::library {

namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> days{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // from 1970-01-01
constexpr std::int64_t dayMs = 86'400'000;

struct Zone {
  std::string_view name;
  int minutes;
};
constexpr std::array zones{Zone{"UT", 0},     Zone{"GMT", 0},    Zone{"UTC", 0},    Zone{"Z", 0},
                           Zone{"EST", -300}, Zone{"EDT", -240}, Zone{"CST", -360}, Zone{"CDT", -300},
                           Zone{"MST", -420}, Zone{"MDT", -360}, Zone{"PST", -480}, Zone{"PDT", -420}};

int zoneMinutes(std::string_view text) {
  if (text.size() == 5 && (text[0] == '+' || text[0] == '-')) {
    const auto number = parseInteger(text.substr(1)).value_or(0);
    const auto minutes = static_cast<int>(number / 100 * 60 + number % 100);
    return text[0] == '-' ? -minutes : minutes;
  }
  const auto* zone = std::ranges::find(zones, text, &Zone::name);
  return zone == zones.end() ? 0 : zone->minutes;
}

struct Split {
  std::int64_t days, ms;
};
Split splitDay(Instant moment) {
  std::int64_t day = moment.ms / dayMs;
  if (moment.ms % dayMs < 0) --day;
  return {day, moment.ms - day * dayMs};
}

}  // namespace

std::string mailDate(Instant moment) {
  const auto [day, ms] = splitDay(moment);
  const Date::Civil civil = Date{static_cast<std::int32_t>(day)}.civil();
  const auto weekday = static_cast<std::size_t>((day % 7 + 7) % 7);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", days[weekday], civil.day,
                     months[static_cast<std::size_t>(civil.month - 1)], civil.year, ms / 3'600'000, ms / 60'000 % 60,
                     ms / 1000 % 60);
}

std::optional<Instant> readMailDate(std::string_view text) {
  text = text.substr(0, text.find('('));
  if (const std::size_t comma = text.find(','); comma != text.npos) text.remove_prefix(comma + 1);
  std::vector<std::string_view> words;
  for (const std::string_view word : split(trim(text), ' ')) {
    if (!trim(word).empty()) words.push_back(trim(word));
  }
  if (words.size() < 4) return std::nullopt;
  const auto day = parseInteger(words[0]);
  const auto* month = std::ranges::find_if(
      months, [&](std::string_view name) { return equalsIgnoringAsciiCase(name, words[1].substr(0, 3)); });
  auto year = parseInteger(words[2]);
  if (!day || !year || month == months.end()) return std::nullopt;
  if (*year < 50) *year += 2000;
  if (*year < 1000) *year += 1900;
  const auto date =
      Date::fromCivil(static_cast<int>(*year), static_cast<int>(month - months.begin()) + 1, static_cast<int>(*day));
  const auto time = split(words[3], ':');
  if (!date || time.size() < 2) return std::nullopt;
  const auto hours = parseInteger(time[0]), minutes = parseInteger(time[1]);
  const auto seconds = time.size() > 2 ? parseInteger(time[2]) : std::optional<std::int64_t>(0);
  if (!hours || !minutes || !seconds) return std::nullopt;
  const int zone = words.size() > 4 ? zoneMinutes(words[4]) : 0;
  return Instant{date->days * dayMs + (*hours * 3600 + (*minutes - zone) * 60 + *seconds) * 1000};
}

std::string isoSeconds(Instant moment) {
  const auto [day, ms] = splitDay(moment);
  const Date::Civil civil = Date{static_cast<std::int32_t>(day)}.civil();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", civil.year, civil.month, civil.day, ms / 3'600'000,
                     ms / 60'000 % 60, ms / 1000 % 60);
}

}  // namespace qodly::script::library
