// A condition evaluated on objects, packed or live: walks the path, goes into the elements of collections, and applies
// the existential rules of query.md 9. Internal to query/.
#pragma once

#include "query/scalar_test.h"
#include "value/packed.h"

namespace qodly::query {

// A Value with the reading interface of PackedView. Never owns.
class ValueView {
 public:
  ValueView() = default;
  explicit ValueView(const Value& value) : value_(&value) {}

  // A number that was a time when it was stored counts as one.
  Type type() const {
    if (value_ == nullptr) return Type::undefined;
    return value_->isMarkedTime() ? Type::time : value_->type();
  }
  bool asBoolean() const { return value_->asBoolean(); }
  double asNumber() const { return value_->asNumber(); }
  std::int64_t asInteger() const { return value_->asInteger(); }
  std::string_view asText() const { return value_->asText(); }
  Date asDate() const { return value_->asDate(); }
  std::int64_t asMilliseconds() const {
    if (value_->isMarkedTime()) return static_cast<std::int64_t>(value_->asReal());
    return value_->type() == Type::time ? value_->asTime().ms : value_->asInstant().ms;
  }
  std::uint32_t size() const;
  ValueView member(std::string_view name) const;
  ValueView element(std::uint32_t index) const;
  bool isSame(const Value& other) const;  // the same object, collection or handle

 private:
  const Value* value_ = nullptr;
};

// Thread-safe. Keeps references to condition and collation.
class PathTest {
 public:
  PathTest(const Condition& condition, const Collation& collation);

  // The condition on `view`, from step `from` of its path on; negative comparators included.
  template <class View>
  bool operator()(const View& view, std::size_t from = 0) const {
    if (condition_.constant) return *condition_.constant;
    if (!negative_) return positive(view, from);
    if (letterEnd_ <= from) return !positive(view, from);
    return someDiffers(view, from);
  }

  const Condition& condition() const { return condition_; }
  const ScalarTest& scalar() const { return scalar_; }
  bool negative() const { return negative_; }

 private:
  template <class View>
  bool positive(View view, std::size_t from) const;
  template <class View>
  bool someDiffers(View view, std::size_t from) const;
  template <class View>
  bool leaf(View view) const;

  const Condition& condition_;
  ScalarTest scalar_;
  bool negative_;
  bool identity_;              // the value is an object, collection or handle: only itself is equal
  std::size_t letterEnd_ = 0;  // behind the last lettered step; 0 when there is none
};

// Conditions on one element of a lettered collection, and inside it on one element of an inner one, and so on.
class LinkedTest {
 public:
  // The conditions share the steps from `from` to their next lettered step.
  LinkedTest(std::vector<const PathTest*> tests, std::size_t from);

  template <class View>
  bool operator()(const View& view) const {
    return someElement(view, from_);
  }

 private:
  template <class View>
  bool someElement(View view, std::size_t step) const;
  template <class View>
  bool allHold(const View& element) const;

  std::size_t from_;
  std::size_t end_ = 0;                 // behind the lettered step
  std::vector<const PathTest*> tests_;  // no further letter
  std::vector<LinkedTest> inner_;
  const std::vector<ObjectStep>* path_;  // of one of the conditions; alike up to end_
};

}  // namespace qodly::query
