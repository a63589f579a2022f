// Functions that make one value of all elements (classes.md 1.8).
#include <optional>

#include "script/library/collection_functions.h"
#include "script/library/collection_order.h"
#include "script/library/collection_support.h"
#include "script/library/result_value.h"

namespace qodly::script::library::collection {

namespace {

// Calls visit(value) for every element, or for what the path given as first argument leads to (nullptr: nothing).
template <class Visit>
Result<> forEachValue(const vm::Call& call, Visit&& visit) {
  const Collection& source = receiver(call);
  if (!call.given(0)) {
    const Elements elements(source);
    for (const Value& element : elements.span()) visit(&element);
    return {};
  }
  const Elements elements(source, mayCompute(Elements(source).span()));
  PathValues paths(call.process(), elements.span());
  const auto found = paths.at(call.text(0));
  if (!found) return std::unexpected(found.error());
  for (const Value* value : *found) visit(value);
  return {};
}

std::optional<double> numberOf(const Value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->isNumber()) return value->asNumber();
  if (value->type() == Type::time) return static_cast<double>(value->asTime().ms);
  return std::nullopt;
}

struct Total {
  double sum = 0;
  std::size_t count = 0;
};

Result<Total> total(const vm::Call& call) {
  Total result;
  auto visited = forEachValue(call, [&](const Value* value) {
    const auto number = numberOf(value);
    if (!number) return;
    result.sum += *number;
    ++result.count;
  });
  if (!visited) return std::unexpected(visited.error());
  return result;
}

// The last or first value in ascending order; null counts among elements, not behind a path.
Result<Value> extreme(const vm::Call& call, bool greatest) {
  const bool path = call.given(0);
  const Collation& collation = collationOf(call);
  std::optional<Value> best;
  auto visited = forEachValue(call, [&](const Value* value) {
    if (value == nullptr || (path && value->isMissing())) return;
    if (best) {
      const auto order = compareElements(*value, *best, collation);
      if (greatest ? std::is_lt(order) : std::is_gteq(order)) return;
    }
    best = *value;
  });
  if (!visited) return std::unexpected(visited.error());
  return best.value_or(Value());
}

}  // namespace

Result<Value> average(vm::Call& call) {
  return valueFrom(total(call), [](const Total& result) {
    return result.count == 0 ? Value() : Value::real(result.sum / static_cast<double>(result.count));
  });
}

Result<Value> count(vm::Call& call) {
  std::int64_t present = 0;
  auto visited =
      forEachValue(call, [&](const Value* value) { present += value != nullptr && !value->isMissing() ? 1 : 0; });
  if (!visited) return std::unexpected(visited.error());
  return Value::integer(present);
}

Result<Value> max(vm::Call& call) { return extreme(call, true); }

Result<Value> min(vm::Call& call) { return extreme(call, false); }

Result<Value> sum(vm::Call& call) {
  return valueFrom(total(call), [](const Total& result) { return Value::real(result.sum); });
}

}  // namespace qodly::script::library::collection
