#include "script/library/format_pattern.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/format_date.h"
#include "script/library/format_names.h"

namespace qodly::script::library {

namespace {

bool isLeap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
int lengthOfYear(int year) { return isLeap(year) ? 366 : 365; }

// Prints the fields of one date and time.
class FieldWriter {
 public:
  FieldWriter(const PatternInput& input, const Regional& regional) : input_(input), regional_(regional) {
    if (input_.date) civil_ = input_.date->civil();
  }

  // False when the letter has no meaning.
  bool write(char letter, int width, std::string& out) const {
    if (std::string_view("GyYuQqMLwWdDFEec").contains(letter)) {
      if (input_.date) writeDate(letter, width, out);
      return true;
    }
    return writeTime(letter, width, out) || writeZone(letter, width, out);
  }

 private:
  static void number(std::int64_t value, int width, std::string& out) {
    fmt::format_to(std::back_inserter(out), "{:0{}}", value, width);
  }

  void year(int value, int width, std::string& out) const {
    if (width == 2) value %= 100;
    number(value, width, out);
  }

  // A name of the locale, at a sample day that has the wanted month or weekday.
  void name(char letter, int width, Date sample, std::string& out) const {
    out += localName(regional_.locale, std::string(static_cast<std::size_t>(std::min(width, 6)), letter),
                     std::int64_t{sample.days} * msPerDay);
  }
  Date sampleMonth() const { return *Date::fromCivil(2000, civil_.month, 15); }
  Date sampleWeekday() const { return Date{Date::fromCivil(2000, 1, 2)->days + dayNumber(*input_.date) - 1}; }

  int dayOfYear() const { return input_.date->days - Date::fromCivil(2000, 1, 1)->days - daysBefore(civil_.year) + 1; }
  // Days from 2000-01-01 to the first of January of that year.
  static int daysBefore(int year) {
    const int years = year - 1;
    const auto until = [](int y) { return y * 365 + y / 4 - y / 100 + y / 400; };
    return until(years) - until(1999);
  }

  struct Week {
    int week, year;
  };
  Week week() const {
    const WeekRules rules = weekRules(regional_.locale);
    const int weekday = dayNumber(*input_.date);
    const int day = dayOfYear();
    const auto numberOf = [&](int dayOfPeriod) {
      const int start = ((weekday - rules.firstDay - dayOfPeriod + 1) % 7 + 7) % 7;
      return (dayOfPeriod + start - 1) / 7 + (7 - start >= rules.minimalDays ? 1 : 0);
    };
    const int found = numberOf(day);
    if (found == 0) return {numberOf(day + lengthOfYear(civil_.year - 1)), civil_.year - 1};
    const int last = lengthOfYear(civil_.year);
    if (day >= last - 5) {
      const int fromStart = (weekday - rules.firstDay + 7) % 7;
      const int lastFromStart = (fromStart + last - day) % 7;
      if (6 - lastFromStart >= rules.minimalDays && day + 7 - fromStart > last) return {1, civil_.year + 1};
    }
    return {found, civil_.year};
  }

  int weekOfMonth() const {
    const WeekRules rules = weekRules(regional_.locale);
    const int start = ((dayNumber(*input_.date) - rules.firstDay - civil_.day + 1) % 7 + 7) % 7;
    return (civil_.day + start - 1) / 7 + (7 - start >= rules.minimalDays ? 1 : 0);
  }

  void writeDate(char letter, int width, std::string& out) const {
    switch (letter) {
      case 'G':
        return name('G', width, sampleMonth(), out);
      case 'y':
      case 'u':
        return year(civil_.year, letter == 'u' && width == 2 ? 1 : width, out);
      case 'Y':
        return year(week().year, width, out);
      case 'Q':
      case 'q':
        return width <= 2 ? number((civil_.month + 2) / 3, width, out) : name(letter, width, sampleMonth(), out);
      case 'M':
      case 'L':
        return width <= 2 ? number(civil_.month, width, out) : name(letter, width, sampleMonth(), out);
      case 'w':
        return number(week().week, width, out);
      case 'W':
        return number(weekOfMonth(), width, out);
      case 'd':
        return number(civil_.day, width, out);
      case 'D':
        return number(dayOfYear(), width, out);
      case 'F':
        return number((civil_.day - 1) / 7 + 1, width, out);
      case 'E':
        return name('E', width, sampleWeekday(), out);
      default:
        return localWeekday(letter, width, out);
    }
  }

  void localWeekday(char letter, int width, std::string& out) const {
    if (width > 2) return name(letter, width, sampleWeekday(), out);
    const int firstDay = weekRules(regional_.locale).firstDay;
    number((dayNumber(*input_.date) - firstDay + 7) % 7 + 1, letter == 'c' ? 1 : width, out);
  }

  // What ICU prints for that time of the day.
  void dayPeriod(char letter, int width, std::string& out) const {
    out += localName(regional_.locale, std::string(static_cast<std::size_t>(std::min(width, 5)), letter),
                     input_.timeOfDay / 60'000 * 60'000);
  }

  // AM, PM, noon and midnight.
  void halfOrMiddle(int width, std::string& out) const {
    const bool noon = input_.timeOfDay / 1000 == 12 * 3600;
    const bool midnight = input_.timeOfDay / 1000 == 0;
    if (!noon && !midnight) return dayPeriod('a', width, out);
    if (!regional_.locale.starts_with("en")) return dayPeriod('b', width, out);
    constexpr std::array<std::string_view, 3> noons = {"noon", "noon", "n"};
    constexpr std::array<std::string_view, 3> midnights = {"mid.", "midnight", "md"};
    const std::size_t form = width <= 3 ? 0 : width == 4 ? 1 : 2;
    out += noon ? noons[form] : midnights[form];
  }

  bool writeTime(char letter, int width, std::string& out) const {
    const std::int64_t seconds = input_.timeOfDay / 1000;
    const std::int64_t hour = seconds / 3600;
    switch (letter) {
      case 'a':
        dayPeriod('a', width, out);
        return true;
      case 'b':
        halfOrMiddle(width, out);
        return true;
      case 'B':
        dayPeriod('B', width, out);
        return true;
      case 'h':
        number(hour % 12 == 0 ? 12 : hour % 12, width, out);
        return true;
      case 'H':
        number(hour, width, out);
        return true;
      case 'K':
        number(hour % 12, width, out);
        return true;
      case 'k':
        number(hour == 0 ? 24 : hour, width, out);
        return true;
      case 'm':
        number(seconds / 60 % 60, width, out);
        return true;
      case 's':
        number(seconds % 60, width, out);
        return true;
      case 'S':
        fraction(width, out);
        return true;
      default:
        return false;
    }
  }

  void fraction(int width, std::string& out) const {
    std::string digits = fmt::format("{:03}", input_.timeOfDay % 1000);
    digits.resize(static_cast<std::size_t>(width), '0');
    out += digits;
  }

  // +hh, +hhmm or +hh:mm
  void offset(bool minutesIfAny, bool colon, std::string& out) const {
    const std::int64_t minutes = std::abs(input_.secondsEast) / 60;
    out.push_back(input_.secondsEast < 0 ? '-' : '+');
    number(minutes / 60, 2, out);
    if (minutesIfAny && minutes % 60 == 0) return;
    if (colon) out.push_back(':');
    number(minutes % 60, 2, out);
  }

  void greenwich(bool longForm, std::string& out) const {
    out += "GMT";
    const std::int64_t minutes = std::abs(input_.secondsEast) / 60;
    if (minutes == 0) return;
    if (longForm) return offset(false, true, out);
    out.push_back(input_.secondsEast < 0 ? '-' : '+');
    number(minutes / 60, 1, out);
    if (minutes % 60 != 0) out += fmt::format(":{:02}", minutes % 60);
  }

  bool writeZone(char letter, int width, std::string& out) const {
    const bool zero = std::abs(input_.secondsEast) < 60;
    switch (letter) {
      case 'X':
        if (zero) {
          out.push_back('Z');
          return true;
        }
        [[fallthrough]];
      case 'x':
        offset(width == 1, width == 3 || width == 5, out);
        return true;
      case 'O':
        greenwich(width >= 4, out);
        return true;
      case 'z':
      case 'Z':
        if (width == 4) {
          greenwich(true, out);
        } else if (width >= 5 && zero) {
          out.push_back('Z');
        } else {
          offset(false, width >= 5, out);
        }
        return true;
      default:
        return false;
    }
  }

  const PatternInput& input_;
  const Regional& regional_;
  Date::Civil civil_{0, 0, 0};
};

constexpr bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view withoutOuterSpaces(std::string_view pattern) {
  const std::size_t first = pattern.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return pattern.substr(first, pattern.find_last_not_of(' ') - first + 1);
}

// Appends what stands between quotes from `at` (behind the opening one) on; two quotes are one. Returns the place
// behind the closing quote.
std::size_t appendQuoted(std::string_view pattern, std::size_t at, std::string& out) {
  while (at < pattern.size()) {
    if (pattern[at] != '\'') {
      out.push_back(pattern[at++]);
    } else if (at + 1 < pattern.size() && pattern[at + 1] == '\'') {
      out.push_back('\'');
      at += 2;
    } else {
      return at + 1;
    }
  }
  return at;
}

}  // namespace

std::string systemDatePattern(const Regional& regional, bool longForm) {
  return localPattern(regional.locale, longForm ? "yMMMMEEEEd" : "yMMMEd");
}

std::string formatPattern(const PatternInput& input, std::string_view pattern, const Regional& regional) {
  constexpr std::size_t mostLetters = 100;
  pattern = withoutOuterSpaces(pattern);
  const FieldWriter writer(input, regional);
  std::string text;
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '\'') {
      if (at + 1 < pattern.size() && pattern[at + 1] == '\'') {
        text.push_back('\'');
        at += 2;
      } else {
        at = appendQuoted(pattern, at + 1, text);
      }
      continue;
    }
    std::size_t end = at + 1;
    if (isLetter(c)) {
      end = std::min(pattern.find_first_not_of(c, at), pattern.size());
      const auto width = static_cast<int>(std::min(end - at, mostLetters));
      if (!writer.write(c, width, text)) text.append(pattern, at, end - at);
    } else {
      text.push_back(c);
    }
    at = end;
  }
  return text;
}

std::string formatDatePattern(Date date, Duration time, std::string_view pattern, const Regional& regional) {
  if (date.isNone()) return "00/00/00";
  const Moment moment = momentOf(date, time);
  return formatPattern({moment.date, moment.timeOfDay, secondsEastOfUtc(moment)}, pattern, regional);
}

std::string formatTimePattern(Duration time, std::string_view pattern, const Regional& regional) {
  const Moment moment = momentOf(today(), time);
  return formatPattern({std::nullopt, moment.timeOfDay, secondsEastOfUtc(moment)}, pattern, regional);
}

}  // namespace qodly::script::library
