// When two values are equal: the rule of includes, indexOf and countValues (classes.md 1.2), and the deep comparison of
// equal() (1.8).
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "base/collation.h"
#include "value/value.h"

namespace qodly::script::library {

// A searched value compiled once. Keeps references to the value and the collation.
class ElementSearch {
 public:
  using SameHandle = std::function<bool(const Value& element)>;
  // epsilon: the language's real comparison level (language.md 6.4). sameHandle: whether an element is the searched
  // handle, for kinds of which several handles mean one thing; without it a handle equals itself only.
  ElementSearch(const Value& searched, const Collation& collation, double epsilon, SameHandle sameHandle = {});

  // The element stands on the left of the language's `==`, the searched value on the right: `@` in a searched text is a
  // wildcard, objects and collections are equal to themselves only.
  bool matches(const Value& element) const;

  static constexpr std::size_t none = SIZE_MAX;
  std::size_t first(std::span<const Value> elements, std::size_t from) const;  // none: not found
  std::size_t last(std::span<const Value> elements, std::size_t from) const;   // searches from `from` down to 0
  std::size_t count(std::span<const Value> elements) const;

 private:
  bool matchesNumber(const Value& element) const;

  const Value& searched_;
  std::optional<TextPattern> pattern_;
  const Collation& collation_;
  double epsilon_;
  double number_ = 0;
  SameHandle sameHandle_;
};

enum class TextEquality { ignoring, exact };  // case and accents ignored, or byte by byte

// Same shape and equal content; names of members case-sensitive, their order irrelevant; null differs from a missing
// member. Cycles end.
bool deepEqual(const Value& left, const Value& right, TextEquality texts, const Collation& collation, double epsilon);

}  // namespace qodly::script::library
