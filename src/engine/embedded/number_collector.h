// Gathers record numbers that arrive in any order, repetitions included, into a bitmap: a bit set while the numbers are
// many, as single insertions into a compressed bitmap are slow.
#pragma once

#include <span>
#include <vector>

#include "engine/embedded/view.h"

namespace qodly::engine {

class NumberCollector {
 public:
  // `end`: one past the highest number that can come.
  explicit NumberCollector(RecordNumber end) : end_(end) {}

  void add(RecordNumber number) {
    list_.push_back(number);
    if (list_.size() >= batch) flush();
  }
  void add(std::span<const RecordNumber> numbers);
  Bitmap take();

 private:
  static constexpr std::size_t batch = 16384;
  void flush();

  RecordNumber end_;
  std::vector<RecordNumber> list_;
  std::vector<std::uint64_t> bits_;
  Bitmap bitmap_;
};

}  // namespace qodly::engine
