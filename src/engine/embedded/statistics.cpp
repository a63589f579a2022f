// Estimates are counts of index entries, exact while small.
#include "engine/embedded/statistics.h"

#include "engine/embedded/index_search.h"

namespace qodly::engine {

namespace {

using query::Condition;
using query::Node;

// Counting stops here: a criterion that selects more is no longer a precise one.
constexpr std::uint64_t countLimit = 10'000;

class ViewStatistics final : public query::Statistics {
 public:
  explicit ViewStatistics(std::unique_ptr<View> view) : view_(std::move(view)) {}

  std::uint64_t count(std::uint32_t dataClass) const override { return view_->count(dataClass); }

  bool hasIndex(std::uint32_t dataClass, std::uint32_t attribute, Node::Access access) const override {
    switch (access) {
      case Node::Access::index:
        return view_->hasIndex(dataClass, attribute, storage::IndexKind::ordered);
      case Node::Access::keywordIndex:
        return view_->hasIndex(dataClass, attribute, storage::IndexKind::keywords);
      case Node::Access::objectIndex:
        return view_->hasIndex(dataClass, attribute, storage::IndexKind::objectPaths);
      case Node::Access::sequential:
        break;
    }
    return false;
  }

  std::uint64_t estimate(const Condition& condition, Node::Access) const override {
    const std::uint32_t dataClass = condition.attribute.dataClass;
    const std::uint64_t records = view_->scope().count(view_->catalog().of(dataClass).table);
    if (condition.constant) return *condition.constant ? records : 0;
    const bool negative = query::isNegative(condition.op);
    const std::uint64_t found = negative ? entriesOfPositive(condition) : entries(condition);
    if (!negative) return found;
    return found < records ? records - found : 0;
  }

 private:
  std::uint64_t entriesOfPositive(Condition condition) const {
    condition.op = query::negated(condition.op);
    return entries(condition);
  }

  std::uint64_t entries(const Condition& condition) const {
    const std::uint32_t dataClass = condition.attribute.dataClass;
    const ClassStorage& place = view_->catalog().of(dataClass);
    const StoredAttribute& attribute = place.attributes[condition.attribute.attribute];
    const auto search = indexSearch(condition, attribute, view_->collation());
    if (!search || !view_->hasIndex(dataClass, condition.attribute.attribute, search->kind)) {
      return view_->scope().count(place.table);
    }
    std::uint64_t found = 0;
    for (const IndexRange& range : search->ranges) {
      found += view_->scope().countIndex(place.table, attribute.column, search->kind, range.keys, countLimit);
      if (found >= countLimit) break;
    }
    return found;
  }

  std::unique_ptr<View> view_;
};

}  // namespace

std::unique_ptr<query::Statistics> makeStatistics(std::unique_ptr<View> view) {
  return std::make_unique<ViewStatistics>(std::move(view));
}

}  // namespace qodly::engine
