#include "script/library/collection_order.h"

#include <algorithm>
#include <array>

#include "script/library/sort_keyed.h"
#include "script/library/sort_texts.h"
#include "value/compare.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t groupCount = static_cast<std::size_t>(OrderGroup::date) + 1;

OrderGroup groupAt(const SortLevel& level, std::uint32_t position) {
  const Value* value = level.at(position);
  return value != nullptr ? orderGroup(value->type()) : OrderGroup::undefined;
}

class Sorter {
 public:
  Sorter(std::span<const SortLevel> levels, const Collation& collation) : levels_(levels), collation_(collation) {}

  // Sorts positions that are equal in all levels before `level`; they come in ascending order.
  void sort(std::span<std::uint32_t> positions, std::size_t level) {
    if (positions.size() < 2 || level == levels_.size()) return;
    const std::array<std::size_t, groupCount> sizes = partition(positions, levels_[level]);
    std::size_t start = 0;
    for (std::size_t i = 0; i < groupCount; ++i) {
      const std::size_t group = levels_[level].descending ? groupCount - 1 - i : i;
      sortGroup(positions.subspan(start, sizes[group]), static_cast<OrderGroup>(group), level);
      start += sizes[group];
    }
  }

 private:
  // Brings each group together, in the order of the groups; the sizes of the groups.
  std::array<std::size_t, groupCount> partition(std::span<std::uint32_t> positions, const SortLevel& level) {
    std::array<std::size_t, groupCount> sizes{};
    for (const std::uint32_t position : positions) ++sizes[static_cast<std::size_t>(groupAt(level, position))];
    if (std::ranges::find(sizes, positions.size()) != sizes.end()) return sizes;
    std::array<std::size_t, groupCount> starts{};
    std::size_t start = 0;
    for (std::size_t i = 0; i < groupCount; ++i) {
      const std::size_t group = level.descending ? groupCount - 1 - i : i;
      starts[group] = start;
      start += sizes[group];
    }
    std::vector<std::uint32_t> grouped(positions.size());
    for (const std::uint32_t position : positions) {
      grouped[starts[static_cast<std::size_t>(groupAt(level, position))]++] = position;
    }
    std::ranges::copy(grouped, positions.begin());
    return sizes;
  }

  void sortGroup(std::span<std::uint32_t> positions, OrderGroup group, std::size_t level) {
    if (positions.size() < 2) return;
    switch (group) {
      case OrderGroup::text:
        return sortTextGroup(positions, level);
      case OrderGroup::number:
        return sortNumbers(positions, level);
      case OrderGroup::boolean:
        return sortByKey(positions, level, [](const Value& value) { return value.asBoolean() ? 1u : 0u; });
      case OrderGroup::date:
        return sortDates(positions, level);
      default:
        return sort(positions, level + 1);  // no order inside the group
    }
  }

  void sortDates(std::span<std::uint32_t> positions, std::size_t level) {
    const SortLevel& rule = levels_[level];
    const bool days =
        std::ranges::all_of(positions, [&](std::uint32_t position) { return rule.at(position)->type() == Type::date; });
    if (days)
      return sortByKey(positions, level, [](const Value& value) { return sortableInteger(value.asDate().days); });
    sortByKey(positions, level, [](const Value& value) {
      const Instant instant = value.type() == Type::date ? startOfDay(value.asDate()) : value.asInstant();
      return sortableInteger(instant.ms);
    });
  }

  template <class Key>
  void sortByKey(std::span<std::uint32_t> positions, std::size_t level, const Key& key) {
    const SortLevel& rule = levels_[level];
    const std::uint64_t flip = rule.descending ? ~std::uint64_t{0} : 0;
    std::vector<Keyed> entries(positions.size());
    for (std::size_t i = 0; i < positions.size(); ++i) {
      entries[i] = {std::uint64_t{key(*rule.at(positions[i]))} ^ flip, positions[i]};
    }
    sortKeyed(entries);
    for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = entries[i].position;
    if (level + 1 == levels_.size()) return;
    forEachRun(entries, [&](std::size_t from, std::size_t to) { sort(positions.subspan(from, to - from), level + 1); });
  }

  void sortNumbers(std::span<std::uint32_t> positions, std::size_t level) {
    constexpr std::int64_t exact = std::int64_t{1} << 53;  // integers up to here are doubles
    const SortLevel& rule = levels_[level];
    bool reals = false;
    bool large = false;
    for (const std::uint32_t position : positions) {
      const Value& value = *rule.at(position);
      if (value.type() == Type::real) {
        reals = true;
      } else {
        const std::int64_t whole = wholeNumber(value);
        large = large || whole > exact || whole < -exact;
      }
    }
    if (!reals) {
      return sortByKey(positions, level, [](const Value& value) { return sortableInteger(wholeNumber(value)); });
    }
    if (!large) {
      return sortByKey(positions, level, [](const Value& value) {
        return sortableReal(value.type() == Type::real ? value.asReal() : static_cast<double>(wholeNumber(value)));
      });
    }
    sortMixed(positions, level);
  }

  // Reals among integers that no real equals exactly.
  void sortMixed(std::span<std::uint32_t> positions, std::size_t level) {
    const SortLevel& rule = levels_[level];
    const auto compare = [&](std::uint32_t left, std::uint32_t right) {
      return sortOrder(*rule.at(left), *rule.at(right), collation_);
    };
    std::ranges::stable_sort(positions, [&](std::uint32_t left, std::uint32_t right) {
      const std::weak_ordering order = compare(left, right);
      return rule.descending ? std::is_gt(order) : std::is_lt(order);
    });
    for (std::size_t from = 0; from < positions.size();) {
      std::size_t to = from + 1;
      while (to < positions.size() && std::is_eq(compare(positions[from], positions[to]))) ++to;
      sort(positions.subspan(from, to - from), level + 1);
      from = to;
    }
  }

  void sortTextGroup(std::span<std::uint32_t> positions, std::size_t level) {
    const SortLevel& rule = levels_[level];
    TextKeys keys(collation_, positions.size());
    for (const std::uint32_t position : positions) keys.add(rule.at(position)->asText());
    const std::vector<std::uint32_t> order = keys.sorted(rule.descending);
    std::vector<std::uint32_t> sorted(positions.size());
    for (std::size_t i = 0; i < order.size(); ++i) sorted[i] = positions[order[i]];
    std::ranges::copy(sorted, positions.begin());
    if (level + 1 == levels_.size()) return;
    for (std::size_t from = 0; from < order.size();) {
      std::size_t to = from + 1;
      while (to < order.size() && keys.key(order[from]) == keys.key(order[to])) ++to;
      sort(positions.subspan(from, to - from), level + 1);
      from = to;
    }
  }

  static std::int64_t wholeNumber(const Value& value) {
    return value.type() == Type::time ? value.asTime().ms : value.asInteger();
  }

  std::span<const SortLevel> levels_;
  const Collation& collation_;
};

}  // namespace

OrderGroup orderGroup(Type type) {
  switch (type) {
    case Type::undefined:
      return OrderGroup::undefined;
    case Type::null:
      return OrderGroup::null;
    case Type::boolean:
      return OrderGroup::boolean;
    case Type::text:
      return OrderGroup::text;
    case Type::integer:
    case Type::real:
    case Type::time:
      return OrderGroup::number;
    case Type::collection:
      return OrderGroup::collection;
    case Type::date:
    case Type::instant:
      return OrderGroup::date;
    case Type::blob:
    case Type::picture:
    case Type::object:
    case Type::handle:
      return OrderGroup::object;
  }
  return OrderGroup::object;
}

std::vector<std::uint32_t> sortedPositions(std::span<const SortLevel> levels, std::size_t count,
                                           const Collation& collation) {
  std::vector<std::uint32_t> positions(count);
  for (std::size_t i = 0; i < count; ++i) positions[i] = static_cast<std::uint32_t>(i);
  sortSome(positions, levels, collation);
  return positions;
}

void sortSome(std::span<std::uint32_t> positions, std::span<const SortLevel> levels, const Collation& collation) {
  Sorter(levels, collation).sort(positions, 0);
}

std::weak_ordering compareElements(const Value& left, const Value& right, const Collation& collation) {
  const OrderGroup group = orderGroup(left.type());
  if (const OrderGroup other = orderGroup(right.type()); group != other) return group <=> other;
  return group == OrderGroup::object ? std::weak_ordering::equivalent : sortOrder(left, right, collation);
}

std::vector<Value> permuted(std::vector<Value>& elements, std::span<const std::uint32_t> positions) {
  std::vector<Value> sorted;
  sorted.reserve(positions.size());
  for (const std::uint32_t position : positions) sorted.push_back(std::move(elements[position]));
  return sorted;
}

}  // namespace qodly::script::library
