// JSON text to Value and back (commands.md 9.2 for the forms of dates, times, pictures).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "value/value.h"

namespace qodly::json {

struct ParseOptions {
  std::size_t maximumDepth = 512;
  Heap* heap = nullptr;   // of a language process, for the containers made; nullptr: in no heap
  bool tolerant = false;  // byte-order mark, // and /* */ comments, trailing commas (project-format.md 1.2)
};

// Error: code malformedJson, with line and column of the first offending character and what was expected there.
// Numbers without fraction and exponent that fit 64 bits become integer, all others real. Duplicate names: last wins.
Result<Value> parse(std::string_view text, const ParseOptions& options = {});

struct WriteOptions {
  bool pretty = false;       // one member a line, tab indentation
  bool legacyDates = false;  // REST attribute form !!YYYY-MM-DD!! instead of YYYY-MM-DD for dates
};

// Undefined members are left out of objects and written as null in collections. Dates YYYY-MM-DD, instants ISO with
// milliseconds, times milliseconds, pictures and blobs "[object Picture]" / "[object Blob]", handles null. A container
// inside itself is written as null there; callers that must refuse cycles ask hasCycle() first.
void append(const Value& value, std::string& out, const WriteOptions& options = {});
std::string text(const Value& value, const WriteOptions& options = {});

}  // namespace qodly::json
