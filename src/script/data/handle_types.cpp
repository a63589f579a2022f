#include "script/data/handle_types.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/plain_read.h"
#include "script/data/data_process.h"
#include "script/data/data_values.h"
#include "script/data/native_classes.h"
#include "script/vm/codes.h"

namespace qodly::script::data {

namespace {

using orda::Entity;
using orda::EntitySelection;

Entity& entityOf(Handle& handle) { return static_cast<Entity&>(handle); }
EntitySelection& selectionOf(Handle& handle) { return static_cast<EntitySelection&>(handle); }
DataClassHandle& dataClassOf(Handle& handle) { return static_cast<DataClassHandle&>(handle); }

std::vector<std::string> attributeNames(const model::DataClass& dataClass) {
  std::vector<std::string> names;
  for (const model::Attribute& attribute : dataClass.attributes) {
    if (!attribute.shadowed) names.push_back(attribute.name);
  }
  return names;
}

// The entity in the model of today, which decides what its attributes are.
const model::DataClass& definitionOf(Entity& entity) {
  const orda::DataClass& dataClass = entity.dataClass();
  if (&dataClass.schema() != dataClass.process().datastore().currentSchema()) (void)entity.attributeIndex({});
  return entity.dataClass().definition();
}

// The error of code that ran while a relation was read (orda.md 17). What may not be read is no error (roles.md 10.3).
std::optional<Error> failureOfCode(vm::Process& process) {
  auto failure = DataProcess::of(process).orda().takeFailure();
  return failure && failure->code() != qodly::code::noPermission ? std::move(failure) : std::nullopt;
}

// A failure of code that ran while ORDA could not tell it.
Result<Value> settled(vm::Process& process, Value value) { return checked(process, std::move(value)); }

}  // namespace

// ---------------------------------------------------------------------------------------------------------------------
// Entities

const vm::NativeClass& EntityType::nativeClass() const { return entityClass(); }

const vm::Class* EntityType::classOf(vm::Process& process, const Handle& handle) const {
  return DataProcess::of(process).classOf(static_cast<const Entity&>(handle).dataClass().index(), ModelRole::entity);
}

bool EntityType::quickly(const Handle& handle, std::string_view name, Value& value) const {
  const auto& entity = static_cast<const Entity&>(handle);
  const orda::DataClass& dataClass = entity.dataClass();
  if (&dataClass.schema() != dataClass.process().datastore().currentSchema()) return false;
  const std::uint32_t index = names_.find(dataClass.definition(), name);
  return index != model::noIndex && orda::readPlain(entity, index, value);
}

std::optional<Result<Value>> EntityType::property(vm::Process& process, Handle& handle, std::string_view name) const {
  Entity& entity = entityOf(handle);
  const std::uint32_t index = names_.find(definitionOf(entity), name);
  if (index == model::noIndex) return std::nullopt;
  Result<Value> value = entity.read(index);
  if (!value) return value;
  if (!entity.dataClass().definition().attributes[index].isStorage()) {
    if (auto failure = failureOfCode(process)) return Result<Value>(std::unexpected(std::move(*failure)));
  }
  const Type type = value->type();
  // What needs no second look: most of what is read.
  if (type <= Type::boolean || type == Type::text || type == Type::real || type == Type::date) return value;
  return attributeToScript(process, std::move(*value));
}

std::optional<Result<>> EntityType::setProperty(vm::Process& process, Handle& handle, std::string_view name,
                                                const Value& value) const {
  Entity& entity = entityOf(handle);
  const std::uint32_t index = names_.find(definitionOf(entity), name);
  if (index == model::noIndex) return Result<>{};  // unknown attributes are ignored (orda.md 12.1)
  if (value.type() == Type::handle) return entity.set(index, fromScript(process, value));
  if (value.isMarkedTime()) {
    return entity.set(index, Value::time({static_cast<std::int64_t>(value.asReal())}));
  }
  return entity.set(index, value);
}

std::optional<std::vector<std::string>> EntityType::keys(vm::Process& /*process*/, Handle& handle) const {
  return attributeNames(definitionOf(entityOf(handle)));
}

Result<Value> EntityType::toPlain(vm::Process& process, Handle& handle) const {
  return settled(process, entityOf(handle).toObject());
}

Result<Value> EntityType::copyOf(vm::Process& /*process*/, Handle& /*handle*/, bool /*shared*/) const {
  return Value::null();
}

// ---------------------------------------------------------------------------------------------------------------------
// Selections

const vm::NativeClass& SelectionType::nativeClass() const { return selectionClass(); }

const vm::Class* SelectionType::classOf(vm::Process& process, const Handle& handle) const {
  return DataProcess::of(process).classOf(static_cast<const EntitySelection&>(handle).dataClass().index(),
                                          ModelRole::selection);
}

std::optional<Result<Value>> SelectionType::property(vm::Process& process, Handle& handle,
                                                     std::string_view name) const {
  if (name == "length") return Value::integer(static_cast<std::int64_t>(selectionOf(handle).length()));
  const auto selection = adopted(process, selectionOf(handle));
  if (selection->dataClass().definition().indexOf(name) == model::noIndex) return std::nullopt;
  auto values = selection->project(name);
  if (!values) return Result<Value>(std::unexpected(values.error()));
  return settled(process, std::move(*values));
}

std::optional<Result<>> SelectionType::setProperty(vm::Process& /*process*/, Handle& handle, std::string_view name,
                                                   const Value& /*value*/) const {
  return Result<>(std::unexpected(
      hostError(code::readOnly, fmt::format("\"{}\" of a selection of {} is read-only: assign to its entities", name,
                                            selectionOf(handle).dataClass().name()))));
}

Result<Value> SelectionType::element(vm::Process& process, Handle& handle, std::int64_t index) const {
  auto entity = adopted(process, selectionOf(handle))->element(index);
  if (!entity) return std::unexpected(entity.error());
  return toValue(*entity);
}

std::optional<std::int64_t> SelectionType::length(vm::Process& /*process*/, Handle& handle) const {
  return static_cast<std::int64_t>(selectionOf(handle).length());
}

Result<std::optional<Value>> SelectionType::item(vm::Process& process, Handle& handle, std::int64_t index) const {
  EntitySelection& selection = selectionOf(handle);
  const bool own = &selection.dataClass().process() == &DataProcess::of(process).orda();
  orda::EntityRef entity = own ? selection.passing(index) : adopted(process, selection)->at(index);
  if (!entity) return std::nullopt;
  return toValue(entity);
}

std::optional<std::vector<std::string>> SelectionType::keys(vm::Process& /*process*/, Handle& handle) const {
  std::vector<std::string> names{"length"};
  const std::uint64_t length = selectionOf(handle).length();
  names.reserve(length + 1);
  for (std::uint64_t i = 0; i < length; ++i) names.push_back(fmt::format("{:02}", i));
  return names;
}

Result<Value> SelectionType::toPlain(vm::Process& process, Handle& handle) const {
  return settled(process, adopted(process, selectionOf(handle))->toCollection());
}

bool SelectionType::mayBeShared(const Handle& handle) const {
  return !static_cast<const EntitySelection&>(handle).isAlterable();
}

std::optional<Value> SelectionType::forOtherProcess(vm::Process& /*receiver*/, const Handle& handle) const {
  if (!mayBeShared(handle)) return std::nullopt;
  return Value::handle(Ref<Handle>::sharing(const_cast<Handle*>(&handle)));  // adopted when it is used
}

Result<Value> SelectionType::copyOf(vm::Process& process, Handle& handle, bool shared) const {
  EntitySelection& selection = selectionOf(handle);
  if (shared && !selection.isAlterable()) return Value::handle(Ref<Handle>::sharing(&handle));
  return toValue(adopted(process, selection)->copy(shared));
}

// ---------------------------------------------------------------------------------------------------------------------
// Dataclasses and the datastore

const vm::NativeClass& DataClassType::nativeClass() const { return dataClassClass(); }

const vm::Class* DataClassType::classOf(vm::Process& process, const Handle& handle) const {
  DataProcess& data = DataProcess::of(process);
  const auto dataClass = static_cast<const DataClassHandle&>(handle).in(data.orda());
  return data.classOf(dataClass.index(), ModelRole::dataClass);
}

std::optional<Result<Value>> DataClassType::property(vm::Process& process, Handle& handle,
                                                     std::string_view name) const {
  const Value info = dataClassOf(handle).in(DataProcess::of(process).orda()).attributeObject(name);
  if (info.isUndefined()) return std::nullopt;
  return toScript(process, info);
}

std::optional<std::vector<std::string>> DataClassType::keys(vm::Process& process, Handle& handle) const {
  return attributeNames(dataClassOf(handle).in(DataProcess::of(process).orda()).definition());
}

bool DataClassType::same(const Handle& left, const Handle& right) const {
  return static_cast<const DataClassHandle&>(left).table() == static_cast<const DataClassHandle&>(right).table();
}

std::optional<Value> DataClassType::forOtherProcess(vm::Process& /*receiver*/, const Handle& handle) const {
  return Value::handle(Ref<Handle>::sharing(const_cast<Handle*>(&handle)));
}

Result<Value> DataClassType::copyOf(vm::Process& /*process*/, Handle& /*handle*/, bool /*shared*/) const {
  return Value::null();
}

const vm::NativeClass& DatastoreType::nativeClass() const { return datastoreClass(); }

const vm::Class* DatastoreType::classOf(vm::Process& process, const Handle& /*handle*/) const {
  return DataProcess::of(process).datastoreClass();
}

std::optional<Result<Value>> DatastoreType::property(vm::Process& process, Handle& /*handle*/,
                                                     std::string_view name) const {
  Value dataClass = DataProcess::of(process).dataClassNamed(name);
  if (dataClass.isUndefined()) return std::nullopt;
  return dataClass;
}

std::optional<std::vector<std::string>> DatastoreType::keys(vm::Process& process, Handle& /*handle*/) const {
  std::vector<std::string> names;
  for (const model::DataClass& dataClass : DataProcess::of(process).schema()->model->classes) {
    names.push_back(dataClass.name);
  }
  return names;
}

bool DatastoreType::same(const Handle& /*left*/, const Handle& /*right*/) const { return true; }

std::optional<Value> DatastoreType::forOtherProcess(vm::Process& /*receiver*/, const Handle& handle) const {
  return Value::handle(Ref<Handle>::sharing(const_cast<Handle*>(&handle)));
}

Result<Value> DatastoreType::copyOf(vm::Process& /*process*/, Handle& /*handle*/, bool /*shared*/) const {
  return Value::null();
}

}  // namespace qodly::script::data
