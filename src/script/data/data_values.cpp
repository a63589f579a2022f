#include "script/data/data_values.h"

#include <algorithm>

#include "base/calendar.h"
#include "script/data/data_process.h"
#include "script/library/file_class.h"
#include "script/library/file_content.h"
#include "script/vm/arguments.h"
#include "script/vm/runtime.h"
#include "value/copied.h"

namespace qodly::script::data {

namespace {

constexpr int maximumDepth = 512;

Value inContainer(vm::Process& process, Value value, int depth);

// A blob or picture that may be kept by reference; null when its file is missing.
Value media(vm::Process& process, Value value) {
  const auto* files = process.runtime().service<library::FileSystems>();
  // A picture keeps its reference, so that it can be assigned on; a blob is worked on byte by byte.
  if (value.type() == Type::blob) value = library::referencedContent(files, std::move(value));
  if (!library::contentExists(files, value)) return Value::null();
  return value.type() == Type::blob ? process.runtime().builtins().boxedBlob(std::move(value)) : value;
}

void adaptContainer(vm::Process& process, const Value& value, int depth) {
  if (depth > maximumDepth) return;
  if (value.isObject()) {
    Object& object = value.asObject();
    if (object.inHeap() || object.group()) return;
    process.heap().add(object);
    for (std::size_t i = 0; i < object.size(); ++i) {
      object.valueAt(i) = inContainer(process, std::move(object.valueAt(i)), depth + 1);
    }
    return;
  }
  Collection& collection = value.asCollection();
  if (collection.inHeap() || collection.group()) return;
  process.heap().add(collection);
  for (Value& element : collection.elements()) element = inContainer(process, std::move(element), depth + 1);
}

Value inContainer(vm::Process& process, Value value, int depth) {
  switch (value.type()) {
    case Type::instant:
      return Value::date(dayOf(value.asInstant()));
    case Type::time:
      return Value::markedTime(value.asTime());
    case Type::blob:
    case Type::picture:
      return media(process, std::move(value));
    case Type::object:
    case Type::collection:
      adaptContainer(process, value, depth);
      return value;
    case Type::undefined:
      return Value::null();
    default:
      return value;
  }
}

}  // namespace

Value toScript(vm::Process& process, Value value) {
  switch (value.type()) {
    case Type::instant:
      return Value::date(dayOf(value.asInstant()));
    case Type::blob:
    case Type::picture:
      return media(process, std::move(value));
    case Type::object:
    case Type::collection:
      adaptContainer(process, value, 0);
      return value;
    case Type::integer: {
      const std::int64_t number = value.asInteger();
      return number >= INT32_MIN && number <= INT32_MAX ? value : Value::real(static_cast<double>(number));
    }
    default:
      return value;
  }
}

namespace {

void addToHeap(Heap& heap, const Value& value, int depth) {
  if (depth > maximumDepth) return;
  if (value.isObject()) {
    Object& object = value.asObject();
    if (object.inHeap() || object.group()) return;
    heap.add(object);
    for (const Object::Member& member : object.members()) addToHeap(heap, member.value, depth + 1);
  } else if (value.isCollection()) {
    Collection& collection = value.asCollection();
    if (collection.inHeap() || collection.group()) return;
    heap.add(collection);
    for (const Value& element : collection.elements()) addToHeap(heap, element, depth + 1);
  }
}

}  // namespace

Value attributeToScript(vm::Process& process, Value value) {
  if (!value.isObject() && !value.isCollection()) return toScript(process, std::move(value));
  addToHeap(process.heap(), value, 0);
  return value;
}

Value fromScript(vm::Process& process, const Value& value) {
  if (value.type() != Type::handle) return value;
  if (const auto* file = vm::NativeObject::from<library::FileObject>(value)) return Value::text(file->place().path());
  if (const Value* blob = vm::blobInside(process, value)) return *blob;
  return value;
}

Value detached(const Value& value) { return copied(value); }

Result<Value> checked(vm::Process& process, Value value) {
  if (auto failure = DataProcess::of(process).orda().takeFailure()) return std::unexpected(std::move(*failure));
  return toScript(process, std::move(value));
}

}  // namespace qodly::script::data
