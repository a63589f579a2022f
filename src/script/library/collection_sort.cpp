// sort, orderBy, orderByMethod (classes.md 1.3, 1.8).
#include <fmt/format.h>

#include "base/text.h"
#include "script/library/collection_callback.h"
#include "script/library/collection_functions.h"
#include "script/library/collection_order.h"
#include "script/library/collection_support.h"
#include "script/library/sort_callback.h"
#include "script/vm/codes.h"

namespace qodly::script::library::collection {

namespace {

struct Criterion {
  std::string path;
  bool descending = false;
};

constexpr std::size_t maximumCriteria = 128;

Error badCriterion(std::string_view text) {
  return hostError(code::outOfRange,
                   fmt::format("\"{}\" is no sort criterion: expected a property path, then asc or desc", trim(text)));
}

// path [asc|desc] {, path [asc|desc]}
Result<std::vector<Criterion>> parseCriteria(std::string_view text) {
  std::vector<Criterion> criteria;
  for (const std::string_view part : split(text, ',')) {
    std::vector<std::string_view> words = split(trim(part), ' ');
    std::erase_if(words, [](std::string_view word) { return word.empty(); });
    if (words.empty() || words.size() > 2) return std::unexpected(badCriterion(part));
    Criterion criterion{std::string(words.front()), false};
    if (words.size() == 2) {
      criterion.descending = equalsIgnoringAsciiCase(words[1], "desc");
      if (!criterion.descending && !equalsIgnoringAsciiCase(words[1], "asc"))
        return std::unexpected(badCriterion(part));
    }
    criteria.push_back(std::move(criterion));
  }
  return criteria;
}

// {propertyPath, descending} objects.
Result<std::vector<Criterion>> readCriteria(const Collection& collection) {
  std::vector<Criterion> criteria;
  const Elements elements(collection);
  for (const Value& element : elements.span()) {
    const Value path = element.isObject() ? element.asObject().get("propertyPath") : Value();
    if (!path.isText()) {
      return std::unexpected(
          hostError(code::wrongType,
                    "orderBy expects a collection of objects, each with a text propertyPath and a Boolean descending"));
    }
    const Value descending = element.asObject().get("descending");
    criteria.push_back({std::string(path.asText()), descending.type() == Type::boolean && descending.asBoolean()});
  }
  return criteria;
}

// The elements in the order of the criteria.
Result<Value> ordered(const vm::Call& call, std::span<const Criterion> criteria) {
  if (criteria.size() > maximumCriteria) {
    return std::unexpected(hostError(code::outOfRange, fmt::format("More than {} sort criteria", maximumCriteria)));
  }
  const Collection& source = receiver(call);
  const Elements elements(source, mayCompute(Elements(source).span()));
  PathValues paths(call.process(), elements.span());
  std::vector<SortLevel> levels;
  for (const Criterion& criterion : criteria) {
    auto found = paths.at(criterion.path);
    if (!found) return std::unexpected(found.error());
    levels.push_back({{}, std::move(*found), criterion.descending});
  }
  std::vector<Value> result;
  result.reserve(elements.size());
  for (const std::uint32_t position : sortedPositions(levels, elements.size(), collationOf(call))) {
    result.push_back(elements[position]);
  }
  return likeReceiver(call, std::move(result));
}

Result<Value> orderedValues(const vm::Call& call, bool descending) {
  const Elements elements(receiver(call));
  const SortLevel level{elements.span(), {}, descending};
  std::vector<Value> result;
  result.reserve(elements.size());
  for (const std::uint32_t position : sortedPositions({&level, 1}, elements.size(), collationOf(call))) {
    result.push_back(elements[position]);
  }
  return likeReceiver(call, std::move(result));
}

// The elements in the order that the callback defines.
Result<std::vector<Value>> orderedByCallback(const vm::Call& call) {
  auto callback = Callback::make(call, 0);
  if (!callback) return std::unexpected(callback.error());
  const Elements elements(receiver(call), true);
  auto positions = callbackOrder(**callback, elements.span());
  if (!positions) return std::unexpected(positions.error());
  std::vector<Value> result;
  result.reserve(elements.size());
  for (const std::uint32_t position : *positions) result.push_back(elements[position]);
  return result;
}

}  // namespace

Result<std::vector<std::uint32_t>> callbackOrder(Callback& callback, std::span<const Value> elements) {
  std::optional<Error> failure;
  auto positions = mergeSorted(elements.size(), [&](std::uint32_t left, std::uint32_t right) {
    const auto less = callback.less(elements[left], elements[right]);
    if (less) return *less ? 1 : 0;
    failure = less.error();
    return -1;
  });
  if (failure) return std::unexpected(*failure);
  return positions;
}

Result<Value> sort(vm::Call& call) {
  Collection& target = receiver(call);
  if (call.count() > 0 && call.given(0)) {
    auto sorted = orderedByCallback(call);
    if (!sorted) return std::unexpected(sorted.error());
    auto changed =
        changeElements(call.process(), target, [&](std::vector<Value>& elements) { elements.swap(*sorted); });
    if (!changed) return std::unexpected(changed.error());
    return call.self();
  }
  const Collation& collation = collationOf(call);
  auto changed = changeElements(call.process(), target, [&](std::vector<Value>& elements) {
    const SortLevel level{elements, {}, false};
    elements = permuted(elements, sortedPositions({&level, 1}, elements.size(), collation));
  });
  if (!changed) return std::unexpected(changed.error());
  return call.self();
}

Result<Value> orderBy(vm::Call& call) {
  const Value& given = call.at(0);
  if (given.isMissing()) return orderedValues(call, false);
  if (given.isNumber()) return orderedValues(call, call.integer(0) == 1);
  auto criteria = given.isText() ? parseCriteria(given.asText()) : readCriteria(given.asCollection());
  if (!criteria) return std::unexpected(criteria.error());
  return ordered(call, *criteria);
}

Result<Value> orderByMethod(vm::Call& call) {
  auto sorted = orderedByCallback(call);
  if (!sorted) return std::unexpected(sorted.error());
  return likeReceiver(call, std::move(*sorted));
}

}  // namespace qodly::script::library::collection
