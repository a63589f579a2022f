#include "script/library/object_members.h"

#include "script/library/collection_support.h"
#include "script/library/object_functions.h"
#include "script/vm/class.h"
#include "script/vm/handle_type.h"
#include "script/vm/runtime.h"
#include "script/vm/shared.h"

namespace qodly::script::library {

namespace {

std::vector<std::string> namesOfNative(const vm::NativeObject& object) {
  std::vector<std::string> names;
  for (const vm::PropertyRow& row : object.nativeClass().properties) names.emplace_back(row.name);
  return names;
}

// The handle's names; nothing when it does not count as an object.
std::optional<std::vector<std::string>> namesOfHandle(vm::Process& process, Handle& handle) {
  if (const vm::HandleType* type = process.runtime().handleType(handle.kind())) return type->keys(process, handle);
  if (const auto* native = dynamic_cast<const vm::NativeObject*>(&handle)) return namesOfNative(*native);
  return std::nullopt;
}

}  // namespace

Result<std::vector<NamedValue>> membersOf(vm::Process& process, const Value& object) {
  std::vector<NamedValue> members;
  if (object.isObject()) {
    const vm::ReadGuard guard(object.asObject());
    members.reserve(object.asObject().size());
    for (const Object::Member& member : object.asObject().members()) {
      if (!member.value.isUndefined()) members.push_back({member.name, member.value});
    }
    return members;
  }
  if (object.type() != Type::handle) return members;
  const auto names = namesOfHandle(process, object.asHandle());
  if (!names) return members;
  for (const std::string& name : *names) {
    auto value = process.property(object, name);
    if (!value) return std::unexpected(value.error());
    members.push_back({name, std::move(*value)});
  }
  return members;
}

namespace object {

namespace {

template <class Make>
Result<Value> listed(const vm::Call& call, const Make& make) {
  auto members = membersOf(call.process(), call.at(0));
  if (!members) return std::unexpected(members.error());
  std::vector<Value> elements;
  elements.reserve(members->size());
  for (NamedValue& member : *members) elements.push_back(make(member));
  return plainResult(call.process(), std::move(elements));
}

}  // namespace

Result<Value> entries(vm::Call& call) {
  return listed(call, [&](NamedValue& member) {
    Value entry = call.process().newObject();
    entry.asObject().set("key", Value::text(member.name));
    entry.asObject().set("value", std::move(member.value));
    return entry;
  });
}

Result<Value> keys(vm::Call& call) {
  // The names alone: reading the values of an entity would run its code.
  const Value& object = call.at(0);
  const auto names = object.type() == Type::handle ? namesOfHandle(call.process(), object.asHandle()) : std::nullopt;
  if (names) {
    std::vector<Value> elements;
    elements.reserve(names->size());
    for (const std::string& name : *names) elements.push_back(Value::text(name));
    return plainResult(call.process(), std::move(elements));
  }
  return listed(call, [](NamedValue& member) { return Value::text(member.name); });
}

Result<Value> values(vm::Call& call) {
  return listed(call, [](NamedValue& member) { return std::move(member.value); });
}

Result<Value> isDefined(vm::Call& call) {
  const Value& value = call.at(0);
  if (!call.given(1)) return Value::boolean(!value.isMissing());
  if (value.isObject()) {
    const vm::ReadGuard guard(value.asObject());
    const Value* member = value.asObject().find(call.text(1));
    return Value::boolean(member != nullptr && !member->isUndefined());
  }
  auto members = membersOf(call.process(), value);
  if (!members) return std::unexpected(members.error());
  return Value::boolean(
      std::ranges::any_of(*members, [&](const NamedValue& member) { return member.name == call.text(1); }));
}

Result<Value> isEmpty(vm::Call& call) {
  if (call.at(0).isMissing()) return Value::boolean(true);
  if (call.at(0).isCollection()) return Value::boolean(sizeOf(call.at(0).asCollection()) == 0);
  auto members = membersOf(call.process(), call.at(0));
  if (!members) return std::unexpected(members.error());
  return Value::boolean(members->empty());
}

Result<Value> isShared(vm::Call& call) {
  const Value& value = call.at(0);
  if (value.type() != Type::handle) return Value::boolean(vm::isShared(value));
  const vm::HandleType* type = call.process().runtime().handleType(value.asHandle().kind());
  if (type != nullptr) return Value::boolean(type->mayBeShared(value.asHandle()));
  if (vm::ClassValue::from(value) != nullptr) return Value::boolean(true);
  const auto* native = dynamic_cast<const vm::NativeObject*>(&value.asHandle());
  return Value::boolean(native != nullptr &&
                        (native->nativeClass().name == "Signal" || native->nativeClass().name == "CryptoKey"));
}

Result<Value> remove(vm::Call& call) {
  if (call.at(0).isMissing()) return Value();
  if (!call.at(0).isObject()) return std::unexpected(call.wrongArgument(0, "an object"));
  Object& target = call.at(0).asObject();
  auto guard = vm::WriteGuard::take(call.process(), target);
  if (!guard) return std::unexpected(guard.error());
  const Value removed = target.get(call.text(1));  // released behind the guard
  target.remove(call.text(1));
  return Value();
}

}  // namespace object

}  // namespace qodly::script::library
