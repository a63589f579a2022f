// Small results stay a list that is sorted once; past one batch they become bits.
#include "engine/embedded/number_collector.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <string>

namespace qodly::engine {

namespace {

// A bitmap of few numbers that rise strictly. It is put together in the portable form of Roaring bitmaps - a header,
// for each 65,536 numbers one entry and their lower halves as a list - because adding them searches a place for each.
Bitmap bitmapOf(std::span<const RecordNumber> numbers) {
  constexpr std::uint32_t cookie = 12346;  // form without runs
  constexpr std::size_t longestList = 4096;
  struct Part {
    std::uint32_t begin, count;
  };
  std::vector<Part> parts;
  for (std::uint32_t i = 0; i < numbers.size(); ++i) {
    const bool same = !parts.empty() && numbers[parts.back().begin] >> 16 == numbers[i] >> 16;
    if (!same) parts.push_back({i, 0});
    if (++parts.back().count > longestList) return {numbers.size(), numbers.data()};
  }
  std::string bytes;
  const auto put = [&bytes](auto number) { bytes.append(reinterpret_cast<const char*>(&number), sizeof number); };
  const std::size_t lists = 8 + parts.size() * 8;
  bytes.reserve(lists + numbers.size() * 2);
  put(cookie);
  put(static_cast<std::uint32_t>(parts.size()));
  for (const Part& part : parts) {
    put(static_cast<std::uint16_t>(numbers[part.begin] >> 16));
    put(static_cast<std::uint16_t>(part.count - 1));
  }
  for (const Part& part : parts) put(static_cast<std::uint32_t>(lists + part.begin * 2));
  bytes.resize(lists + numbers.size() * 2);
  char* at = bytes.data() + lists;
  for (const RecordNumber number : numbers) {
    const auto low = static_cast<std::uint16_t>(number);
    std::memcpy(at, &low, sizeof low);
    at += sizeof low;
  }
  return Bitmap::readSafe(bytes.data(), bytes.size());
}

}  // namespace

void NumberCollector::add(std::span<const RecordNumber> numbers) {
  list_.insert(list_.end(), numbers.begin(), numbers.end());
  if (list_.size() >= batch) flush();
}

void NumberCollector::flush() {
  if (bits_.empty()) {
    end_ = scope_.end(table_);
    bits_.resize(std::size_t{end_} / 64 + 1);
  }
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
  // What comes from one key of an index rises already.
  if (std::ranges::adjacent_find(list_, std::ranges::greater_equal{}) != list_.end()) {
    std::ranges::sort(list_);
    const auto repeated = std::ranges::unique(list_);
    list_.erase(repeated.begin(), repeated.end());
  }
  if (bits_.empty()) return bitmapOf(list_);
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
