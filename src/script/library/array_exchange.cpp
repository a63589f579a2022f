// Between legacy arrays, collections and objects (language.md 35.3, commands.md 24.1).
#include "script/library/array_functions.h"
#include "script/library/collection_support.h"
#include "script/library/object_members.h"
#include "script/vm/codes.h"
#include "script/vm/shared.h"

namespace qodly::script::library::array {

namespace {

using vm::ArrayKind;
using vm::ArrayValue;

// Arrays of a call with the property name behind each, "" without: (a {; "p"} {; a2; "p2"...}).
struct Column {
  std::size_t argument;
  std::string name;
};

std::vector<Column> columnsOf(const vm::Call& call, std::size_t from) {
  std::vector<Column> columns;
  for (std::size_t i = from; i < call.count(); ++i) {
    Column column{i, {}};
    if (i + 1 < call.count() && call.at(i + 1).isText()) column.name = call.text(++i);
    columns.push_back(std::move(column));
  }
  return columns;
}

ArrayKind kindFor(std::span<const Value> values) {
  for (const Value& value : values) {
    switch (value.type()) {
      case Type::boolean:
        return ArrayKind::boolean;
      case Type::integer:
      case Type::real:
        return ArrayKind::real;
      case Type::date:
        return ArrayKind::date;
      case Type::object:
        return ArrayKind::object;
      case Type::picture:
        return ArrayKind::picture;
      case Type::text:
        return ArrayKind::text;
      default:
        break;
    }
  }
  return ArrayKind::text;
}

// Replaces the elements of the array in that argument; a value of another kind leaves the blank value. A variable
// without array gets one of the kind that fits.
void assign(vm::Call& call, std::size_t argument, std::span<const Value> values) {
  ArrayValue* target = ArrayValue::from(call.at(argument));
  Ref<ArrayValue> made;
  if (target == nullptr) {
    made = ArrayValue::make(kindFor(values));
    target = made.get();
  }
  std::vector<Value> elements{target->blank()};
  elements.reserve(values.size() + 1);
  for (const Value& value : values) elements.push_back(target->converted(value).value_or(target->blank()));
  target->elements() = std::move(elements);
  if (made) call.setOut(argument, Value::handle(Ref<Handle>::sharing(made.get())));
}

Result<std::vector<Value>> rowsOf(vm::Call& call, const std::vector<Column>& columns) {
  std::vector<Value> rows;
  for (const Column& column : columns) {
    auto array = arrayAt(call, column.argument);
    if (!array) return std::unexpected(array.error());
    const auto size = static_cast<std::size_t>((*array)->size());
    for (std::size_t i = 0; i < size; ++i) {
      const Value element = vm::plainForContainer(call.process(), (*array)->elements()[i + 1]);
      if (column.name.empty()) {
        rows.push_back(element);
        continue;
      }
      if (i == rows.size()) rows.push_back(call.process().newObject());
      if (rows[i].isObject()) rows[i].asObject().set(column.name, element);
    }
  }
  return rows;
}

}  // namespace

Result<Value> arrayToCollection(vm::Call& call) {
  auto rows = rowsOf(call, columnsOf(call, 1));
  if (!rows) return std::unexpected(rows.error());
  if (!call.at(0).isCollection()) {
    auto made = plainResult(call.process(), std::move(*rows));
    if (!made) return made;
    call.setOut(0, std::move(*made));
    return Value();
  }
  Collection& target = call.at(0).asCollection();
  std::vector<Value> elements;
  for (const Value& row : *rows) {
    auto element = elementFor(call.process(), target, row);
    if (!element) return element;
    elements.push_back(std::move(*element));
  }
  auto guard = vm::WriteGuard::take(call.process(), target);
  if (!guard) return std::unexpected(guard.error());
  target.elements().swap(elements);
  return Value();
}

Result<Value> collectionToArray(vm::Call& call) {
  if (call.collection(0) == nullptr) return Value();
  const Collection& source = *call.collection(0);
  const Elements elements(source, true);
  for (const Column& column : columnsOf(call, 1)) {
    if (column.name.empty()) {
      assign(call, column.argument, elements.span());
      continue;
    }
    PathValues paths(call.process(), elements.span());
    const auto found = paths.at(column.name);
    if (!found) return std::unexpected(found.error());
    std::vector<Value> values;
    for (const Value* value : *found) values.push_back(value != nullptr ? *value : Value::null());
    assign(call, column.argument, values);
  }
  return Value();
}

Result<Value> setObjectArray(vm::Call& call) {
  auto array = arrayAt(call, 2);
  if (!array) return std::unexpected(array.error());
  std::vector<Value> elements;
  for (std::size_t i = 1; i < (*array)->elements().size(); ++i) {
    elements.push_back(vm::plainForContainer(call.process(), (*array)->elements()[i]));
  }
  auto collection = plainResult(call.process(), std::move(elements));
  if (!collection) return collection;
  if (auto stored = call.process().setProperty(call.at(0), call.text(1), *collection); !stored) {
    return std::unexpected(stored.error());
  }
  return Value();
}

Result<Value> getObjectArray(vm::Call& call) {
  auto property = call.process().property(call.at(0), call.text(1));
  if (!property) return property;
  std::vector<Value> values;
  if (property->isCollection()) {
    const Elements elements(property->asCollection(), true);
    values.assign(elements.span().begin(), elements.span().end());
  } else if (!property->isMissing()) {
    values.push_back(*property);
  }
  assign(call, 2, values);
  return Value();
}

Result<Value> propertyNames(vm::Call& call) {
  std::vector<Value> names;
  std::vector<Value> types;
  if (const Object* object = call.object(0)) {
    const vm::ReadGuard guard(*object);
    for (const Object::Member& member : object->members()) {
      names.push_back(Value::text(member.name));
      types.push_back(Value::integer(memberTypeCode(member.value)));
    }
  }
  if (ArrayValue::from(call.at(1)) == nullptr) {
    call.setOut(1, Value::handle(Ref<Handle>::sharing(ArrayValue::make(ArrayKind::text).get())));
  }
  assign(call, 1, names);
  if (call.count() > 2) assign(call, 2, types);
  return Value();
}

}  // namespace qodly::script::library::array
