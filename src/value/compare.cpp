#include "value/compare.h"

#include <cmath>

namespace qodly {

namespace {

// Groups of the sort order (orda.md 13.7), and what has no order at all behind them.
enum class Group : std::uint8_t { missing, boolean, text, number, object, collection, date, other };

Group groupOf(Type type) {
  switch (type) {
    case Type::undefined:
    case Type::null:
      return Group::missing;
    case Type::boolean:
      return Group::boolean;
    case Type::text:
      return Group::text;
    case Type::integer:
    case Type::real:
    case Type::time:
      return Group::number;
    case Type::object:
      return Group::object;
    case Type::collection:
      return Group::collection;
    case Type::date:
    case Type::instant:
      return Group::date;
    case Type::blob:
    case Type::picture:
    case Type::handle:
      return Group::other;
  }
  return Group::other;
}

std::int64_t wholeNumber(const Value& value) {
  return value.type() == Type::time ? value.asTime().ms : value.asInteger();
}

// Exact, also where a 64-bit integer has no equal double.
std::weak_ordering compareMixed(std::int64_t integer, double real) {
  constexpr double limit = 9223372036854775808.0;  // 2^63
  if (std::isnan(real) || real < -limit) return std::weak_ordering::greater;
  if (real >= limit) return std::weak_ordering::less;
  const double whole = std::trunc(real);
  const auto wholeInteger = static_cast<std::int64_t>(whole);
  if (integer != wholeInteger) return integer <=> wholeInteger;
  return real > whole   ? std::weak_ordering::less
         : real < whole ? std::weak_ordering::greater
                        : std::weak_ordering::equivalent;
}

// Not-a-number is below every number and equal to itself, so that sorting stays a total order.
std::weak_ordering compareReals(double left, double right) {
  if (std::isnan(left) || std::isnan(right))
    return static_cast<int>(!std::isnan(left)) <=> static_cast<int>(!std::isnan(right));
  return left < right   ? std::weak_ordering::less
         : left > right ? std::weak_ordering::greater
                        : std::weak_ordering::equivalent;
}

std::weak_ordering compareNumbers(const Value& left, const Value& right) {
  const bool leftReal = left.type() == Type::real;
  const bool rightReal = right.type() == Type::real;
  if (leftReal && rightReal) return compareReals(left.asReal(), right.asReal());
  if (leftReal) return 0 <=> compareMixed(wholeNumber(right), left.asReal());
  if (rightReal) return compareMixed(wholeNumber(left), right.asReal());
  return wholeNumber(left) <=> wholeNumber(right);
}

std::weak_ordering compareDates(const Value& left, const Value& right) {
  if (left.type() == Type::date && right.type() == Type::date) return left.asDate() <=> right.asDate();
  const auto instantOf = [](const Value& value) {
    return value.type() == Type::date ? startOfDay(value.asDate()) : value.asInstant();
  };
  return instantOf(left) <=> instantOf(right);
}

}  // namespace

std::weak_ordering sortOrder(const Value& left, const Value& right, const Collation& collation) {
  const Group group = groupOf(left.type());
  if (const Group other = groupOf(right.type()); group != other) return group <=> other;
  switch (group) {
    case Group::boolean:
      return static_cast<int>(left.asBoolean()) <=> static_cast<int>(right.asBoolean());
    case Group::text:
      return collation.compare(left.asText(), right.asText());
    case Group::number:
      return compareNumbers(left, right);
    case Group::date:
      return compareDates(left, right);
    case Group::missing:
    case Group::object:
    case Group::collection:
    case Group::other:
      break;
  }
  return std::weak_ordering::equivalent;
}

bool equalValues(const Value& left, const Value& right, const Collation& collation) {
  const Group group = groupOf(left.type());
  if (group != groupOf(right.type())) return false;
  switch (group) {
    case Group::boolean:
      return left.asBoolean() == right.asBoolean();
    case Group::text:
      return collation.equals(left.asText(), right.asText());
    case Group::number:
      return compareNumbers(left, right) == 0;
    case Group::date:
      if (left.type() == right.type()) return compareDates(left, right) == 0;
      // A day is equal to every instant inside it (query.md 6.3).
      return left.type() == Type::date ? left.asDate() == dayOf(right.asInstant())
                                       : right.asDate() == dayOf(left.asInstant());
    case Group::missing:
    case Group::object:
    case Group::collection:
    case Group::other:
      break;
  }
  return false;
}

}  // namespace qodly
