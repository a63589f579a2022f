// Dates of mail headers (RFC 5322).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"

namespace qodly::script::library {

std::string mailDate(Instant moment);  // "Fri, 20 Nov 2026 13:00:00 +0000"
// With or without day of the week and comment, two- or four-digit years, numeric or named zones.
std::optional<Instant> readMailDate(std::string_view text);
std::string isoSeconds(Instant moment);  // "2031-02-03T04:05:06Z"

}  // namespace qodly::script::library
