// Times as texts, by the numbers of commands.md 6.5.
#pragma once

#include <cstdint>
#include <string>

#include "base/calendar.h"

namespace qodly::script::library {

// 0 and unknown numbers: HH:MM:SS. 100 added: midnight is "". Hours go on past 24; a negative time gets a leading `-`.
std::string formatTime(Duration time, std::int64_t format = 0);

// hh:mm[:ss] with AM or PM, the forms that formatTime gives, an ISO date and time; else the first three numbers of the
// text. Nothing usable, or more than 596000 hours: 0.
Duration parseTimeText(std::string_view text);

}  // namespace qodly::script::library
