#include "query/match_object.h"

#include <algorithm>

namespace qodly::query {

namespace {

template <class View>
View stepInto(const View& view, const ObjectStep& step) {
  if (step.name.empty()) return view;
  return view.type() == Type::object ? view.member(step.name) : View();
}

std::size_t nextLetter(const std::vector<ObjectStep>& path, std::size_t from) {
  while (from < path.size() && path[from].link == 0) ++from;
  return from;
}

bool sameSteps(const std::vector<ObjectStep>& left, const std::vector<ObjectStep>& right, std::size_t from,
               std::size_t end) {
  if (left.size() < end || right.size() < end) return false;
  return std::equal(left.begin() + static_cast<std::ptrdiff_t>(from), left.begin() + static_cast<std::ptrdiff_t>(end),
                    right.begin() + static_cast<std::ptrdiff_t>(from), [](const ObjectStep& a, const ObjectStep& b) {
                      return a.name == b.name && a.each == b.each && a.link == b.link;
                    });
}

}  // namespace

std::uint32_t ValueView::size() const {
  switch (type()) {
    case Type::collection:
      return static_cast<std::uint32_t>(value_->asCollection().size());
    case Type::object:
      return static_cast<std::uint32_t>(value_->asObject().size());
    default:
      return 0;
  }
}

ValueView ValueView::member(std::string_view name) const {
  const Value* found = type() == Type::object ? value_->asObject().find(name) : nullptr;
  return found != nullptr ? ValueView(*found) : ValueView();
}

ValueView ValueView::element(std::uint32_t index) const {
  return index < size() ? ValueView(value_->asCollection().elements()[index]) : ValueView();
}

bool ValueView::isSame(const Value& other) const {
  if (type() != other.type()) return false;
  switch (type()) {
    case Type::object:
      return &value_->asObject() == &other.asObject();
    case Type::collection:
      return &value_->asCollection() == &other.asCollection();
    case Type::handle:
      return &value_->asHandle() == &other.asHandle();
    default:
      return false;
  }
}

PathTest::PathTest(const Condition& condition, const Collation& collation)
    : condition_(condition),
      scalar_(condition, collation),
      negative_(isNegative(condition.op)),
      identity_(!condition.constant && condition.value.type() >= Type::object) {
  const std::vector<ObjectStep>& path = condition.attribute.object;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i].link != 0) letterEnd_ = i + 1;
  }
}

template <class View>
bool PathTest::leaf(View view) const {
  if (identity_) {
    if constexpr (std::is_same_v<View, ValueView>) return view.isSame(condition_.value);
    return false;  // what is stored is a copy
  }
  if (condition_.attribute.length) {
    if (view.type() == Type::collection) return !condition_.nullTest && scalar_.integer(view.size());
    view = view.type() == Type::object ? view.member("length") : View();
  }
  return condition_.nullTest ? view.type() <= Type::null : scalar_(view);
}

// Some chain through the elements leads to a value that satisfies the positive form of the comparator.
template <class View>
bool PathTest::positive(View view, std::size_t from) const {
  const std::vector<ObjectStep>& path = condition_.attribute.object;
  for (; from < path.size(); ++from) {
    view = stepInto(view, path[from]);
    if (!path[from].each) continue;
    if (view.type() != Type::collection) return false;
    const std::uint32_t size = view.size();
    for (std::uint32_t i = 0; i < size; ++i) {
      if (positive(view.element(i), from + 1)) return true;
    }
    return false;
  }
  return leaf(view);
}

// With a letter a negative comparator wants an element for which equality does not hold (query.md 9.3).
template <class View>
bool PathTest::someDiffers(View view, std::size_t from) const {
  const std::vector<ObjectStep>& path = condition_.attribute.object;
  for (; from < letterEnd_; ++from) {
    view = stepInto(view, path[from]);
    if (!path[from].each) continue;
    if (view.type() != Type::collection) return false;
    const std::uint32_t size = view.size();
    for (std::uint32_t i = 0; i < size; ++i) {
      if (someDiffers(view.element(i), from + 1)) return true;
    }
    return false;
  }
  return !positive(view, from);
}

LinkedTest::LinkedTest(std::vector<const PathTest*> tests, std::size_t from)
    : from_(from), path_(&tests.front()->condition().attribute.object) {
  end_ = nextLetter(*path_, from) + 1;
  std::vector<std::vector<const PathTest*>> groups;
  for (const PathTest* test : tests) {
    const std::vector<ObjectStep>& path = test->condition().attribute.object;
    const std::size_t letter = nextLetter(path, end_);
    if (letter >= path.size()) {
      tests_.push_back(test);
      continue;
    }
    const auto place = std::ranges::find_if(groups, [&](const std::vector<const PathTest*>& group) {
      const std::vector<ObjectStep>& other = group.front()->condition().attribute.object;
      return nextLetter(other, end_) == letter && sameSteps(path, other, end_, letter + 1);
    });
    if (place == groups.end()) {
      groups.push_back({test});
    } else {
      place->push_back(test);
    }
  }
  inner_.reserve(groups.size());
  for (std::vector<const PathTest*>& group : groups) inner_.emplace_back(std::move(group), end_);
}

template <class View>
bool LinkedTest::someElement(View view, std::size_t step) const {
  for (; step < end_; ++step) {
    view = stepInto(view, (*path_)[step]);
    if (!(*path_)[step].each) continue;
    if (view.type() != Type::collection) return false;
    const std::uint32_t size = view.size();
    for (std::uint32_t i = 0; i < size; ++i) {
      const View element = view.element(i);
      if (step + 1 == end_ ? allHold(element) : someElement(element, step + 1)) return true;
    }
    return false;
  }
  return false;
}

template <class View>
bool LinkedTest::allHold(const View& element) const {
  return std::ranges::all_of(tests_, [&](const PathTest* test) { return (*test)(element, end_); }) &&
         std::ranges::all_of(inner_, [&](const LinkedTest& inner) { return inner(element); });
}

template bool PathTest::positive(PackedView, std::size_t) const;
template bool PathTest::positive(ValueView, std::size_t) const;
template bool PathTest::someDiffers(PackedView, std::size_t) const;
template bool PathTest::someDiffers(ValueView, std::size_t) const;
template bool LinkedTest::someElement(PackedView, std::size_t) const;
template bool LinkedTest::someElement(ValueView, std::size_t) const;

}  // namespace qodly::query
