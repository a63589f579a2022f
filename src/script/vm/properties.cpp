#include "script/vm/properties.h"

#include "script/vm/class_namespaces.h"
#include "script/vm/codes.h"
#include "script/vm/machine.h"
#include "script/vm/pointer.h"
#include "script/vm/program.h"
#include "script/vm/runtime_state.h"
#include "script/vm/shared.h"
#include "script/vm/unconstructed.h"
#include "value/media_name.h"

namespace qodly::script::vm {

namespace {

std::unexpected<Error> noProperty(const Value& receiver, std::string_view name, std::string_view verb) {
  return std::unexpected(hostError(code::wrongType, std::string(verb) + " property " + std::string(name) + ": " +
                                                        describeType(receiver) + " has no properties"));
}

std::unexpected<Error> readOnly(std::string_view name) {
  return std::unexpected(hostError(code::readOnly, "the property " + std::string(name) + " is read-only"));
}

// Of a picture: the name of the file that it came from, or the file that it is (pages.md 15.12).
std::string_view fileNameOf(const BlobBox& picture) {
  return picture.path.empty() ? mediaName(picture.mediaType) : std::string_view(picture.path);
}

Found foundInClass(const Class::Member& member, std::shared_ptr<const Program> program) {
  Found found;
  if (member.getter != nullptr) {
    found.getter = member.getter;
    found.owner = member.owner;
  } else if (member.function != nullptr) {
    found.value = functionValue(program, *member.function, member.owner);
  }
  return found;
}

Result<Found> foundInTable(Machine& machine, const NativeTable& table, const Value& receiver, std::string_view name) {
  const NativeMember* member = table.find(name);
  if (member == nullptr) return Found{};
  if (member->function != nullptr) return Found{member->value, nullptr, nullptr};
  Call call(machine.process(), receiver, {}, member->name);
  auto value = member->property->get(call);
  if (!value) return std::unexpected(value.error());
  return Found{std::move(*value), nullptr, nullptr};
}

Result<Found> foundInObject(const Value& receiver, std::string_view name) {
  const Object& object = receiver.asObject();
  {
    const ReadGuard guard(object);
    if (const Value* own = object.find(name)) return Found{*own, nullptr, nullptr};
  }
  const auto* link = static_cast<const ClassValue*>(object.classLink().get());
  if (link == nullptr || link->user() == nullptr) return Found{};
  const Class::Member* member = link->user()->find(name);
  if (member == nullptr) return Found{};
  return foundInClass(*member, link->program());
}

Result<Found> foundInHandle(Machine& machine, const Value& receiver, std::string_view name) {
  Handle& handle = receiver.asHandle();
  Process& process = machine.process();
  if (handle.kind() == ClassStoreValue::kindName()) {
    return Found{findClass(machine, static_cast<ClassStoreValue&>(handle).builtIn(), name), nullptr, nullptr};
  }
  if (handle.kind() == Unconstructed::kindName()) return std::unexpected(Unconstructed::used());
  if (const HandleType* type = process.runtime().handleType(handle.kind())) {
    if (auto value = type->property(process, handle, name)) {
      if (!*value) return std::unexpected(value->error());
      return Found{std::move(**value), nullptr, nullptr};
    }
    if (const Class* definition = type->classOf(process, handle)) {
      if (const Class::Member* member = definition->find(name)) return foundInClass(*member, machine.program());
    }
  }
  const NativeTable* table = nativeTableOf(machine, receiver);
  if (table == nullptr) return noProperty(receiver, name, "read");
  if (table->open && table->find(name) == nullptr) {
    auto* native = dynamic_cast<NativeObject*>(&handle);
    if (Object* properties = native != nullptr ? native->openProperties() : nullptr) {
      const ReadGuard guard(*properties);
      return Found{properties->get(name), nullptr, nullptr};
    }
  }
  return foundInTable(machine, *table, receiver, name);
}

// What an existing property becomes when undefined is assigned (language.md 9.3).
Value resetOf(const Value& old) {
  switch (old.type()) {
    case Type::boolean:
      return Value::boolean(false);
    case Type::text:
      return Value::text("");
    case Type::integer:
    case Type::real:
      return old.isMarkedTime() ? Value::markedTime({}) : Value::real(0);
    case Type::time:
      return Value::markedTime({});
    case Type::date:
    case Type::instant:
      return Value::date(Date::none());
    case Type::undefined:
      return {};
    default:
      return Value::null();
  }
}

Result<Stored> storeInObject(Machine& machine, const Value& receiver, std::string_view name, const Value& value) {
  Object& object = receiver.asObject();
  Process& process = machine.process();
  const auto* link = static_cast<const ClassValue*>(object.classLink().get());
  if (link != nullptr && link->user() != nullptr) {
    const Class::Member* member = link->user()->find(name);
    if (member != nullptr && (member->getter != nullptr || member->setter != nullptr) && object.find(name) == nullptr) {
      if (member->setter == nullptr) return readOnly(name);
      return Stored{member->setter, member->owner};
    }
  }
  auto wanted = valueForContainer(process, object, value);
  if (!wanted) return std::unexpected(wanted.error());
  auto guard = WriteGuard::take(process, object);
  if (!guard) return std::unexpected(guard.error());
  if (value.isUndefined()) {
    if (const Value* old = object.find(name)) object.set(name, resetOf(*old));
    return Stored{};
  }
  machine.charge(64 + name.size());
  object.set(name, std::move(*wanted));
  return Stored{};
}

Result<Stored> storeInRow(Machine& machine, const NativeMember& member, const Value& receiver, const Value& value) {
  if (member.property == nullptr || member.property->set == nullptr) return readOnly(member.name);
  Value converted = value;
  if (auto done =
          convertTo(machine.process(), member.propertyType, false, converted, "property " + std::string(member.name));
      !done) {
    return std::unexpected(done.error());
  }
  Call call(machine.process(), receiver, {}, member.name);
  if (auto done = member.property->set(call, converted); !done) return std::unexpected(done.error());
  return Stored{};
}

Result<Stored> storeInHandle(Machine& machine, const Value& receiver, std::string_view name, const Value& value) {
  Handle& handle = receiver.asHandle();
  Process& process = machine.process();
  if (handle.kind() == Unconstructed::kindName()) return std::unexpected(Unconstructed::used());
  if (const HandleType* type = process.runtime().handleType(handle.kind())) {
    if (auto done = type->setProperty(process, handle, name, value)) {
      if (!*done) return std::unexpected(done->error());
      return Stored{};
    }
    if (const Class* definition = type->classOf(process, handle)) {
      const Class::Member* member = definition->find(name);
      if (member != nullptr && member->setter != nullptr) return Stored{member->setter, member->owner};
      if (member != nullptr) return readOnly(name);
    }
  }
  const NativeTable* table = nativeTableOf(machine, receiver);
  if (table == nullptr) return noProperty(receiver, name, "write");
  if (const NativeMember* member = table->find(name)) return storeInRow(machine, *member, receiver, value);
  if (table->open) {
    auto* native = dynamic_cast<NativeObject*>(&handle);
    if (Object* properties = native != nullptr ? native->openProperties() : nullptr) {
      return storeInObject(machine, Value::object(Ref<Object>::sharing(properties)), name, value);
    }
  }
  return std::unexpected(
      hostError(code::readOnly, describeType(receiver) + " has no property " + std::string(name) + " to write"));
}

}  // namespace

const char* ClassStoreValue::kindName() {
  static constexpr const char* name = "ClassStore";
  return name;
}

Value functionValue(const std::shared_ptr<const Program>& program, const compile::Code& code, const Class* owner) {
  return handleValue(Function::user(std::shared_ptr<const compile::Unit>(program, code.unit), code, owner));
}

Value findClass(Machine& machine, bool builtIn, std::string_view name) {
  if (!builtIn) {
    const std::shared_ptr<const Program> program = machine.program();
    if (Value found = program ? program->classValue(name) : Value(); !found.isUndefined()) return found;
    const auto* namespaces = machine.process().runtime().service<ClassNamespaces>();
    if (namespaces == nullptr) return {};
    const auto value = namespaces->values.find(name);
    return value == namespaces->values.end() ? Value() : value->second;
  }
  const NativeClass* native = machine.process().runtime().builtins().nativeClass(name);
  return native != nullptr ? handleValue(ClassValue::native(*native)) : Value();
}

const NativeTable* nativeTableOf(Machine& machine, const Value& value) {
  Runtime& runtime = machine.process().runtime();
  NativeTables& tables = runtime.shared().tables;
  switch (value.type()) {
    case Type::object:
      return &tables.object();
    case Type::collection:
      return &tables.collection();
    case Type::blob:
      return &tables.blob();
    case Type::handle:
      break;
    default:
      return nullptr;
  }
  Handle& handle = value.asHandle();
  if (handle.kind() == Function::kindName()) return &tables.function();
  if (handle.kind() == ClassValue::kindName()) {
    const NativeClass* definition = runtime.builtins().nativeClass("Class");
    return definition != nullptr ? &tables.of(*definition) : nullptr;
  }
  if (const HandleType* type = runtime.handleType(handle.kind())) return &tables.of(type->nativeClass());
  if (const auto* native = dynamic_cast<const NativeObject*>(&handle)) return &tables.of(native->nativeClass());
  return nullptr;
}

const Class* userClassOf(Machine& machine, const Value& value) {
  if (value.isObject()) {
    const auto* link = static_cast<const ClassValue*>(value.asObject().classLink().get());
    return link != nullptr ? link->user() : nullptr;
  }
  if (value.type() != Type::handle) return nullptr;
  const HandleType* type = machine.process().runtime().handleType(value.asHandle().kind());
  return type != nullptr ? type->classOf(machine.process(), value.asHandle()) : nullptr;
}

Result<Found> findMember(Machine& machine, const Value& receiver, std::string_view name) {
  switch (receiver.type()) {
    case Type::undefined:
    case Type::null:
      return name == "length" ? Found{Value::real(0), nullptr, nullptr} : Found{};
    case Type::object:
      return foundInObject(receiver, name);
    case Type::collection:
    case Type::blob:
      return foundInTable(machine, *nativeTableOf(machine, receiver), receiver, name);
    case Type::handle:
      return foundInHandle(machine, receiver, name);
    case Type::picture:
      if (name == "path") return Found{Value::text(fileNameOf(receiver.asBlob())), nullptr, nullptr};
      [[fallthrough]];
    default:
      return noProperty(receiver, name, "read");
  }
}

Result<Value> readProperty(Machine& machine, const Value& receiver, std::string_view name) {
  auto found = findMember(machine, receiver, name);
  if (!found) return std::unexpected(found.error());
  if (found->getter != nullptr) return machine.callCode(*found->getter, found->owner, receiver, {});
  return std::move(found->value);
}

Result<Stored> storeMember(Machine& machine, const Value& receiver, std::string_view name, const Value& value) {
  switch (receiver.type()) {
    case Type::undefined:
    case Type::null:
      return std::unexpected(hostError(code::missingValue, "the property " + std::string(name) + " of " +
                                                               describeType(receiver) + " cannot be written"));
    case Type::object:
      return storeInObject(machine, receiver, name, value);
    case Type::collection:
      return readOnly(name);
    case Type::handle:
      return storeInHandle(machine, receiver, name, value);
    default:
      return noProperty(receiver, name, "write");
  }
}

Result<> writeProperty(Machine& machine, const Value& receiver, std::string_view name, const Value& value) {
  const auto stored = storeMember(machine, receiver, name, value);
  if (!stored) return std::unexpected(stored.error());
  if (stored->setter == nullptr) return {};
  const auto done = machine.callCode(*stored->setter, stored->owner, receiver, {&value, 1});
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<Callee> findFunction(Machine& machine, const Value& receiver, std::string_view name) {
  const auto missing = [&] {
    return std::unexpected(
        hostError(code::notFunction, describeType(receiver) + " has no function " + std::string(name)));
  };
  Callee callee;
  if (receiver.isUndefined() && name == "new") {
    return std::unexpected(hostError(code::unknownName, "there is no such class: new cannot be called on undefined"));
  }
  if (receiver.isMissing()) {
    return std::unexpected(hostError(
        code::missingValue, "the function " + std::string(name) + " cannot be called on " + describeType(receiver)));
  }
  const auto take = [&](const Class::Member& member) {
    callee.code = member.function;
    callee.owner = member.owner;
  };
  if (receiver.isObject()) {
    const Object& object = receiver.asObject();
    {
      const ReadGuard guard(object);
      if (const Value* own = object.find(name)) callee.value = *own;
    }
    if (!callee.value.isUndefined()) return callee;
    const auto* link = static_cast<const ClassValue*>(object.classLink().get());
    const Class::Member* member = link != nullptr && link->user() != nullptr ? link->user()->find(name) : nullptr;
    if (member != nullptr && member->function != nullptr) {
      take(*member);
      return callee;
    }
    if (member == nullptr) {
      const NativeMember* row = nativeTableOf(machine, receiver)->find(name);
      if (row == nullptr || row->function == nullptr) return missing();
      callee.native = row;
      return callee;
    }
  } else if (receiver.type() == Type::handle) {
    if (const Class* definition = userClassOf(machine, receiver)) {
      const Class::Member* member = definition->find(name);
      if (member != nullptr && member->function != nullptr) {
        take(*member);
        return callee;
      }
    }
  }
  if (const NativeTable* table = nativeTableOf(machine, receiver)) {
    const NativeMember* row = table->find(name);
    if (row != nullptr && row->function != nullptr) {
      callee.native = row;
      return callee;
    }
  }
  if (!receiver.isObject() && receiver.type() != Type::handle) return missing();
  auto value = readProperty(machine, receiver, name);
  if (!value) return std::unexpected(value.error());
  if (value->isUndefined()) return missing();
  callee.value = std::move(*value);
  return callee;
}

}  // namespace qodly::script::vm
