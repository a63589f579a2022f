// Making objects and collections, plain and shared.
#include <fmt/format.h>

#include "base/text.h"
#include "script/library/collection_support.h"
#include "script/library/object_copy.h"
#include "script/library/object_functions.h"
#include "script/vm/codes.h"
#include "script/vm/runtime.h"
#include "script/vm/shared.h"

namespace qodly::script::library::object {

namespace {

constexpr std::size_t maximumName = 255;  // characters
constexpr std::int64_t shared = 8;        // kShared

// Fills a new object with name and value in turn.
Result<Value> filled(const vm::Call& call, Value target) {
  const std::span<const Value> arguments = call.from(0);
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const Value& name = arguments[i];
    if (!name.isText()) return std::unexpected(call.wrongArgument(i, "the name of a property"));
    if (name.textUnits() > maximumName) {
      return std::unexpected(
          hostError(code::outOfRange, fmt::format("The name of a property has at most {} characters: \"{}...\"",
                                                  maximumName, utf16Prefix(name.asText(), 40))));
    }
    if (i + 1 == arguments.size()) {
      return std::unexpected(
          hostError(code::wrongType,
                    fmt::format("The property \"{}\" has no value: names and values come in pairs", name.asText())));
    }
    auto value = vm::valueForContainer(call.process(), *vm::containerOf(target), arguments[i + 1]);
    if (!value) return value;
    target.asObject().set(name.asText(), std::move(*value));
  }
  return target;
}

Result<Value> listed(const vm::Call& call, Value target) {
  const std::span<const Value> values = call.from(0);
  target.asCollection().elements().reserve(values.size());
  for (const Value& value : values) {
    auto element = elementFor(call.process(), target.asCollection(), value);
    if (!element) return element;
    target.asCollection().push(std::move(*element));
  }
  return target;
}

}  // namespace

Result<Value> newObject(vm::Call& call) { return filled(call, call.process().newObject()); }

Result<Value> newSharedObject(vm::Call& call) { return filled(call, vm::newSharedObject()); }

Result<Value> newCollection(vm::Call& call) { return listed(call, call.process().newCollection()); }

Result<Value> newSharedCollection(vm::Call& call) { return listed(call, vm::newSharedCollection()); }

Result<Value> copy(vm::Call& call) {
  const bool asShared = (call.integer(1) & shared) != 0;
  if (call.at(0).isMissing()) return Value::null();
  return deepCopy(call.process(), call.at(0), asShared ? CopyKind::shared : CopyKind::plain, call.at(2));
}

}  // namespace qodly::script::library::object
