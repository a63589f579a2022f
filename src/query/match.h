// Decides whether a value satisfies a comparison (query.md 6, 7, 9). Used on attributes by the engines and on plain
// objects by collection.query.
#pragma once

#include <memory>

#include "base/collation.h"
#include "query/plan.h"
#include "value/packed.h"
#include "value/value.h"

namespace qodly::query {

// A condition's operator and value compiled once (patterns, sorted lists); thread-safe to match concurrently. Keeps
// references to `condition` and `collation`, which must outlive it.
class Matcher {
 public:
  Matcher(const Condition& condition, const Collation& collation);
  ~Matcher();
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;

  bool matches(const Value& value) const;  // value of the attribute, object steps not yet applied
  // The hot paths of a sequential pass, value already in hand; only for attributes that are no objects.
  bool matchesText(std::string_view text) const;
  // Whatever the attribute keeps as an integer: numbers, days, milliseconds of instants and durations, 0 and 1.
  bool matchesInteger(std::int64_t value) const;
  bool matchesReal(double value) const;
  bool matchesMissing() const;                  // attribute is null
  bool matchesObject(PackedView object) const;  // walks condition.attribute.object

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Linked conditions (`[a]`) on one object attribute: some single element satisfies all of them.
class LinkedMatcher {
 public:
  LinkedMatcher(const Node& linked, const Collation& collation);
  ~LinkedMatcher();
  LinkedMatcher(LinkedMatcher&&) noexcept;
  LinkedMatcher& operator=(LinkedMatcher&&) noexcept;

  bool matches(const Value& object) const;  // value of the object attribute
  bool matchesObject(PackedView object) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace qodly::query
