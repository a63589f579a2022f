// The value is first turned into the interval of stored values that count as equal to it (one number, the milliseconds
// of a day, or none for 8.5 in an integer column); the operator then says which side of that interval holds.
#include "engine/embedded/interval.h"

#include <cmath>
#include <limits>

namespace qodly::engine {

namespace {

using query::Operator;
using Integers = Interval<std::int64_t>;

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

// Values equal to `number`: itself, or for a fraction the empty interval between its neighbours.
std::optional<Integers> equalTo(double number) {
  if (std::isnan(number)) return std::nullopt;
  constexpr double limit = 9223372036854775808.0;  // 2^63
  if (number >= limit) return Integers{highest, highest - 1};
  if (number < -limit) return Integers{lowest + 1, lowest};
  const auto down = static_cast<std::int64_t>(std::floor(number));
  if (static_cast<double>(down) == number) return Integers{down, down};
  return Integers{down + 1, down};
}

std::optional<Integers> equalTo(const Value& value, ColumnType type) {
  if (type == ColumnType::instant && value.type() == Type::date) {
    const Date day = value.asDate();
    if (day.isNone()) return std::nullopt;
    return Integers{startOfDay(day).ms, startOfDay(Date{day.days + 1}).ms - 1};
  }
  const Type wanted = integralValue(type, 0).type();
  if (value.type() == Type::real && wanted == Type::integer) return equalTo(value.asReal());
  if (value.type() != wanted) return std::nullopt;
  const std::int64_t stored = *storedInteger(value);
  return Integers{stored, stored};
}

}  // namespace

bool isIntegral(ColumnType type) {
  switch (type) {
    case ColumnType::boolean:
    case ColumnType::int8:
    case ColumnType::int16:
    case ColumnType::int32:
    case ColumnType::int64:
    case ColumnType::date:
    case ColumnType::instant:
    case ColumnType::duration:
      return true;
    default:
      return false;
  }
}

Interval<std::int64_t> domainOf(ColumnType type) {
  switch (type) {
    case ColumnType::boolean:
      return {0, 1};
    case ColumnType::int8:
      return {INT8_MIN, INT8_MAX};
    case ColumnType::int16:
      return {INT16_MIN, INT16_MAX};
    case ColumnType::int32:
    case ColumnType::date:
      return {INT32_MIN, INT32_MAX};
    default:
      return {lowest, highest};
  }
}

std::optional<std::int64_t> storedInteger(const Value& value) {
  switch (value.type()) {
    case Type::boolean:
      return value.asBoolean() ? 1 : 0;
    case Type::integer:
      return value.asInteger();
    case Type::date:
      return value.asDate().days;
    case Type::instant:
      return value.asInstant().ms;
    case Type::time:
      return value.asTime().ms;
    default:
      return std::nullopt;
  }
}

Value integralValue(ColumnType type, std::int64_t stored) {
  switch (type) {
    case ColumnType::boolean:
      return Value::boolean(stored != 0);
    case ColumnType::date:
      return Value::date(Date{static_cast<std::int32_t>(stored)});
    case ColumnType::instant:
      return Value::instant(Instant{stored});
    case ColumnType::duration:
      return Value::time(Duration{stored});
    default:
      return Value::integer(stored);
  }
}

std::optional<Interval<std::int64_t>> integerInterval(Operator op, const Value& value, ColumnType type) {
  const std::optional<Integers> equal = equalTo(value, type);
  if (!equal) return std::nullopt;
  // An empty `equal` is {n + 1, n}: everything up to n is less, everything from n + 1 on is greater.
  const std::int64_t below = equal->empty() ? equal->high : (equal->low == lowest ? lowest : equal->low - 1);
  const std::int64_t above = equal->empty() ? equal->low : (equal->high == highest ? highest : equal->high + 1);
  const bool noneBelow = !equal->empty() && equal->low == lowest;
  const bool noneAbove = !equal->empty() && equal->high == highest;
  const Integers none{1, 0};
  switch (op) {
    case Operator::equal:
    case Operator::identical:
      return equal;
    case Operator::less:
      return noneBelow ? none : Integers{lowest, below};
    case Operator::lessOrEqual:
      return Integers{lowest, equal->high};
    case Operator::greater:
      return noneAbove ? none : Integers{above, highest};
    case Operator::greaterOrEqual:
      return Integers{equal->low, highest};
    default:
      return std::nullopt;
  }
}

std::optional<Interval<double>> realInterval(Operator op, const Value& value) {
  if (!value.isNumber()) return std::nullopt;
  const double number = value.asNumber();
  if (std::isnan(number)) return std::nullopt;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  switch (op) {
    case Operator::equal:
    case Operator::identical:
      return Interval<double>{number, number};
    case Operator::less:
      return Interval<double>{-infinity, std::nextafter(number, -infinity)};
    case Operator::lessOrEqual:
      return Interval<double>{-infinity, number};
    case Operator::greater:
      return Interval<double>{std::nextafter(number, infinity), infinity};
    case Operator::greaterOrEqual:
      return Interval<double>{number, infinity};
    default:
      return std::nullopt;
  }
}

}  // namespace qodly::engine
