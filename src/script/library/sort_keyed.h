// Sorting positions by keys of 64 bits, the inner loop of every sort of elements.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace qodly::script::library {

struct Keyed {
  std::uint64_t key;
  std::uint32_t position;
};

// Sorts by ascending key. Stable; entries that come in ascending position keep ties in ascending position.
void sortKeyed(std::vector<Keyed>& entries);

// Keys whose unsigned order is the order of the numbers. Not-a-number is below every number; -0 equals 0.
inline std::uint64_t sortableInteger(std::int64_t value) {
  return static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63);
}
inline std::uint64_t sortableReal(double value) {
  if (std::isnan(value)) return 0;
  const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
}

// Calls visit(from, to) for every run of equal keys with more than one entry.
template <class Visit>
void forEachRun(const std::vector<Keyed>& entries, const Visit& visit) {
  for (std::size_t from = 0; from < entries.size();) {
    std::size_t to = from + 1;
    while (to < entries.size() && entries[to].key == entries[from].key) ++to;
    if (to - from > 1) visit(from, to);
    from = to;
  }
}

}  // namespace qodly::script::library
