// Small results stay a list that is sorted once; past one batch they become bits.
#include "engine/embedded/number_collector.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <string>

namespace qodly::engine {

namespace {

// A bitmap of numbers that rise strictly. It is put together in the portable form of Roaring bitmaps - a header, two
// numbers for each part of 65,536, then the lower halves of a part as a list or, when they are many, as bits - because
// adding numbers searches a place for each.
class PortableBitmap {
 public:
  static Bitmap of(std::span<const RecordNumber> numbers) {
    PortableBitmap form(numbers);
    return Bitmap::readSafe(form.bytes_.data(), form.bytes_.size());
  }

 private:
  static constexpr std::uint32_t cookie = 12346;  // form without runs
  static constexpr std::size_t longestList = 4096, bitBytes = 8192, perPart = 2 * sizeof(std::uint32_t);

  struct Part {
    std::span<const RecordNumber> numbers;
    std::size_t bytes() const { return numbers.size() > longestList ? bitBytes : numbers.size() * 2; }
  };

  explicit PortableBitmap(std::span<const RecordNumber> numbers) {
    const std::vector<Part> parts = partsOf(numbers);
    std::size_t offset = perPart + parts.size() * perPart;
    bytes_.reserve(offset + numbers.size() * 2);
    put(cookie);
    put(static_cast<std::uint32_t>(parts.size()));
    for (const Part& part : parts) {
      put(static_cast<std::uint16_t>(part.numbers.front() >> 16));
      put(static_cast<std::uint16_t>(part.numbers.size() - 1));
    }
    for (const Part& part : parts) {
      put(static_cast<std::uint32_t>(offset));
      offset += part.bytes();
    }
    for (const Part& part : parts) putContent(part);
  }

  static std::vector<Part> partsOf(std::span<const RecordNumber> numbers) {
    std::vector<Part> parts;
    while (!numbers.empty()) {
      const RecordNumber half = numbers.front() >> 16;
      const auto end = std::ranges::find_if(numbers, [half](RecordNumber number) { return number >> 16 != half; });
      const auto count = static_cast<std::size_t>(end - numbers.begin());
      parts.push_back({numbers.first(count)});
      numbers = numbers.subspan(count);
    }
    return parts;
  }

  template <class Number>
  void put(Number number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }

  void putContent(const Part& part) {
    const std::size_t from = bytes_.size();
    bytes_.resize(from + part.bytes());
    char* at = bytes_.data() + from;
    if (part.numbers.size() > longestList) {
      for (const RecordNumber number : part.numbers) {
        char& byte = at[(number & 0xFFFF) / 8];
        byte = static_cast<char>(byte | 1 << number % 8);
      }
      return;
    }
    for (const RecordNumber number : part.numbers) {
      const auto low = static_cast<std::uint16_t>(number);
      std::memcpy(at, &low, sizeof low);
      at += sizeof low;
    }
  }

  std::string bytes_;
};

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
  if (bits_.empty()) return PortableBitmap::of(list_);
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
