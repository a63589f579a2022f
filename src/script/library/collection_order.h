// The default order of elements (classes.md 1.3): null < booleans < texts < numbers < objects < collections < dates,
// inside a group by value. Every sort is stable. Elements are decorated once with a key of fixed size - the bits of a
// number, a day, eight bytes of a text's collation key - and the keys are sorted by radix, so that a comparison never
// looks at an element again.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "base/collation.h"
#include "value/value.h"

namespace qodly::script::library {

// Groups of the order; undefined stands before null. What has no order of its own counts as an object.
enum class OrderGroup : std::uint8_t { undefined, null, boolean, text, number, object, collection, date };
OrderGroup orderGroup(Type type);

// What one level of a sort looks at. `values` of the positions 0, 1, ...: either the elements themselves or pointers to
// what a path leads to (nullptr: undefined).
struct SortLevel {
  std::span<const Value> elements;
  std::vector<const Value*> found;
  bool descending = false;

  const Value* at(std::size_t position) const { return elements.empty() ? found[position] : &elements[position]; }
};

// Positions 0 to count - 1 in sorted order, equal ones in ascending position. Descending reverses the groups and the
// values in them; objects and collections keep their relative order. At most 2^32 - 1 positions.
std::vector<std::uint32_t> sortedPositions(std::span<const SortLevel> levels, std::size_t count,
                                           const Collation& collation);

// The same for some positions, which come in ascending order.
void sortSome(std::span<std::uint32_t> positions, std::span<const SortLevel> levels, const Collation& collation);

// Two values by the same order, for looking for the least or greatest one.
std::weak_ordering compareElements(const Value& left, const Value& right, const Collation& collation);

// The elements at `positions`, in that order, moved out of `elements`.
std::vector<Value> permuted(std::vector<Value>& elements, std::span<const std::uint32_t> positions);

}  // namespace qodly::script::library
