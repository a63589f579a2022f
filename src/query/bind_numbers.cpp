// Comparisons of an integer attribute with a number of any kind and size, turned into comparisons with an integer in
// the attribute's range. Exact: `metres < 8.5` is `metres < 9`, `metres == 8.5` is never true, `metres < 1e30` always.
#include <algorithm>
#include <cmath>
#include <limits>

#include "query/bind_parts.h"

namespace qodly::query {

namespace {

struct Range {
  std::int64_t low, high;
};

template <class T>
constexpr Range rangeOf() {
  return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

Range rangeOf(ColumnType column) {
  switch (column) {
    case ColumnType::int8:
      return rangeOf<std::int8_t>();
    case ColumnType::int16:
      return rangeOf<std::int16_t>();
    case ColumnType::int32:
      return rangeOf<std::int32_t>();
    default:
      return rangeOf<std::int64_t>();
  }
}

constexpr double twoTo63 = 9223372036854775808.0;

// The value as an integer when it is one, within 64 bits.
std::optional<std::int64_t> exactInteger(const Value& value) {
  if (value.type() == Type::integer) return value.asInteger();
  const double real = value.asReal();
  if (real < -twoTo63 || real >= twoTo63 || real != std::floor(real)) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

// Where a number stands relative to the range.
enum class Side { below, inside, above };

Side sideOf(const Value& value, Range range) {
  if (value.type() == Type::integer) {
    const std::int64_t integer = value.asInteger();
    return integer < range.low ? Side::below : integer > range.high ? Side::above : Side::inside;
  }
  const double real = value.asReal();
  if (real < static_cast<double>(range.low)) return Side::below;
  // The largest 64-bit integer is no double: its neighbour above is 2^63.
  const bool above =
      range.high == rangeOf<std::int64_t>().high ? real >= twoTo63 : real > static_cast<double>(range.high);
  return above ? Side::above : Side::inside;
}

void fitEquality(Condition& condition, Range range) {
  const auto integer = exactInteger(condition.value);
  if (integer && *integer >= range.low && *integer <= range.high) {
    condition.value = Value::integer(*integer);
  } else {
    condition.constant = isNegative(condition.op);
  }
}

void fitOrder(Condition& condition, Range range) {
  const bool less = condition.op == Operator::less || condition.op == Operator::lessOrEqual;
  const Side side = sideOf(condition.value, range);
  if (side != Side::inside) {
    condition.written = condition.value;
    if (less == (side == Side::below)) {
      condition.constant = false;
      return;
    }
    // Every value, but not null.
    condition.op = less ? Operator::lessOrEqual : Operator::greaterOrEqual;
    condition.value = Value::integer(less ? range.high : range.low);
    return;
  }
  if (const auto integer = exactInteger(condition.value)) {
    condition.value = Value::integer(*integer);
    return;
  }
  condition.written = condition.value;
  const double real = condition.value.asReal();
  const bool up = condition.op == Operator::less || condition.op == Operator::greaterOrEqual;
  // A fraction inside the range lies between two integers of it.
  condition.value = Value::integer(static_cast<std::int64_t>(up ? std::ceil(real) : std::floor(real)));
}

void fitList(Condition& condition, Range range) {
  std::vector<Value> fitting;
  fitting.reserve(condition.list.size());
  for (const Value& value : condition.list) {
    const auto integer = exactInteger(value);
    if (integer && *integer >= range.low && *integer <= range.high) fitting.push_back(Value::integer(*integer));
  }
  condition.list = std::move(fitting);
}

}  // namespace

void fitToIntegers(Condition& condition, ColumnType column) {
  const Range range = rangeOf(column);
  switch (condition.op) {
    case Operator::in:
      return fitList(condition, range);
    case Operator::less:
    case Operator::lessOrEqual:
    case Operator::greater:
    case Operator::greaterOrEqual:
      return fitOrder(condition, range);
    default:
      return fitEquality(condition, range);
  }
}

}  // namespace qodly::query
