#include "script/library/sort_keyed.h"

#include <algorithm>
#include <array>

namespace qodly::script::library {

namespace {

constexpr std::size_t comparisonLimit = 300;  // below this many entries comparing is faster than counting bytes
constexpr std::size_t digits = 8;
constexpr std::size_t values = 256;

using Histogram = std::array<std::array<std::uint32_t, values>, digits>;

bool before(const Keyed& left, const Keyed& right) {
  return left.key != right.key ? left.key < right.key : left.position < right.position;
}

std::size_t digit(const Keyed& entry, std::size_t place) { return (entry.key >> (8 * place)) & 0xFF; }

// One pass of the radix sort, from the least significant byte up; moves nothing when all entries agree in the byte.
bool distribute(const std::vector<Keyed>& from, std::vector<Keyed>& to, std::array<std::uint32_t, values>& counts,
                std::size_t place) {
  if (counts[digit(from.front(), place)] == from.size()) return false;
  std::uint32_t start = 0;
  for (std::uint32_t& count : counts) {
    const std::uint32_t size = count;
    count = start;
    start += size;
  }
  for (const Keyed& entry : from) to[counts[digit(entry, place)]++] = entry;
  return true;
}

}  // namespace

void sortKeyed(std::vector<Keyed>& entries) {
  if (std::ranges::is_sorted(entries, {}, &Keyed::key)) return;
  if (entries.size() < comparisonLimit) {
    std::ranges::sort(entries, before);
    return;
  }
  Histogram counts{};
  for (const Keyed& entry : entries) {
    for (std::size_t place = 0; place < digits; ++place) ++counts[place][digit(entry, place)];
  }
  std::vector<Keyed> other(entries.size());
  for (std::size_t place = 0; place < digits; ++place) {
    if (distribute(entries, other, counts[place], place)) entries.swap(other);
  }
}

}  // namespace qodly::script::library
