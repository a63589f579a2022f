// Dates of HTTP ("Sun, 06 Nov 1994 08:49:37 GMT") and the time as answers need it: to the second, nearly free to ask.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "security/session.h"

namespace qodly::http {

void appendHttpDate(std::int64_t secondsSince1970, std::string& out);
// The form above only; anything else is "unknown".
std::optional<std::int64_t> parseHttpDate(std::string_view text);

// Some milliseconds behind the real time, never ahead of it.
security::Instant coarseNow();

}  // namespace qodly::http
