// matchRegex (commands.md 2.1): ICU regular expressions.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace qodly::script::library {

// Group 0 is the whole match. Positions are 1-based, lengths 0 or more, both in UTF-16 units; a group that took no
// part has position 0 and length 0.
struct RegexGroup {
  std::int64_t position = 0;
  std::int64_t length = 0;
};

enum class RegexSearch { whole, from, exactlyAt };

// The groups of the match; empty when there is none. `start` counts from 1 and does not matter for `whole`.
// `most`: work until it is given up, in ICU's unit of about a millisecond. Errors: -20022 invalid pattern; -20019 a
// match that takes too long or too much memory.
Result<std::vector<RegexGroup>> matchRegex(std::string_view pattern, std::string_view text, std::int64_t start,
                                           RegexSearch search, std::int32_t most = 5'000);

}  // namespace qodly::script::library
