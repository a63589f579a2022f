// compareStrings, position and replaceString (commands.md 3). The option numbers are the constants of commands.md 3.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/collation.h"
#include "base/error.h"
#include "base/text_search.h"
#include "value/value.h"

namespace qodly::script::library {

struct CompareOptions {
  SearchStrength strength = SearchStrength::letters;
  bool wholeWord = false;
};
// nullopt: the default rules, which differ from 0 (kStrict). Unknown bits are ignored.
CompareOptions compareOptions(std::optional<std::int64_t> options);

int compareStrings(const Collation& collation, std::string_view left, std::string_view right, SearchStrength strength);

// 1-based position and length in UTF-16 units; both 0 when not found.
struct FoundText {
  std::int64_t position = 0;
  std::int64_t length = 0;
};
FoundText findText(const Collation& collation, std::string_view wanted, const Value& text, std::int64_t start,
                   const CompareOptions& options);

// Error -20019 for a result of more than 2 GB.
Result<Value> replaceString(const Collation& collation, const Value& source, std::string_view wanted,
                            std::string_view replacement, std::int64_t most, SearchStrength strength);

}  // namespace qodly::script::library
