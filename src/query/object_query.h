// The query language on plain objects: collection.query and indices (query.md 17, classes.md 1.9). Parsed, bound and
// matched by the same stages as a query of a dataclass, without model, relations and formulas.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/collation.h"
#include "base/error.h"
#include "query/plan.h"

namespace qodly::query {

// Immutable once compiled, thread-safe to match concurrently. Keep the Collation alive.
class ObjectQuery {
 public:
  // Errors: querySyntax, queryPlaceholderMissing, queryUnknownAttribute (a path placeholder without a path),
  // formulaNotAllowed. A value given by name as object, collection or handle is compared by identity.
  static Result<ObjectQuery> compile(std::string_view text, const Parameters& parameters, const Collation& collation);
  ~ObjectQuery();
  ObjectQuery(ObjectQuery&&) noexcept;
  ObjectQuery& operator=(ObjectQuery&&) noexcept;

  bool matches(const Value& element) const;  // false when the element is no object

  struct OrderKey {
    std::vector<std::string> path;
    bool descending = false;
  };
  const std::vector<OrderKey>& order() const;  // trailing `order by`; empty: none

  // Names of the properties that the query looks at, level by level, for elements that must be read through code.
  const std::vector<std::vector<std::string>>& paths() const;

 private:
  struct State;
  explicit ObjectQuery(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace qodly::query
