#include "script/library/sort_texts.h"

#include <algorithm>

namespace qodly::script::library {

namespace {

constexpr std::size_t smallRun = 64;
constexpr std::size_t chunkBytes = 8;

}  // namespace

// Bytes depth to depth + 7 of a key as a number whose order is theirs. A key never holds the byte 0, so the zeros
// behind its end are below everything.
std::uint64_t TextKeys::chunk(std::uint32_t index, std::size_t depth) const {
  const std::string_view rest = key(index).substr(depth);
  std::uint64_t bytes = 0;
  __builtin_memcpy(&bytes, rest.data(), std::min(rest.size(), chunkBytes));
  return __builtin_bswap64(bytes);
}

std::size_t TextKeys::commonBytes(const std::vector<Keyed>& entries, const Run& run) const {
  const std::string_view first = key(entries[run.from].position);
  std::size_t common = first.size();
  for (std::size_t i = run.from + 1; i < run.to && common > run.depth; ++i) {
    const std::string_view other = key(entries[i].position);
    common = std::min(common, other.size());
    const auto differs = std::mismatch(first.begin() + static_cast<std::ptrdiff_t>(run.depth),
                                       first.begin() + static_cast<std::ptrdiff_t>(common),
                                       other.begin() + static_cast<std::ptrdiff_t>(run.depth));
    common = static_cast<std::size_t>(differs.first - first.begin());
  }
  return common;
}

void TextKeys::sortSmall(std::vector<Keyed>& entries, const Run& run, bool descending) const {
  const auto first = entries.begin() + static_cast<std::ptrdiff_t>(run.from);
  const auto last = entries.begin() + static_cast<std::ptrdiff_t>(run.to);
  std::sort(first, last, [&](const Keyed& left, const Keyed& right) {
    const int order = key(left.position).substr(run.depth).compare(key(right.position).substr(run.depth));
    if (order == 0) return left.position < right.position;
    return descending ? order > 0 : order < 0;
  });
}

// Sorts a run by its next eight bytes and leaves the runs that are still equal to be sorted further.
void TextKeys::sortRun(std::vector<Keyed>& entries, const Run& run, bool descending, std::vector<Run>& open) const {
  const std::size_t depth = commonBytes(entries, run);
  const std::uint64_t flip = descending ? ~std::uint64_t{0} : 0;
  std::vector<Keyed> part(entries.begin() + static_cast<std::ptrdiff_t>(run.from),
                          entries.begin() + static_cast<std::ptrdiff_t>(run.to));
  for (Keyed& entry : part) entry.key = chunk(entry.position, depth) ^ flip;
  sortKeyed(part);
  std::ranges::copy(part, entries.begin() + static_cast<std::ptrdiff_t>(run.from));
  forEachRun(part, [&](std::size_t from, std::size_t to) {
    const bool ended = ((part[from].key ^ flip) & 0xFF) == 0;  // the keys end inside these eight bytes: all equal
    if (!ended) open.push_back({run.from + from, run.from + to, depth + chunkBytes});
  });
}

std::vector<std::uint32_t> TextKeys::sorted(bool descending) const {
  std::vector<Keyed> entries(size());
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = {0, static_cast<std::uint32_t>(i)};
  std::vector<Run> open{{0, entries.size(), 0}};
  while (!open.empty()) {
    const Run run = open.back();
    open.pop_back();
    if (run.to - run.from < 2) continue;
    if (run.to - run.from <= smallRun) {
      sortSmall(entries, run, descending);
    } else {
      sortRun(entries, run, descending, open);
    }
  }
  std::vector<std::uint32_t> order(entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = entries[i].position;
  return order;
}

}  // namespace qodly::script::library
