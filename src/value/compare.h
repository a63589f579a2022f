// Comparison and ordering of values by the rules of queries, sorts and statistics (query.md 6-9, orda.md 13.7, 13.8).
#pragma once

#include <compare>
#include <optional>

#include "base/collation.h"
#include "value/value.h"

namespace qodly {

// Total order used by sorts: null (and undefined) first, then booleans, texts, numbers, objects, collections, dates
// (instants with the dates); inside a group by value, texts by collation; objects and collections all equal. A time is
// a number of milliseconds, which is what it is inside an object (language.md 3).
std::weak_ordering sortOrder(const Value& left, const Value& right, const Collation& collation);

// Equality of two scalars of the same kind: numbers by value (times as milliseconds), texts by collation without
// wildcards, days by day, a day and an instant when the instant is inside the day (query.md 6.3); false when the kinds
// differ or one is missing.
bool equalValues(const Value& left, const Value& right, const Collation& collation);

}  // namespace qodly
