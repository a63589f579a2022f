// Collation keys of many texts in one piece of memory, and their order: sorted eight bytes at a time by radix, the
// common beginning of each run skipped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/collation.h"
#include "script/library/sort_keyed.h"

namespace qodly::script::library {

class TextKeys {
 public:
  TextKeys(const Collation& collation, std::size_t expected) : collation_(collation) { ends_.reserve(expected); }

  void add(std::string_view text) {
    collation_.appendKey(text, bytes_);
    ends_.push_back(bytes_.size());
  }
  std::size_t size() const { return ends_.size(); }
  std::string_view key(std::size_t index) const {
    const std::size_t start = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(bytes_).substr(start, ends_[index] - start);
  }

  // Indexes of the texts in their order; equal ones in ascending index.
  std::vector<std::uint32_t> sorted(bool descending) const;

 private:
  struct Run {
    std::size_t from, to;  // entries that agree in the first `depth` bytes of their keys
    std::size_t depth;
  };

  std::uint64_t chunk(std::uint32_t index, std::size_t depth) const;
  std::size_t commonBytes(const std::vector<Keyed>& entries, const Run& run) const;
  void sortSmall(std::vector<Keyed>& entries, const Run& run, bool descending) const;
  void sortRun(std::vector<Keyed>& entries, const Run& run, bool descending, std::vector<Run>& open) const;

  const Collation& collation_;
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

}  // namespace qodly::script::library
