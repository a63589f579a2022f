// multiSort (classes.md 1.8): several collections permuted alike, the receiver and the sub-levels deciding the order.
#include <algorithm>

#include <fmt/format.h>

#include "script/library/collection_callback.h"
#include "script/library/collection_functions.h"
#include "script/library/collection_order.h"
#include "script/library/collection_support.h"
#include "script/vm/codes.h"
#include "script/vm/function.h"

namespace qodly::script::library::collection {

namespace {

struct Plan {
  const Value* formula = nullptr;
  std::vector<Ref<Collection>> targets;  // the receiver first, each once
  struct SubLevel {
    Ref<Collection> collection;
    bool descending;
  };
  std::vector<SubLevel> subLevels;
  std::vector<Value> extra;  // further parameters of the formula
};

// {collection, order}; nullopt for anything else.
std::optional<Plan::SubLevel> subLevelOf(const Value& value) {
  if (!value.isObject()) return std::nullopt;
  const Value collection = value.asObject().get("collection");
  if (!collection.isCollection()) return std::nullopt;
  const Value order = value.asObject().get("order");
  return Plan::SubLevel{collection.collectionRef(), order.isNumber() && order.asNumber() == 1};
}

bool isEntry(const Value& value) { return value.isCollection() || subLevelOf(value).has_value(); }

void addTarget(Plan& plan, Ref<Collection> collection) {
  if (std::ranges::find(plan.targets, collection) == plan.targets.end()) plan.targets.push_back(std::move(collection));
}

Result<> checkOrder(const Value& entry) {
  if (!entry.isObject()) return {};
  const Value order = entry.asObject().get("order");
  if (order.isMissing() || order.isNumber()) return {};
  return std::unexpected(
      hostError(code::wrongType, "multiSort: the order of a {collection, order} object is kAscending or kDescending"));
}

void addEntry(Plan& plan, const Value& entry) {
  if (auto level = subLevelOf(entry)) {
    addTarget(plan, level->collection);
    plan.subLevels.push_back(std::move(*level));
  } else {
    addTarget(plan, entry.collectionRef());
  }
}

// multiSort({formula,} cols): one collection of entries, or the entries themselves as arguments.
Result<Plan> planOf(const vm::Call& call) {
  Plan plan;
  plan.targets.push_back(call.self().collectionRef());
  std::span<const Value> arguments = call.from(0);
  if (!arguments.empty() && vm::Function::from(arguments.front()) != nullptr) {
    plan.formula = &arguments.front();
    arguments = arguments.subspan(1);
  }
  std::vector<Value> entries;
  for (const Value& argument : arguments) {
    if (isEntry(argument)) {
      entries.push_back(argument);
    } else if (plan.formula != nullptr) {
      plan.extra.push_back(argument);
    } else if (!argument.isMissing()) {
      return std::unexpected(
          hostError(code::wrongType,
                    "multiSort expects a formula, then a collection of collections or {collection, order} objects"));
    }
  }
  if (entries.size() == 1 && entries.front().isCollection()) {
    const Elements listed(entries.front().asCollection(), true);
    if (listed.size() > 0 && std::ranges::all_of(listed.span(), isEntry)) {
      entries.assign(listed.span().begin(), listed.span().end());
    }
  }
  for (const Value& entry : entries) {
    if (auto valid = checkOrder(entry); !valid) return std::unexpected(valid.error());
    addEntry(plan, entry);
  }
  return plan;
}

// The receiver by the formula, what it takes for equal by the sub-levels.
Result<std::vector<std::uint32_t>> byFormula(const vm::Call& call, const Plan& plan,
                                             std::span<const SortLevel> levels) {
  auto callback = Callback::make(call, *plan.formula, plan.extra);
  if (!callback) return std::unexpected(callback.error());
  const Elements elements(receiver(call), true);
  auto positions = callbackOrder(**callback, elements.span());
  if (!positions || levels.empty()) return positions;
  for (std::size_t from = 0; from < positions->size();) {
    std::size_t to = from + 1;
    for (; to < positions->size(); ++to) {
      const auto less = (*callback)->less(elements[(*positions)[to - 1]], elements[(*positions)[to]]);
      if (!less) return std::unexpected(less.error());
      if (*less) break;
    }
    sortSome(std::span(*positions).subspan(from, to - from), levels, collationOf(call));
    from = to;
  }
  return positions;
}

}  // namespace

Result<Value> multiSort(vm::Call& call) {
  auto plan = planOf(call);
  if (!plan) return std::unexpected(plan.error());
  const std::size_t size = sizeOf(receiver(call));
  for (const Ref<Collection>& target : plan->targets) {
    if (sizeOf(*target) == size) continue;
    return std::unexpected(hostError(
        code::outOfRange, fmt::format("multiSort needs collections of the same length: the receiver has {} elements, "
                                      "another one has {}",
                                      size, sizeOf(*target))));
  }
  std::deque<Elements> held;  // copies: a formula may change the collections
  std::vector<SortLevel> levels;
  if (plan->formula == nullptr) levels.push_back({held.emplace_back(receiver(call), true).span(), {}, false});
  for (const Plan::SubLevel& level : plan->subLevels) {
    levels.push_back({held.emplace_back(*level.collection, true).span(), {}, level.descending});
  }
  Result<std::vector<std::uint32_t>> positions =
      plan->formula == nullptr ? sortedPositions(levels, size, collationOf(call)) : byFormula(call, *plan, levels);
  if (!positions) return std::unexpected(positions.error());
  for (const Ref<Collection>& target : plan->targets) {
    auto changed = changeElements(call.process(), *target, [&](std::vector<Value>& elements) {
      if (elements.size() == positions->size()) elements = permuted(elements, *positions);
    });
    if (!changed) return std::unexpected(changed.error());
  }
  return call.self();
}

}  // namespace qodly::script::library::collection
