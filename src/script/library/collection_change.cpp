// Functions that change the receiver (classes.md 1.8). A shared receiver is locked for their duration (1.6).
#include <algorithm>

#include "script/library/collection_functions.h"
#include "script/library/collection_support.h"
#include "script/vm/codes.h"

namespace qodly::script::library::collection {

namespace {

using Vector = std::vector<Value>;

Vector::iterator at(Vector& elements, std::size_t position) {
  return elements.begin() + static_cast<std::ptrdiff_t>(position);
}

// The values as elements of the receiver.
Result<Vector> storable(const vm::Call& call, std::span<const Value> values) {
  Vector elements;
  elements.reserve(values.size());
  for (const Value& value : values) {
    auto element = elementFor(call.process(), receiver(call), value);
    if (!element) return std::unexpected(element.error());
    elements.push_back(std::move(*element));
  }
  return elements;
}

// Puts elements at the position that `given` stands for.
Result<Value> insertAt(const vm::Call& call, std::span<const Value> values, std::int64_t given) {
  auto elements = storable(call, values);
  if (!elements) return std::unexpected(elements.error());
  auto changed = changeElements(call.process(), receiver(call), [&](Vector& target) {
    target.insert(at(target, insertionPosition(given, target.size())), std::make_move_iterator(elements->begin()),
                  std::make_move_iterator(elements->end()));
  });
  if (!changed) return std::unexpected(changed.error());
  return call.self();
}

// Takes one element off an end; undefined when there is none.
Result<Value> takeEnd(const vm::Call& call, bool front) {
  Value taken;
  auto changed = changeElements(call.process(), receiver(call), [&](Vector& elements) {
    if (elements.empty()) return;
    if (front) {
      taken = std::move(elements.front());
      elements.erase(elements.begin());
    } else {
      taken = std::move(elements.back());
      elements.pop_back();
    }
  });
  if (!changed) return std::unexpected(changed.error());
  return taken;
}

constexpr std::int64_t atEnd = INT64_MAX;

}  // namespace

Result<Value> clear(vm::Call& call) {
  Vector removed;  // released when the lock is given back
  auto changed = changeElements(call.process(), receiver(call), [&](Vector& elements) { removed.swap(elements); });
  if (!changed) return std::unexpected(changed.error());
  return call.self();
}

Result<Value> combine(vm::Call& call) {
  const Collection* other = call.collection(0);
  if (other == nullptr) return call.self();
  const Elements added(*other, other == &receiver(call));
  return insertAt(call, added.span(), positionGiven(call, 1, atEnd));
}

Result<Value> fill(vm::Call& call) {
  auto value = elementFor(call.process(), receiver(call), call.at(0));
  if (!value) return std::unexpected(value.error());
  auto changed = changeElements(call.process(), receiver(call), [&](Vector& elements) {
    const std::size_t from = insertionPosition(positionGiven(call, 1, 0), elements.size());
    const std::size_t to = insertionPosition(positionGiven(call, 2, atEnd), elements.size());
    for (std::size_t i = from; i < to; ++i) elements[i] = *value;
  });
  if (!changed) return std::unexpected(changed.error());
  return call.self();
}

Result<Value> insert(vm::Call& call) { return insertAt(call, {&call.at(1), 1}, positionGiven(call, 0, 0)); }

Result<Value> pop(vm::Call& call) { return takeEnd(call, false); }

Result<Value> shift(vm::Call& call) { return takeEnd(call, true); }

Result<Value> push(vm::Call& call) {
  Collection& target = receiver(call);
  if (!target.group()) {  // the path of every loop that builds a collection
    for (const Value& value : call.from(0)) {
      target.push(value.isUndefined() ? Value::null() : vm::plainForContainer(call.process(), value));
    }
    return call.self();
  }
  return insertAt(call, call.from(0), atEnd);
}

Result<Value> unshift(vm::Call& call) { return insertAt(call, call.from(0), 0); }

Result<Value> remove(vm::Call& call) {
  Vector removed;
  auto changed = changeElements(call.process(), receiver(call), [&](Vector& elements) {
    const std::size_t from = insertionPosition(positionGiven(call, 0, 0), elements.size());
    const std::int64_t many = positionGiven(call, 1, 1);
    if (many <= 0) return;
    const std::size_t to = from + std::min(static_cast<std::size_t>(many), elements.size() - from);
    removed.assign(std::make_move_iterator(at(elements, from)), std::make_move_iterator(at(elements, to)));
    elements.erase(at(elements, from), at(elements, to));
  });
  if (!changed) return std::unexpected(changed.error());
  return call.self();
}

Result<Value> resize(vm::Call& call) {
  const std::int64_t size = positionGiven(call, 0, 0);
  if (size < 0) return std::unexpected(hostError(code::outOfRange, "The size of a collection cannot be negative"));
  constexpr std::int64_t mostElements = std::int64_t{1} << 40;
  if (size > static_cast<std::int64_t>(receiver(call).size())) {
    const auto bytes = static_cast<std::size_t>(std::min(size, mostElements)) * sizeof(Value);
    if (auto charged = call.process().charge(bytes); !charged) return std::unexpected(charged.error());
  }
  auto value = elementFor(call.process(), receiver(call), call.at(1));
  if (!value) return std::unexpected(value.error());
  Vector removed;
  auto changed = changeElements(call.process(), receiver(call), [&](Vector& elements) {
    const auto wanted = static_cast<std::size_t>(size);
    if (wanted < elements.size()) {
      removed.assign(std::make_move_iterator(at(elements, wanted)), std::make_move_iterator(elements.end()));
    }
    elements.resize(wanted, *value);
  });
  if (!changed) return std::unexpected(changed.error());
  return call.self();
}

}  // namespace qodly::script::library::collection
