// Dates as texts by number (commands.md 6.4), dates and times by pattern (6.6), and texts as dates (7.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "script/library/format_regional.h"

namespace qodly::script::library {

// 0 and unknown numbers: the short form of the system. 100 added: the null date is "".
std::string formatDate(Date date, std::int64_t format, Duration time, const Regional& regional);

// CLDR patterns. A time alone prints nothing for the letters of dates.
std::string formatDatePattern(Date date, Duration time, std::string_view pattern, const Regional& regional);
std::string formatTimePattern(Duration time, std::string_view pattern, const Regional& regional);

// An ISO date, with or without a time, whatever the locale; a time with Z or an offset tells the day in the server's
// zone. Everything else is a short date of the locale. No date: none.
Date parseDateText(std::string_view text, const Regional& regional);

}  // namespace qodly::script::library
