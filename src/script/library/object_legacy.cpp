// OB SET, OB Get and their like: the property commands of the 4D surface (commands.md 24.1).
#include "script/library/object_functions.h"
#include "script/library/object_members.h"
#include "script/library/result_value.h"
#include "script/library/value_conversion.h"
#include "script/vm/codes.h"

namespace qodly::script::library::object {

Result<Value> set(vm::Call& call) {
  for (std::size_t i = 1; i < call.count(); i += 2) {
    if (!call.at(i).isText()) return std::unexpected(call.wrongArgument(i, "the name of a property"));
    if (auto stored = call.process().setProperty(call.at(0), call.text(i), call.at(i + 1)); !stored) {
      return std::unexpected(stored.error());
    }
  }
  return Value();
}

Result<Value> setNull(vm::Call& call) {
  if (auto stored = call.process().setProperty(call.at(0), call.text(1), Value::null()); !stored) {
    return std::unexpected(stored.error());
  }
  return Value();
}

Result<Value> get(vm::Call& call) {
  auto value = call.process().property(call.at(0), call.text(1));
  if (!value || !call.given(2)) return value;
  return convertedTo(call.process(), *value, call.integer(2));
}

Result<Value> typeOf(vm::Call& call) {
  return valueFrom(call.process().property(call.at(0), call.text(1)),
                   [](const Value& value) { return Value::integer(memberTypeCode(value)); });
}

}  // namespace qodly::script::library::object
