// objectClass and instanceOf (commands.md 8).
#include "script/library/object_functions.h"
#include "script/vm/class.h"
#include "script/vm/codes.h"
#include "script/vm/function.h"
#include "script/vm/handle_type.h"
#include "script/vm/process.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"

namespace qodly::script::library::object {

namespace {

// What an object belongs to: a class of the application, else a built-in one; neither for what is no object.
struct Membership {
  const vm::Class* user = nullptr;
  const vm::NativeClass* native = nullptr;
};

Membership membershipOf(vm::Process& process, const Value& value) {
  const vm::Builtins& builtins = process.runtime().builtins();
  if (value.isCollection()) return {nullptr, &builtins.collectionClass()};
  if (value.isObject()) {
    const auto& link = value.asObject().classLink();
    const auto* linked = link ? vm::ClassValue::from(Value::handle(link)) : nullptr;
    const vm::Class* user = linked != nullptr ? linked->user() : nullptr;
    return {user, &builtins.objectClass()};
  }
  if (value.type() == Type::blob) return {nullptr, &builtins.blobClass()};
  if (value.type() != Type::handle) return {};
  Handle& handle = value.asHandle();
  if (vm::Function::from(value) != nullptr) return {nullptr, &builtins.functionClass()};
  if (const vm::HandleType* type = process.runtime().handleType(handle.kind())) {
    const vm::Class* user = type->classOf(process, handle);
    return {user, &type->nativeClass()};
  }
  if (const auto* native = dynamic_cast<const vm::NativeObject*>(&handle)) return {nullptr, &native->nativeClass()};
  return {nullptr, builtins.nativeClass(vm::ClassValue::from(value) != nullptr ? "Class" : "Object")};
}

bool derivesFrom(const vm::Builtins& builtins, const vm::NativeClass* native, const vm::NativeClass& ancestor) {
  constexpr int longestChain = 32;
  for (int i = 0; native != nullptr && i < longestChain; ++i) {
    if (native == &ancestor || native->name == ancestor.name) return true;
    native = native->superclass.empty() ? nullptr : builtins.nativeClass(native->superclass);
  }
  return false;
}

Value classValue(const Ref<vm::ClassValue>& definition) {
  return Value::handle(Ref<Handle>::sharing(definition.get()));
}

}  // namespace

Result<Value> classOf(vm::Call& call) {
  const Value& value = call.at(0);
  if (value.isObject() && value.asObject().classLink()) return Value::handle(value.asObject().classLink());
  const Membership membership = membershipOf(call.process(), value);
  if (membership.user != nullptr) {
    return classValue(vm::ClassValue::user(call.process().runtime().program(), *membership.user));
  }
  if (membership.native == nullptr) return Value::null();
  return classValue(vm::ClassValue::native(*membership.native));
}

Result<Value> instanceOf(vm::Call& call) {
  const vm::ClassValue* wanted = vm::ClassValue::from(call.at(1));
  if (wanted == nullptr) {
    return std::unexpected(hostError(code::notClass, "instanceOf expects a class, such as cs.Invoice or 4D.File"));
  }
  const Membership membership = membershipOf(call.process(), call.at(0));
  if (membership.native == nullptr) return Value::boolean(false);
  if (wanted->user() != nullptr) {
    return Value::boolean(membership.user != nullptr && membership.user->derivesFrom(*wanted->user()));
  }
  const vm::Builtins& builtins = call.process().runtime().builtins();
  if (wanted->native()->name == "Object") return Value::boolean(true);
  return Value::boolean(derivesFrom(builtins, membership.native, *wanted->native()));
}

}  // namespace qodly::script::library::object
