#include "script/library/element_equality.h"

#include <cmath>
#include <unordered_set>
#include <utility>
#include <vector>

#include "value/compare.h"

namespace qodly::script::library {

namespace {

bool isNumeric(const Value& value) { return value.isNumber() || value.type() == Type::time; }

// A time inside a collection is a number of milliseconds (language.md 3).
double numberOf(const Value& value) {
  return value.type() == Type::time ? static_cast<double>(value.asTime().ms) : value.asNumber();
}

bool close(double left, double right, double epsilon) { return left == right || std::fabs(left - right) <= epsilon; }

bool isContainer(const Value& value) { return value.isObject() || value.isCollection(); }

const Box* boxOf(const Value& value) {
  return value.isObject() ? static_cast<const Box*>(&value.asObject()) : &value.asCollection();
}

class DeepComparison {
 public:
  DeepComparison(TextEquality texts, const Collation& collation, double epsilon)
      : texts_(texts), collation_(collation), epsilon_(epsilon) {}

  bool equal(const Value& left, const Value& right) {
    open_.emplace_back(&left, &right);
    while (!open_.empty()) {
      const auto [one, other] = open_.back();
      open_.pop_back();
      if (!compare(*one, *other)) return false;
    }
    return true;
  }

 private:
  // False when they differ; members that must be equal as well are left in open_.
  bool compare(const Value& left, const Value& right) {
    if (isNumeric(left) && isNumeric(right)) return close(numberOf(left), numberOf(right), epsilon_);
    if (left.type() != right.type()) return false;
    if (left.isText() && texts_ == TextEquality::ignoring) return collation_.equals(left.asText(), right.asText());
    if (!isContainer(left)) return left.identical(right);
    const Box* one = boxOf(left);
    const Box* other = boxOf(right);
    if (one == other || !assumed_.emplace(one, other).second) return true;
    return left.isObject() ? compareMembers(left.asObject(), right.asObject())
                           : compareElements(left.asCollection(), right.asCollection());
  }

  bool compareMembers(const Object& left, const Object& right) {
    if (left.size() != right.size()) return false;
    for (const Object::Member& member : left.members()) {
      const Value* other = right.find(member.name);
      if (other == nullptr) return false;
      open_.emplace_back(&member.value, other);
    }
    return true;
  }

  bool compareElements(const Collection& left, const Collection& right) {
    if (left.size() != right.size()) return false;
    for (std::size_t i = left.size(); i-- > 0;) open_.emplace_back(&left.elements()[i], &right.elements()[i]);
    return true;
  }

  struct PairHash {
    std::size_t operator()(const std::pair<const Box*, const Box*>& pair) const {
      const std::hash<const Box*> hash;
      return hash(pair.first) * 31 + hash(pair.second);
    }
  };

  TextEquality texts_;
  const Collation& collation_;
  double epsilon_;
  std::vector<std::pair<const Value*, const Value*>> open_;
  // Pairs already taken for equal, so that shared parts are compared once and cycles end.
  std::unordered_set<std::pair<const Box*, const Box*>, PairHash> assumed_;
};

}  // namespace

ElementSearch::ElementSearch(const Value& searched, const Collation& collation, double epsilon, SameHandle sameHandle)
    : searched_(searched), collation_(collation), epsilon_(epsilon), sameHandle_(std::move(sameHandle)) {
  if (searched.isText()) pattern_.emplace(collation, searched.asText(), true);
  if (isNumeric(searched)) number_ = numberOf(searched);
}

bool ElementSearch::matchesNumber(const Value& element) const {
  if (searched_.type() == Type::time && element.isNumber() && !element.isMarkedTime()) {
    return close(element.asNumber() * 1000, number_, epsilon_);  // a plain number beside a time counts seconds
  }
  return isNumeric(element) && close(numberOf(element), number_, epsilon_);
}

bool ElementSearch::matches(const Value& element) const {
  switch (searched_.type()) {
    case Type::undefined:
    case Type::null:
      return element.isMissing();
    case Type::integer:
    case Type::real:
    case Type::time:
      return matchesNumber(element);
    case Type::text:
      return element.isText() && pattern_->matches(element.asText());
    case Type::object:
      return element.isObject() && &element.asObject() == &searched_.asObject();
    case Type::collection:
      return element.isCollection() && &element.asCollection() == &searched_.asCollection();
    case Type::handle:
      if (element.type() != Type::handle) return false;
      return &element.asHandle() == &searched_.asHandle() || (sameHandle_ && sameHandle_(element));
    case Type::blob:
    case Type::picture:
      return element.type() == searched_.type() && &element.asBlob() == &searched_.asBlob();
    case Type::boolean:
    case Type::date:
    case Type::instant:
      break;
  }
  return equalValues(element, searched_, collation_);
}

std::size_t ElementSearch::first(std::span<const Value> elements, std::size_t from) const {
  for (; from < elements.size(); ++from) {
    if (matches(elements[from])) return from;
  }
  return none;
}

std::size_t ElementSearch::last(std::span<const Value> elements, std::size_t from) const {
  for (std::size_t next = std::min(from + 1, elements.size()); next-- > 0;) {
    if (matches(elements[next])) return next;
  }
  return none;
}

std::size_t ElementSearch::count(std::span<const Value> elements) const {
  std::size_t found = 0;
  for (const Value& element : elements) found += matches(element) ? 1 : 0;
  return found;
}

bool deepEqual(const Value& left, const Value& right, TextEquality texts, const Collation& collation, double epsilon) {
  return DeepComparison(texts, collation, epsilon).equal(left, right);
}

}  // namespace qodly::script::library
