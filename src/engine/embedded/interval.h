// A comparison with a number, day, instant, duration or boolean as an interval of stored values: what an index range
// and a sequential pass both need.
#pragma once

#include <cstdint>
#include <optional>

#include "query/plan.h"
#include "value/convert.h"

namespace qodly::engine {

// Both ends included; empty when low > high.
template <class Number>
struct Interval {
  Number low, high;
  bool empty() const { return !(low <= high); }
  bool contains(Number value) const { return low <= value && value <= high; }
};

bool isIntegral(ColumnType type);  // stored as an integer: boolean, int8..int64, date, instant, duration

// Smallest and largest value of an integral column.
Interval<std::int64_t> domainOf(ColumnType type);

// `value` as an integral column stores it; nullopt when its type is another. Instants and durations in milliseconds.
std::optional<std::int64_t> storedInteger(const Value& value);
Value integralValue(ColumnType type, std::int64_t stored);

// Values of an integral column for which `op` holds; equal, identical and the orderings only (nullopt for others and
// for values of a wrong type). An instant column compared with a day: query.md 6.3.
std::optional<Interval<std::int64_t>> integerInterval(query::Operator op, const Value& value, ColumnType type);
std::optional<Interval<double>> realInterval(query::Operator op, const Value& value);

}  // namespace qodly::engine
