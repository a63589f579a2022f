// Members of entity selections: set operations on Roaring bitmaps, positions in ordered vectors.
#include "orda/record_set.h"

#include <algorithm>

namespace qodly::orda {

RecordSet::RecordSet() : bitmap_(std::make_shared<Bitmap>()) {}

RecordSet RecordSet::unordered(Bitmap members) {
  RecordSet set;
  set.bitmap_ = std::make_shared<Bitmap>(std::move(members));
  return set;
}

RecordSet RecordSet::ordered(std::vector<RecordNumber> members) {
  RecordSet set;
  set.bitmap_ = nullptr;
  set.ordered_ = std::make_shared<std::vector<RecordNumber>>(std::move(members));
  return set;
}

std::uint64_t RecordSet::size() const { return ordered_ ? ordered_->size() : bitmap_->cardinality(); }

RecordNumber RecordSet::at(std::uint64_t position) const {
  if (ordered_) return (*ordered_)[position];
  RecordNumber number = storage::noRecord;
  bitmap_->select(static_cast<std::uint32_t>(position), &number);
  return number;
}

bool RecordSet::contains(RecordNumber number) const {
  return ordered_ ? std::ranges::find(*ordered_, number) != ordered_->end() : bitmap_->contains(number);
}

std::int64_t RecordSet::positionOf(RecordNumber number) const {
  if (ordered_) {
    const auto found = std::ranges::find(*ordered_, number);
    return found == ordered_->end() ? -1 : found - ordered_->begin();
  }
  return bitmap_->contains(number) ? static_cast<std::int64_t>(bitmap_->rank(number)) - 1 : -1;
}

Bitmap RecordSet::toBitmap() const { return ordered_ ? Bitmap(ordered_->size(), ordered_->data()) : *bitmap_; }

std::vector<RecordNumber> RecordSet::toVector() const {
  if (ordered_) return *ordered_;
  std::vector<RecordNumber> numbers(bitmap_->cardinality());
  bitmap_->toUint32Array(numbers.data());
  return numbers;
}

std::vector<RecordNumber> RecordSet::slice(std::uint64_t from, std::uint64_t count) const {
  const std::uint64_t length = size();
  if (from >= length) return {};
  count = std::min(count, length - from);
  if (ordered_) {
    const auto begin = ordered_->begin() + static_cast<std::ptrdiff_t>(from);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
  }
  // Not rangeUint32Array: it unpacks whole containers of 65,536 numbers for a page of 100.
  std::vector<RecordNumber> numbers;
  numbers.reserve(count);
  RecordNumber first = 0;
  bitmap_->select(static_cast<std::uint32_t>(from), &first);
  Bitmap::const_iterator next = bitmap_->begin();
  next.equalorlarger(first);
  for (; numbers.size() < count; ++next) numbers.push_back(*next);
  return numbers;
}

void RecordSet::forEach(const std::function<bool(RecordNumber)>& visit) const {
  if (ordered_) {
    for (const RecordNumber number : *ordered_) {
      if (!visit(number)) return;
    }
    return;
  }
  for (const RecordNumber number : *bitmap_) {
    if (!visit(number)) return;
  }
}

namespace {

// The bitmap of a set, without a copy when it already is one.
class AsBitmap {
 public:
  explicit AsBitmap(const RecordSet& set) : shared_(set.bitmap()), own_(shared_ ? Bitmap() : set.toBitmap()) {}
  const Bitmap& operator*() const { return shared_ ? *shared_ : own_; }

 private:
  const Bitmap* shared_;
  Bitmap own_;
};

}  // namespace

RecordSet RecordSet::intersect(const RecordSet& other) const { return unordered(*AsBitmap(*this) & *AsBitmap(other)); }

RecordSet RecordSet::unite(const RecordSet& other) const { return unordered(*AsBitmap(*this) | *AsBitmap(other)); }

RecordSet RecordSet::subtract(const RecordSet& other) const { return unordered(*AsBitmap(*this) - *AsBitmap(other)); }

RecordSet RecordSet::append(RecordNumber number) const& { return RecordSet(*this).appended(number); }

RecordSet RecordSet::append(RecordNumber number) && { return std::move(*this).appended(number); }

// Content that nobody else shares is changed in place, so that a loop of adds stays linear.
RecordSet RecordSet::appended(RecordNumber number) && {
  if (ordered_) {
    if (ordered_.use_count() != 1) ordered_ = std::make_shared<std::vector<RecordNumber>>(*ordered_);
    ordered_->push_back(number);
    return std::move(*this);
  }
  if (bitmap_->contains(number)) return std::move(*this);
  if (bitmap_.use_count() != 1) bitmap_ = std::make_shared<Bitmap>(*bitmap_);
  bitmap_->add(number);
  return std::move(*this);
}

bool RecordSet::operator==(const RecordSet& other) const {
  if (isOrdered() != other.isOrdered()) return false;
  return ordered_ ? *ordered_ == *other.ordered_ : *bitmap_ == *other.bitmap_;
}

}  // namespace qodly::orda
