// Names of months, weekdays and parts of the day, and the rules of weeks, in a locale. From ICU, remembered.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/calendar.h"

namespace qodly::script::library {

// What ICU prints for these pattern letters at that UTC time. Valid until the next call on this thread.
const std::string& localName(const std::string& locale, std::string_view letters, std::int64_t utcMilliseconds);

// The locale's own pattern with these fields ("yMMMEd").
const std::string& localPattern(const std::string& locale, std::string_view skeleton);

struct WeekRules {
  int firstDay = 1;     // 1 Sunday .. 7 Saturday
  int minimalDays = 1;  // of the first week of a year
};
WeekRules weekRules(const std::string& locale);

}  // namespace qodly::script::library
