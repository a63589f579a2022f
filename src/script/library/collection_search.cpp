// Functions that look for elements and compare them (classes.md 1.8).
#include "script/library/collection_functions.h"
#include "script/library/collection_support.h"
#include "script/library/element_equality.h"
#include "script/library/result_value.h"
#include "script/vm/operators.h"

namespace qodly::script::library::collection {

namespace {

constexpr std::int64_t diacritical = 8;  // kDiacritical

ElementSearch searchFor(const vm::Call& call, const Value& value) {
  ElementSearch::SameHandle sameHandle;
  if (value.type() == Type::handle) {
    sameHandle = [&](const Value& element) { return vm::equalByLanguage(call.process(), element, value); };
  }
  return {value, collationOf(call), call.process().realComparisonLevel(), std::move(sameHandle)};
}

Result<std::size_t> searched(const vm::Call& call) {
  const Elements elements(receiver(call));
  return searchFor(call, call.at(0)).first(elements.span(), searchPosition(positionGiven(call, 1, 0), elements.size()));
}

Value indexValue(std::size_t index) {
  return Value::integer(index == ElementSearch::none ? -1 : static_cast<std::int64_t>(index));
}

}  // namespace

Result<Value> at(vm::Call& call) {
  std::int64_t index = positionGiven(call, 0, 0);
  const Collection& elements = receiver(call);
  if (index < 0) index += static_cast<std::int64_t>(sizeOf(elements));
  return index < 0 ? Value() : elementAt(elements, static_cast<std::size_t>(index));
}

Result<Value> first(vm::Call& call) { return elementAt(receiver(call), 0); }

Result<Value> last(vm::Call& call) {
  const std::size_t size = sizeOf(receiver(call));
  return size == 0 ? Value() : elementAt(receiver(call), size - 1);
}

Result<Value> includes(vm::Call& call) {
  return valueFrom(searched(call), [](std::size_t index) { return Value::boolean(index != ElementSearch::none); });
}

Result<Value> indexOf(vm::Call& call) { return valueFrom(searched(call), indexValue); }

Result<Value> lastIndexOf(vm::Call& call) {
  const Elements elements(receiver(call));
  const auto length = static_cast<std::int64_t>(elements.size());
  std::int64_t from = positionGiven(call, 1, length);
  if (from < length - 1) {
    if (from == 0) return Value::integer(-1);  // documented, whatever stands there
    if (from < 0) from += length;
    if (from < 0) return Value::integer(-1);
  }
  if (length == 0) return Value::integer(-1);
  return indexValue(
      searchFor(call, call.at(0)).last(elements.span(), static_cast<std::size_t>(std::min(from, length - 1))));
}

Result<Value> countValues(vm::Call& call) {
  const Collection& source = receiver(call);
  const Elements elements(source, call.given(1) && mayCompute(Elements(source).span()));
  const ElementSearch search = searchFor(call, call.at(0));
  if (!call.given(1)) return Value::integer(static_cast<std::int64_t>(search.count(elements.span())));
  PathValues paths(call.process(), elements.span());
  const auto found = paths.at(call.text(1));
  if (!found) return std::unexpected(found.error());
  std::int64_t count = 0;
  for (const Value* value : *found) count += value != nullptr && search.matches(*value) ? 1 : 0;
  return Value::integer(count);
}

Result<Value> equal(vm::Call& call) {
  if (call.collection(0) == nullptr) return Value::boolean(false);
  const bool exact = (call.integer(1) & diacritical) != 0;
  return Value::boolean(deepEqual(call.self(), call.at(0), exact ? TextEquality::exact : TextEquality::ignoring,
                                  collationOf(call), call.process().realComparisonLevel()));
}

Result<Value> length(vm::Call& call) { return Value::integer(static_cast<std::int64_t>(sizeOf(receiver(call)))); }

}  // namespace qodly::script::library::collection
