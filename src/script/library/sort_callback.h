// Sorting by a function of the script, which may fail and need not be a real order: a merge sort that asks as rarely as
// possible and never looks outside of the range, whatever the answers are.
#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

namespace qodly::script::library {

// Positions 0 to count - 1 in the order of `less(left, right)`: an int that is 1 for "left is lower", 0 for not,
// negative to give up. Stable. Empty when given up (and when count is 0).
template <class Less>
std::vector<std::uint32_t> mergeSorted(std::size_t count, Less&& less) {
  constexpr std::size_t block = 8;  // sorted by binary insertion, which needs the fewest questions
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  for (std::size_t from = 0; from < count; from += block) {
    const std::size_t end = std::min(from + block, count);
    for (std::size_t next = from + 1; next < end; ++next) {
      const std::uint32_t position = order[next];
      std::size_t low = from;
      std::size_t high = next;
      // Sorted input is the common case: the neighbour is asked first.
      for (std::size_t middle = next - 1; low < high; middle = low + (high - low) / 2) {
        const int answer = less(position, order[middle]);
        if (answer < 0) return {};
        if (answer > 0) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      for (std::size_t at = next; at > low; --at) order[at] = order[at - 1];
      order[low] = position;
    }
  }
  std::vector<std::uint32_t> merged(count);
  for (std::size_t width = block; width < count; width *= 2) {
    for (std::size_t from = 0; from < count; from += 2 * width) {
      const std::size_t middle = std::min(from + width, count);
      const std::size_t end = std::min(from + 2 * width, count);
      std::size_t left = from;
      std::size_t right = middle;
      std::size_t out = from;
      if (middle < end) {
        const int answer = less(order[middle], order[middle - 1]);
        if (answer < 0) return {};
        if (answer == 0) {  // already in order
          for (; left < end; ++left) merged[out++] = order[left];
          continue;
        }
      }
      while (left < middle && right < end) {
        const int answer = less(order[right], order[left]);
        if (answer < 0) return {};
        merged[out++] = answer > 0 ? order[right++] : order[left++];
      }
      while (left < middle) merged[out++] = order[left++];
      while (right < end) merged[out++] = order[right++];
    }
    order.swap(merged);
  }
  return order;
}

}  // namespace qodly::script::library
