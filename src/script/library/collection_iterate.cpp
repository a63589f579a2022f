// Functions that call back once an element (classes.md 1.5, 1.8). The length is taken at the start; elements that are
// gone when their turn comes are skipped.
#include "script/library/collection_callback.h"
#include "script/library/collection_functions.h"
#include "script/library/collection_support.h"
#include "script/library/result_value.h"

namespace qodly::script::library::collection {

namespace {

// Calls visit(index, element) for the elements from `from` on until it returns false or an error.
template <class Visit>
Result<> forEachElement(const vm::Call& call, std::size_t from, const Visit& visit) {
  const Collection& source = receiver(call);
  const std::size_t size = sizeOf(source);
  for (std::size_t i = from; i < size; ++i) {
    Value element = elementAt(source, i);
    if (element.isUndefined()) break;
    const Result<bool> goOn = visit(i, std::move(element));
    if (!goOn) return std::unexpected(goOn.error());
    if (!*goOn) break;
  }
  return {};
}

// The callback with an optional start before it.
struct Search {
  std::unique_ptr<Callback> callback;
  std::size_t from = 0;
};

Result<Search> searchGiven(const vm::Call& call) {
  Search search;
  const bool hasStart = call.at(0).isNumber();
  if (hasStart) search.from = searchPosition(positionGiven(call, 0, 0), sizeOf(receiver(call)));
  auto callback = Callback::make(call, hasStart ? 1 : 0);
  if (!callback) return std::unexpected(callback.error());
  search.callback = std::move(*callback);
  return search;
}

struct Hit {
  std::size_t index;
  Value element;
};

// The first element for which the callback says `wanted`; nullopt when there is none.
Result<std::optional<Hit>> firstThat(Search& search, const vm::Call& call, bool wanted) {
  std::optional<Hit> hit;
  auto visited = forEachElement(call, search.from, [&](std::size_t index, Value element) -> Result<bool> {
    const auto result = search.callback->test(element);
    if (!result) return result;
    if (*result != wanted) return !search.callback->stopped();
    hit = Hit{index, std::move(element)};
    return false;
  });
  if (!visited) return std::unexpected(visited.error());
  return hit;
}

Result<Value> fold(vm::Call& call, bool fromRight) {
  auto made = Callback::make(call, call.at(0), call.from(2));
  if (!made) return std::unexpected(made.error());
  Callback& callback = **made;
  const Collection& source = receiver(call);
  const std::size_t size = sizeOf(source);
  callback.setAccumulator(call.at(1));
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t index = fromRight ? size - 1 - i : i;
    const Value element = elementAt(source, index);
    if (element.isUndefined()) continue;
    if (auto result = callback(element); !result) return result;
    if (callback.stopped()) break;
  }
  return callback.accumulator();
}

// Gathered in a collection of the process, so that a look at its memory meanwhile sees the results.
Result<Value> mapped(vm::Call& call) {
  auto callback = Callback::make(call, 0);
  if (!callback) return std::unexpected(callback.error());
  const std::size_t size = sizeOf(receiver(call));
  if (auto charged = call.process().charge(size * sizeof(Value)); !charged) return std::unexpected(charged.error());
  Value gathered = call.process().newCollection();
  std::vector<Value>& results = gathered.asCollection().elements();
  results.reserve(size);
  auto visited = forEachElement(call, 0, [&](std::size_t, const Value& element) -> Result<bool> {
    auto result = (**callback)(element);
    if (!result) return std::unexpected(result.error());
    results.push_back(result->isUndefined() ? Value::null() : vm::plainForContainer(call.process(), *result));
    return !(*callback)->stopped();
  });
  if (!visited) return std::unexpected(visited.error());
  return gathered;
}

}  // namespace

Result<Value> every(vm::Call& call) {
  auto search = searchGiven(call);
  if (!search) return std::unexpected(search.error());
  if (search->from >= sizeOf(receiver(call))) return Value::boolean(false);
  return valueFrom(firstThat(*search, call, false), [](const auto& hit) { return Value::boolean(!hit); });
}

Result<Value> some(vm::Call& call) {
  auto search = searchGiven(call);
  if (!search) return std::unexpected(search.error());
  return valueFrom(firstThat(*search, call, true), [](const auto& hit) { return Value::boolean(hit.has_value()); });
}

Result<Value> find(vm::Call& call) {
  auto search = searchGiven(call);
  if (!search) return std::unexpected(search.error());
  return valueFrom(firstThat(*search, call, true), [](const auto& hit) { return hit ? hit->element : Value(); });
}

Result<Value> findIndex(vm::Call& call) {
  auto search = searchGiven(call);
  if (!search) return std::unexpected(search.error());
  return valueFrom(firstThat(*search, call, true),
                   [](const auto& hit) { return Value::integer(hit ? static_cast<std::int64_t>(hit->index) : -1); });
}

Result<Value> filter(vm::Call& call) {
  auto callback = Callback::make(call, 0);
  if (!callback) return std::unexpected(callback.error());
  std::vector<Value> kept;
  auto visited = forEachElement(call, 0, [&](std::size_t, const Value& element) -> Result<bool> {
    const auto result = (*callback)->test(element);
    if (!result) return result;
    if (*result) kept.push_back(element);
    return !(*callback)->stopped();
  });
  if (!visited) return std::unexpected(visited.error());
  return likeReceiver(call, std::move(kept));
}

Result<Value> map(vm::Call& call) { return mapped(call); }

Result<Value> flatMap(vm::Call& call) {
  const auto results = mapped(call);
  if (!results) return std::unexpected(results.error());
  std::vector<Value> out;
  if (auto flat = appendFlat(call.process(), results->asCollection().elements(), 1, out); !flat)
    return std::unexpected(flat.error());
  return plainResult(call.process(), std::move(out));
}

Result<Value> reduce(vm::Call& call) { return fold(call, false); }

Result<Value> reduceRight(vm::Call& call) { return fold(call, true); }

}  // namespace qodly::script::library::collection
