#include "script/library/class_class.h"

#include <array>

#include "script/vm/class.h"
#include "script/vm/machine.h"

namespace qodly::script::library {

namespace {

using vm::Call;
using vm::ClassValue;

const ClassValue& selfOf(const Call& call) { return *ClassValue::from(call.self()); }

Result<Value> make(Call& call) { return call.process().machine().instantiate(selfOf(call), call.from(0)); }

Result<Value> name(Call& call) { return Value::text(selfOf(call).name()); }

Result<Value> superclass(Call& call) {
  const ClassValue& definition = selfOf(call);
  const vm::Builtins& builtins = call.process().runtime().builtins();
  if (const vm::Class* user = definition.user()) {
    if (user->parent != nullptr) return vm::handleValue(ClassValue::user(definition.program(), *user->parent));
    std::string_view parent = user->extends;
    if (parent.starts_with("4D.")) parent.remove_prefix(3);
    const vm::NativeClass* native = parent.empty() ? nullptr : builtins.nativeClass(parent);
    return vm::handleValue(ClassValue::native(native != nullptr ? *native : builtins.objectClass()));
  }
  if (definition.native()->name == "Object") return Value::null();
  const vm::NativeClass* parent = builtins.nativeClass(definition.native()->superclass);
  return vm::handleValue(ClassValue::native(parent != nullptr ? *parent : builtins.objectClass()));
}

Result<Value> isShared(Call& call) {
  const vm::Class* user = selfOf(call).user();
  return Value::boolean(user != nullptr && user->isShared);
}

Result<Value> isSingleton(Call& call) {
  const vm::Class* user = selfOf(call).user();
  return Value::boolean(user != nullptr && user->singleton != vm::SingletonScope::none);
}

Result<Value> isSessionSingleton(Call& call) {
  const vm::Class* user = selfOf(call).user();
  return Value::boolean(user != nullptr && user->singleton == vm::SingletonScope::session);
}

Result<Value> me(Call& call) {
  const ClassValue& definition = selfOf(call);
  if (definition.user() == nullptr) return Value();
  return call.process().machine().singleton(definition, {});
}

constexpr auto functions = std::to_array<vm::FunctionRow>({
    {"new", "(...parameters: variant) : object", &make,
     "A new instance of the class; the existing one of a singleton."},
});

constexpr auto properties = std::to_array<vm::PropertyRow>({
    {"name", "string", &name, nullptr, "Name of the class."},
    {"superclass", "4D.Class", &superclass, nullptr, "The parent class; null when there is none."},
    {"isShared", "boolean", &isShared, nullptr, "Whether instances are shared objects."},
    {"isSingleton", "boolean", &isSingleton, nullptr, "Whether there is one instance only."},
    {"isSessionSingleton", "boolean", &isSessionSingleton, nullptr, "Whether there is one instance a user session."},
    {"me", "object", &me, nullptr, "The instance of a singleton; undefined for other classes."},
});

}  // namespace

const vm::NativeClass& classClass() {
  static const vm::NativeClass definition{"Class", "Object", functions, properties, nullptr, "A class as a value.",
                                          false};
  return definition;
}

}  // namespace qodly::script::library
