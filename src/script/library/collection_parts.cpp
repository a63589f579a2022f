// Functions that make a new collection, or a text, of the elements (classes.md 1.8).
#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "script/library/collection_distinct.h"
#include "script/library/collection_functions.h"
#include "script/library/collection_support.h"
#include "script/library/object_copy.h"
#include "script/library/plain_text.h"
#include "script/vm/codes.h"

namespace qodly::script::library::collection {

namespace {

constexpr std::size_t longestText = 0x7FFF'FFFF;
constexpr std::int64_t diacritical = 8;  // kDiacritical
constexpr std::int64_t withCounts = 32;  // kCountValues
constexpr std::int64_t keepNull = 1;     // kKeepNull
constexpr std::int64_t ignoreEmpty = 1;  // kIgnoreNullOrEmpty
constexpr std::int64_t shared = 8;       // kShared

// Elements of which paths are read: a copy when reading them may run code of the application.
Elements readable(const Collection& source) { return Elements(source, mayCompute(Elements(source).span())); }

Result<Value> extractValues(const vm::Call& call) {
  const Elements elements = readable(receiver(call));
  PathValues paths(call.process(), elements.span());
  const auto found = paths.at(call.text(0));
  if (!found) return std::unexpected(found.error());
  const bool keep = (call.integer(1) & keepNull) != 0;
  std::vector<Value> values;
  values.reserve(found->size());
  for (const Value* value : *found) {
    if (value != nullptr && !value->isMissing()) {
      values.push_back(*value);
    } else if (keep) {
      values.push_back(Value::null());
    }
  }
  return plainResult(call.process(), std::move(values));
}

// extract(path, target {, path, target...}): objects with the values under new names.
Result<Value> extractObjects(const vm::Call& call) {
  const Elements elements = readable(receiver(call));
  PathValues paths(call.process(), elements.span());
  std::vector<std::vector<const Value*>> columns;
  std::vector<PropertyPath> targets;
  for (std::size_t i = 0; i + 1 < call.count(); i += 2) {
    auto column = paths.at(call.text(i));
    if (!column) return std::unexpected(column.error());
    auto target = PropertyPath::parse(call.text(i + 1));
    if (!target) return std::unexpected(target.error());
    columns.push_back(std::move(*column));
    targets.push_back(std::move(*target));
  }
  std::vector<Value> objects;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    Value object;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const Value* value = columns[column][i];
      if (value == nullptr || value->isUndefined()) continue;
      if (object.isUndefined()) object = call.process().newObject();
      targets[column].store(object.asObject(), *value);
    }
    if (!object.isUndefined()) objects.push_back(std::move(object));
  }
  return plainResult(call.process(), std::move(objects));
}

Value countedValue(vm::Process& process, const DistinctValue& item) {
  Value object = process.newObject();
  object.asObject().set("value", *item.value);
  object.asObject().set("count", Value::real(static_cast<double>(item.count)));
  return object;
}

}  // namespace

Result<> appendFlat(vm::Process& process, std::span<const Value> elements, std::int64_t depth,
                    std::vector<Value>& out) {
  struct Level {
    Elements elements;
    const Collection* collection;
    std::size_t next = 0;
  };
  std::deque<Level> open;
  std::unordered_set<const Collection*> entered;
  std::size_t charged = 0;
  std::size_t steps = 0;
  constexpr std::size_t step = 65'536;
  const auto expand = [&](const Value& value) {
    if (!value.isCollection() || static_cast<std::int64_t>(open.size()) >= depth ||
        !entered.insert(&value.asCollection()).second) {
      out.push_back(value);
    } else {
      open.push_back({Elements(value.asCollection()), &value.asCollection()});
    }
  };
  for (const Value& element : elements) {
    expand(element);
    while (!open.empty()) {
      Level& inner = open.back();
      if (++steps % step == 0) {
        if (auto allowed = process.checkpoint(); !allowed) return allowed;
      }
      if (inner.next == inner.elements.size()) {
        entered.erase(inner.collection);
        open.pop_back();
        continue;
      }
      if (out.size() >= charged + std::max(step, charged / 4)) {
        charged = out.size();
        if (auto allowed = process.charge(charged * sizeof(Value)); !allowed) return allowed;
      }
      expand(inner.elements[inner.next++]);
    }
  }
  return {};
}

Result<Value> concat(vm::Call& call) {
  const Elements elements(receiver(call));
  std::vector<Value> joined(elements.span().begin(), elements.span().end());
  const Collection& source = receiver(call);
  const auto add = [&](const Value& value) -> Result<> {
    auto element = elementFor(call.process(), source, value);
    if (!element) return std::unexpected(element.error());
    joined.push_back(std::move(*element));
    return {};
  };
  for (const Value& argument : call.from(0)) {
    if (!argument.isCollection()) {
      if (auto added = add(argument); !added) return std::unexpected(added.error());
      continue;
    }
    const Elements more(argument.asCollection());
    for (const Value& element : more.span()) {
      if (auto added = add(element); !added) return std::unexpected(added.error());
    }
  }
  return likeReceiver(call, std::move(joined));
}

Result<Value> copy(vm::Call& call) {
  const bool asShared = (call.integer(0) & shared) != 0;
  return deepCopy(call.process(), call.self(), asShared ? CopyKind::shared : CopyKind::plain, call.at(1));
}

Result<Value> distinct(vm::Call& call) {
  const bool path = call.at(0).isText();
  const std::int64_t options = call.integer(path ? 1 : 0);
  const Elements elements = readable(receiver(call));
  PathValues paths(call.process(), elements.span());
  std::vector<const Value*> values;
  if (path) {
    auto found = paths.at(call.text(0));
    if (!found) return std::unexpected(found.error());
    values = std::move(*found);
  } else {
    values.reserve(elements.size());
    for (const Value& element : elements.span()) values.push_back(&element);
  }
  std::vector<Value> result;
  for (const DistinctValue& item : distinctValues(values, (options & diacritical) != 0, collationOf(call))) {
    result.push_back((options & withCounts) != 0 ? countedValue(call.process(), item) : *item.value);
  }
  return plainResult(call.process(), std::move(result));
}

Result<Value> extract(vm::Call& call) {
  if (call.count() == 1 || !call.at(1).isText()) {
    if (call.count() <= 2 && (call.at(1).isMissing() || call.at(1).isNumber())) return extractValues(call);
  } else if (call.count() % 2 == 0) {
    for (std::size_t i = 0; i < call.count(); ++i) {
      if (!call.at(i).isText()) return std::unexpected(call.wrongArgument(i, "a property path"));
    }
    return extractObjects(call);
  }
  return std::unexpected(hostError(
      code::wrongType, "extract expects one property path with an option, or pairs of a property path and a name"));
}

Result<Value> flat(vm::Call& call) {
  const Elements elements(receiver(call));
  std::vector<Value> out;
  if (auto flat = appendFlat(call.process(), elements.span(), positionGiven(call, 0, 1), out); !flat) {
    return std::unexpected(flat.error());
  }
  return plainResult(call.process(), std::move(out));
}

Result<Value> join(vm::Call& call) {
  const Elements elements(receiver(call));
  const std::string_view delimiter = call.text(0);
  const bool ignore = (call.integer(1) & ignoreEmpty) != 0;
  std::string text;
  bool first = true;
  for (const Value& element : elements.span()) {
    if (ignore && (element.isMissing() || (element.isText() && element.asText().empty()))) continue;
    if (!std::exchange(first, false)) text += delimiter;
    appendPlainText(element, text);
    if (text.size() > longestText) {
      return std::unexpected(hostError(code::limitReached, "The text that join makes is longer than 2 GB"));
    }
  }
  if (auto charged = call.process().charge(text.size()); !charged) return std::unexpected(charged.error());
  return Value::text(std::move(text));
}

Result<Value> reverse(vm::Call& call) {
  const CopyKind kind = receiver(call).group() ? CopyKind::shared : CopyKind::plain;
  auto copied = deepCopy(call.process(), call.self(), kind, receiver(call).group() ? call.self() : Value());
  if (!copied) return copied;
  std::ranges::reverse(copied->asCollection().elements());
  return copied;
}

Result<Value> slice(vm::Call& call) {
  const Elements elements(receiver(call));
  const std::size_t from = insertionPosition(positionGiven(call, 0, 0), elements.size());
  const std::size_t to = insertionPosition(positionGiven(call, 1, INT64_MAX), elements.size());
  std::vector<Value> part;
  if (from < to)
    part.assign(elements.span().begin() + static_cast<std::ptrdiff_t>(from),
                elements.span().begin() + static_cast<std::ptrdiff_t>(to));
  return likeReceiver(call, std::move(part));
}

}  // namespace qodly::script::library::collection
