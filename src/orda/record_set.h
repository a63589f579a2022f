// The members of an entity selection: record numbers, either unordered (a Roaring bitmap, each once) or ordered (a
// vector, repetitions allowed). Value type with cheap copies (content is shared until changed).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <roaring/roaring.hh>

#include "storage/types.h"

namespace qodly::orda {

using storage::RecordNumber;
using Bitmap = ::Roaring;

class RecordSet {
 public:
  RecordSet();  // empty, unordered
  static RecordSet unordered(Bitmap members);
  static RecordSet ordered(std::vector<RecordNumber> members);

  bool isOrdered() const { return ordered_ != nullptr; }
  std::uint64_t size() const;
  bool empty() const { return size() == 0; }
  RecordNumber at(std::uint64_t position) const;  // position < size()
  bool contains(RecordNumber number) const;
  std::int64_t positionOf(RecordNumber number) const;  // first position, -1 when absent
  Bitmap toBitmap() const;
  const Bitmap* bitmap() const { return bitmap_.get(); }  // nullptr when ordered
  std::vector<RecordNumber> toVector() const;
  std::vector<RecordNumber> slice(std::uint64_t from, std::uint64_t count) const;
  void forEach(const std::function<bool(RecordNumber)>& visit) const;

  RecordSet intersect(const RecordSet& other) const;  // results are unordered
  RecordSet unite(const RecordSet& other) const;
  RecordSet subtract(const RecordSet& other) const;
  // orda.md 13.5 rules for ordered and unordered. On a set that is moved in, unshared content is extended in place.
  RecordSet append(RecordNumber number) const&;
  RecordSet append(RecordNumber number) &&;
  bool operator==(const RecordSet& other) const;

 private:
  RecordSet appended(RecordNumber number) &&;

  // Changed only by appended(), and only while not shared.
  std::shared_ptr<Bitmap> bitmap_;
  std::shared_ptr<std::vector<RecordNumber>> ordered_;
};

}  // namespace qodly::orda
