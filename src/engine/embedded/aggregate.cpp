// Numbers are summed in each chunk and the chunks in order, so that the same selection always gives the same sum.
#include "engine/embedded/aggregate.h"

#include <array>

#include "engine/embedded/interval.h"
#include "engine/embedded/path_pass.h"
#include "value/compare.h"

namespace qodly::engine {

namespace {

using orda::Aggregate;
using storage::Field;

// The groups of a mixed order (orda.md 13.7), lowest first.
enum Group : std::uint8_t { booleans, texts, numbers, structures, dates, groupCount };

std::optional<Group> groupOf(const Value& value) {
  switch (value.type()) {
    case Type::boolean:
      return booleans;
    case Type::text:
      return texts;
    case Type::integer:
    case Type::real:
      return numbers;
    case Type::object:
    case Type::collection:
      return structures;
    case Type::date:
    case Type::time:
    case Type::instant:
      return dates;
    default:
      return std::nullopt;
  }
}

// Seconds since 1970 for days and instants, as average() wants them.
std::optional<double> dateSeconds(const Value& value) {
  constexpr double secondsPerDay = 86400;
  if (value.type() == Type::date) {
    if (value.asDate().isNone()) return std::nullopt;
    return value.asDate().days * secondsPerDay;
  }
  if (value.type() == Type::instant) return static_cast<double>(value.asInstant().ms) / 1000;
  return std::nullopt;
}

struct Part {
  std::uint64_t count = 0;
  // Integers are summed exactly while they fit, then as a real.
  std::int64_t integerSum = 0;
  double sum = 0;
  std::uint64_t numbers = 0;
  double dateSum = 0;
  std::uint64_t dateCount = 0;
  // Fast path of integer and real attributes.
  std::int64_t lowest = INT64_MAX, highest = INT64_MIN;
  double lowestReal = 0, highestReal = 0;
  bool hasReal = false;
  std::array<Value, groupCount> minimum, maximum;

  void addInteger(std::int64_t value) {
    if (__builtin_add_overflow(integerSum, value, &integerSum)) {
      sum += static_cast<double>(integerSum - value) + static_cast<double>(value);
      integerSum = 0;
    }
  }
};

class Totals {
 public:
  Totals(const StoredAttribute& attribute, bool insideObject, const Collation& collation)
      : attribute_(attribute), insideObject_(insideObject), collation_(collation) {}

  void addField(Part& part, const Field& field) const {
    if (attribute_.type >= ColumnType::int8 && attribute_.type <= ColumnType::int64) {
      const std::int64_t value = field.integer();
      ++part.count;
      ++part.numbers;
      part.addInteger(value);
      part.lowest = std::min(part.lowest, value);
      part.highest = std::max(part.highest, value);
    } else if (attribute_.type == ColumnType::real) {
      const double value = field.real();
      ++part.count;
      ++part.numbers;
      part.sum += value;
      part.lowestReal = part.hasReal ? std::min(part.lowestReal, value) : value;
      part.highestReal = part.hasReal ? std::max(part.highestReal, value) : value;
      part.hasReal = true;
    } else {
      addValue(part, storage::toValue(field));
    }
  }

  void addValue(Part& part, const Value& value) const {
    const std::optional<Group> group = groupOf(value);
    if (!group) return;
    if (*group != structures) ++part.count;
    addNumbers(part, value);
    addExtremes(part, value, *group);
  }

  void merge(Part& into, const Part& part) const {
    into.count += part.count;
    into.numbers += part.numbers;
    into.sum += part.sum;
    into.addInteger(part.integerSum);
    into.dateSum += part.dateSum;
    into.dateCount += part.dateCount;
    into.lowest = std::min(into.lowest, part.lowest);
    into.highest = std::max(into.highest, part.highest);
    if (part.hasReal) {
      into.lowestReal = into.hasReal ? std::min(into.lowestReal, part.lowestReal) : part.lowestReal;
      into.highestReal = into.hasReal ? std::max(into.highestReal, part.highestReal) : part.highestReal;
      into.hasReal = true;
    }
    for (std::size_t group = 0; group < groupCount; ++group) {
      if (!part.minimum[group].isUndefined()) addExtremes(into, part.minimum[group], static_cast<Group>(group));
      if (!part.maximum[group].isUndefined()) addExtremes(into, part.maximum[group], static_cast<Group>(group));
    }
  }

  // minimum: of the first group present; maximum: of the first group of scalars.
  Aggregate finish(Part part) const {
    if (part.lowest <= part.highest) {
      addExtremes(part, Value::integer(part.lowest), numbers);
      addExtremes(part, Value::integer(part.highest), numbers);
    }
    if (part.hasReal) {
      addExtremes(part, Value::real(part.lowestReal), numbers);
      addExtremes(part, Value::real(part.highestReal), numbers);
    }
    Aggregate result;
    result.count = part.count;
    result.sum = part.sum + static_cast<double>(part.integerSum);
    result.numbers = part.numbers;
    result.dateSum = part.dateSum;
    result.dates = part.dateCount;
    for (std::size_t group = 0; group < groupCount; ++group) {
      if (result.minimum.isUndefined()) result.minimum = part.minimum[group];
      if (group != structures && result.maximum.isUndefined()) result.maximum = part.maximum[group];
    }
    return result;
  }

 private:
  void addNumbers(Part& part, const Value& value) const {
    if (value.type() == Type::integer) {
      ++part.numbers;
      part.addInteger(value.asInteger());
    } else if (value.type() == Type::real) {
      ++part.numbers;
      part.sum += value.asReal();
    } else if (value.type() == Type::time && !insideObject_) {
      ++part.numbers;
      part.sum += static_cast<double>(value.asTime().ms);
    } else if (const auto seconds = dateSeconds(value)) {
      ++(insideObject_ ? part.dateCount : part.numbers);
      (insideObject_ ? part.dateSum : part.sum) += *seconds;
    }
  }

  void addExtremes(Part& part, const Value& value, Group group) const {
    Value& minimum = part.minimum[group];
    Value& maximum = part.maximum[group];
    if (minimum.isUndefined() || sortOrder(value, minimum, collation_) < 0) minimum = value;
    if (maximum.isUndefined() || sortOrder(value, maximum, collation_) > 0) maximum = value;
  }

  const StoredAttribute& attribute_;
  bool insideObject_;
  const Collation& collation_;
};

}  // namespace

Aggregate aggregateMembers(const query::BoundPath& path, std::uint32_t dataClass, const orda::RecordSet& members,
                           View& view) {
  PathPass pass(path, dataClass, members, view);
  const Totals totals(pass.attribute(), !path.attribute.object.empty(), view.collation());
  std::vector<Part> parts(pass.chunks());
  pass.run([&](std::size_t chunk, const Field& field) { totals.addField(parts[chunk], field); },
           [&](std::size_t chunk, const Value& value) { totals.addValue(parts[chunk], value); }, [](std::size_t) {});
  Part sum;
  for (const Part& part : parts) totals.merge(sum, part);
  return totals.finish(std::move(sum));
}

}  // namespace qodly::engine
