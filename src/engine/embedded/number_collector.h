// Gathers record numbers that arrive in any order, repetitions included, into a bitmap: a bit set while the numbers are
// many, as single insertions into a compressed bitmap are slow.
#pragma once

#include <span>
#include <vector>

#include "engine/embedded/view.h"

namespace qodly::engine {

class NumberCollector {
 public:
  // For numbers of records of the table. `scope` must outlive the collector.
  NumberCollector(const storage::ReadScope& scope, storage::TableId table) : scope_(scope), table_(table) {}

  void add(RecordNumber number) {
    list_.push_back(number);
    if (list_.size() >= batch) flush();
  }
  void add(std::span<const RecordNumber> numbers);
  Bitmap take();

 private:
  static constexpr std::size_t batch = 16384;
  void flush();

  const storage::ReadScope& scope_;
  storage::TableId table_;
  RecordNumber end_ = 0;  // one past the highest number in use, known once bits are needed
  std::vector<RecordNumber> list_;
  std::vector<std::uint64_t> bits_;
  Bitmap bitmap_;
};

}  // namespace qodly::engine
