// Small results stay a list that is sorted once; past one batch they become bits.
#include "engine/embedded/number_collector.h"

#include <algorithm>
#include <bit>

namespace qodly::engine {

void NumberCollector::add(std::span<const RecordNumber> numbers) {
  list_.insert(list_.end(), numbers.begin(), numbers.end());
  if (list_.size() >= batch) flush();
}

void NumberCollector::flush() {
  if (bits_.empty()) bits_.resize(std::size_t{end_} / 64 + 1);
  for (const RecordNumber number : list_) {
    if (number < end_) {
      bits_[number / 64] |= std::uint64_t{1} << number % 64;
    } else {
      bitmap_.add(number);
    }
  }
  list_.clear();
}

Bitmap NumberCollector::take() {
  std::ranges::sort(list_);
  bitmap_.addMany(list_.size(), list_.data());
  list_.clear();
  for (std::size_t word = 0; word < bits_.size(); ++word) {
    for (std::uint64_t rest = bits_[word]; rest != 0; rest &= rest - 1) {
      list_.push_back(static_cast<RecordNumber>(word * 64 + static_cast<std::size_t>(std::countr_zero(rest))));
    }
    if (list_.size() >= batch) {
      bitmap_.addMany(list_.size(), list_.data());
      list_.clear();
    }
  }
  bitmap_.addMany(list_.size(), list_.data());
  return std::move(bitmap_);
}

}  // namespace qodly::engine
