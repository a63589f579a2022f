// A condition, or a tree of them on one dataclass, compiled for testing records in place.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/embedded/catalog.h"
#include "engine/embedded/interval.h"
#include "engine/embedded/key_set.h"
#include "engine/embedded/view.h"
#include "query/match.h"
#include "query/plan.h"
#include "storage/fixed_column.h"

namespace qodly::engine {

// One attribute against one condition. Thread-safe to test. Keeps references to the condition and the view.
class LeafTest {
 public:
  // `leaf`: a condition or a linked node.
  LeafTest(const query::Node& leaf, View& view);
  LeafTest(std::uint32_t dataClass, const query::Condition& condition, View& view);
  // True for records whose attribute is among `keys`.
  LeafTest(std::uint32_t dataClass, std::uint32_t attribute, const KeySet& keys, View& view);

  bool test(const RecordView& record) const;

 private:
  LeafTest(std::uint32_t dataClass, std::uint32_t attribute, View& view);

  enum class Kind : std::uint8_t { constant, integer, real, text, object, keys, value };

  void compile(const query::Condition& condition);
  std::optional<bool> testFixed(const RecordView& record) const;
  bool testPresent(const storage::Field& field) const;
  bool testRetyped(const storage::Field& field) const;
  bool testExternal(const storage::Field& field) const;
  bool testValue(const Value& value) const;

  View& view_;
  StoredAttribute attribute_;
  storage::FixedColumn fixed_;
  Kind kind_ = Kind::value;
  bool negated_ = false;  // integer and real: outside the interval
  bool constant_ = false;
  bool missing_ = false;  // answer for null
  Interval<std::int64_t> integers_{1, 0};
  Interval<double> reals_{1, 0};
  const KeySet* keys_ = nullptr;
  std::unique_ptr<query::Matcher> matcher_;
  std::unique_ptr<query::LinkedMatcher> linked_;
};

// A tree of and / or / not over leaves. With `counted`, every leaf and group says how many records it let through, in
// the order of TraceStep (depth first); counting makes "or" test all its branches.
class Predicate {
 public:
  // True when `node` consists of sequential conditions on its own dataclass only.
  static bool covers(const query::Node& node);

  Predicate(View& view, bool counted) : view_(view), counted_(counted) {}
  // All added nodes must hold (any of them for a disjunction). Nodes must outlive the predicate.
  void add(const query::Node& node);
  void requireAny() { any_ = true; }

  bool test(const RecordView& record) const;
  // Records let through by each node added, with the nodes inside it following it.
  std::vector<std::uint64_t> counts() const;

 private:
  struct Step {
    query::Node::Kind kind;
    std::vector<std::uint32_t> children;
    std::unique_ptr<LeafTest> leaf;
  };

  std::uint32_t compile(const query::Node& node);
  bool test(std::uint32_t step, const RecordView& record) const;
  bool evaluate(const Step& step, const RecordView& record) const;

  View& view_;
  bool counted_;
  bool any_ = false;
  std::vector<Step> steps_;
  std::vector<std::uint32_t> roots_;
  mutable std::vector<std::unique_ptr<std::atomic<std::uint64_t>>> counts_;
};

}  // namespace qodly::engine
