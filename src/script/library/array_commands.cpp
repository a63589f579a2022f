#include "script/library/array_commands.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "script/library/array_functions.h"
#include "script/library/collection_order.h"
#include "script/library/element_equality.h"
#include "script/library/result_value.h"
#include "script/vm/codes.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace array {

Result<vm::ArrayValue*> arrayAt(const vm::Call& call, std::size_t argument) {
  if (vm::ArrayValue* found = vm::ArrayValue::from(call.at(argument))) return found;
  return std::unexpected(call.wrongArgument(argument, "an array"));
}

namespace {

using vm::ArrayKind;
using vm::ArrayValue;

std::ptrdiff_t offset(std::int64_t position) { return static_cast<std::ptrdiff_t>(position); }

// ARRAY TEXT(a; n) and its like: elements of the same kind stay.
Result<Value> declare(vm::Call& call, ArrayKind kind) {
  ArrayValue* existing = ArrayValue::from(call.at(0));
  const std::int64_t size = call.integer(1);
  if (call.given(2)) {
    return std::unexpected(hostError(code::notOnServer, "Arrays with two dimensions do not run on the server"));
  }
  if (auto charged = call.process().charge(static_cast<std::size_t>(std::max<std::int64_t>(size, 0)) * sizeof(Value));
      !charged) {
    return std::unexpected(charged.error());
  }
  Ref<ArrayValue> made;
  if (existing == nullptr) {
    made = ArrayValue::make(kind);
    existing = made.get();
  }
  if (existing->elementKind() != kind) existing->reset(kind);
  if (auto resized = existing->resize(size); !resized) return std::unexpected(resized.error());
  if (made) call.setOut(0, Value::handle(Ref<Handle>(Ref<Handle>::sharing(made.get()))));
  return Value();
}

template <ArrayKind kind>
Result<Value> declareKind(vm::Call& call) {
  return declare(call, kind);
}

Result<Value> sizeOfArray(vm::Call& call) {
  return valueFrom(arrayAt(call, 0), [](const ArrayValue* found) { return Value::integer(found->size()); });
}

Result<Value> append(vm::Call& call) {
  auto target = arrayAt(call, 0);
  if (!target) return std::unexpected(target.error());
  auto element = (*target)->converted(call.at(1));
  if (!element) return element;
  if ((*target)->size() == ArrayValue::maximumSize) return std::unexpected((*target)->resize(INT64_MAX).error());
  (*target)->elements().push_back(std::move(*element));
  return Value();
}

Result<Value> insertInto(vm::Call& call) {
  auto target = arrayAt(call, 0);
  if (!target) return std::unexpected(target.error());
  ArrayValue& array = **target;
  const std::int64_t where = std::clamp<std::int64_t>(call.integer(1), 1, array.size() + 1);
  const std::int64_t many = call.given(2) ? call.integer(2) : 1;
  if (many <= 0) return Value();
  if (array.size() + many > ArrayValue::maximumSize) return std::unexpected(array.resize(INT64_MAX).error());
  array.elements().insert(array.elements().begin() + offset(where), static_cast<std::size_t>(many), array.blank());
  return Value();
}

Result<Value> deleteFrom(vm::Call& call) {
  auto target = arrayAt(call, 0);
  if (!target) return std::unexpected(target.error());
  std::vector<Value>& elements = (*target)->elements();
  const std::int64_t size = (*target)->size();
  const std::int64_t where = std::max<std::int64_t>(call.integer(1), 1);
  const std::int64_t many = call.given(2) ? call.integer(2) : 1;
  if (where > size || many <= 0) return Value();
  const std::int64_t end = where + std::min(many, size - where + 1);
  elements.erase(elements.begin() + offset(where), elements.begin() + offset(end));
  return Value();
}

Result<Value> copy(vm::Call& call) {
  auto source = arrayAt(call, 0);
  if (!source) return std::unexpected(source.error());
  Ref<ArrayValue> made;
  ArrayValue* target = ArrayValue::from(call.at(1));
  if (target == *source) return Value();
  if (target == nullptr) {
    made = ArrayValue::make((*source)->elementKind());
    target = made.get();
  }
  if (target->elementKind() != (*source)->elementKind()) target->reset((*source)->elementKind());
  target->elements() = (*source)->elements();
  target->selected = (*source)->selected;
  if (made) call.setOut(1, Value::handle(Ref<Handle>::sharing(made.get())));
  return Value();
}

Result<Value> findIn(vm::Call& call) {
  auto source = arrayAt(call, 0);
  if (!source) return std::unexpected(source.error());
  const std::int64_t start = call.given(2) ? std::max<std::int64_t>(call.integer(2), 0) : 1;
  const ElementSearch search(call.at(1), call.process().runtime().collation(), call.process().realComparisonLevel());
  const std::size_t found = search.first((*source)->elements(), static_cast<std::size_t>(start));
  return Value::integer(found == ElementSearch::none ? -1 : static_cast<std::int64_t>(found));
}

// SORT ARRAY(a {; b...} {; > or <})
Result<Value> sort(vm::Call& call) {
  std::vector<ArrayValue*> arrays;
  bool descending = false;
  for (std::size_t i = 0; i < call.count(); ++i) {
    const std::string_view direction = vm::operatorOf(call.at(i));
    if (!direction.empty()) {
      descending = direction == "<";
      continue;
    }
    auto found = arrayAt(call, i);
    if (!found) return std::unexpected(found.error());
    if (!arrays.empty() && (*found)->size() != arrays.front()->size()) {
      return std::unexpected(
          hostError(code::outOfRange, fmt::format("SORT ARRAY needs arrays of the same size: {} and {} elements",
                                                  arrays.front()->size(), (*found)->size())));
    }
    if (std::ranges::find(arrays, *found) == arrays.end()) arrays.push_back(*found);
  }
  if (arrays.empty()) return Value();
  const std::span<const Value> keys = std::span<const Value>(arrays.front()->elements()).subspan(1);
  const SortLevel level{keys, {}, descending};
  const auto positions = sortedPositions({&level, 1}, keys.size(), call.process().runtime().collation());
  for (ArrayValue* array : arrays) {
    std::vector<Value> sorted;
    sorted.reserve(array->elements().size());
    sorted.push_back(array->elements().front());
    for (const std::uint32_t position : positions) sorted.push_back(std::move(array->elements()[position + 1]));
    array->elements() = std::move(sorted);
  }
  return Value();
}

constexpr std::string_view declaration = "(inout array: variable, size: integer, size2?: integer)";

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"ARRAY TEXT", declaration, declareKind<ArrayKind::text>, "Declares or resizes an array of texts."},
    {"ARRAY LONGINT", declaration, declareKind<ArrayKind::longint>, "Declares or resizes an array of 32-bit integers."},
    {"ARRAY INTEGER", declaration, declareKind<ArrayKind::integer>, "Declares or resizes an array of 16-bit integers."},
    {"ARRAY REAL", declaration, declareKind<ArrayKind::real>, "Declares or resizes an array of numbers."},
    {"ARRAY BOOLEAN", declaration, declareKind<ArrayKind::boolean>, "Declares or resizes an array of Booleans."},
    {"ARRAY DATE", declaration, declareKind<ArrayKind::date>, "Declares or resizes an array of dates."},
    {"ARRAY TIME", declaration, declareKind<ArrayKind::time>, "Declares or resizes an array of times."},
    {"ARRAY OBJECT", declaration, declareKind<ArrayKind::object>, "Declares or resizes an array of objects."},
    {"ARRAY PICTURE", declaration, declareKind<ArrayKind::picture>, "Declares or resizes an array of pictures."},
    {"ARRAY BLOB", declaration, declareKind<ArrayKind::blob>, "Declares or resizes an array of BLOBs."},
    {"ARRAY POINTER", declaration, declareKind<ArrayKind::pointer>, "Declares or resizes an array of pointers."},
    {"Size of array", "(array: variable) : integer", sizeOfArray, "Number of elements, element 0 not counted."},
    {"APPEND TO ARRAY", "(array: variable, value: variant)", append, "Adds an element at the end."},
    {"INSERT IN ARRAY", "(array: variable, where: integer, howMany?: integer)", insertInto,
     "Inserts blank elements before an element; beyond the end they are appended."},
    {"DELETE FROM ARRAY", "(array: variable, where: integer, howMany?: integer)", deleteFrom,
     "Removes elements, one unless told otherwise."},
    {"COPY ARRAY", "(source: variable, inout destination: variable)", copy,
     "Makes the second array a copy of the first."},
    {"Find in array", "(array: variable, value: variant, start?: integer) : integer", findIn,
     "Number of the first element equal to the value, or -1; @ is a wildcard."},
    {"SORT ARRAY", "(...arrays: variable)", sort,
     "Sorts an array, further ones follow it; > at the end: ascending, <: descending."},
    {"ARRAY TO COLLECTION", "(inout collection: variable, ...arraysAndNames: variable)", arrayToCollection,
     "Fills a collection with the elements of arrays, as values or as properties of objects."},
    {"COLLECTION TO ARRAY", "(collection: collection, ...arraysAndNames: variable)", collectionToArray,
     "Fills arrays with the elements of a collection, or with properties of its objects."},
    {"OB SET ARRAY", "(object: object, property: string, array: variable)", setObjectArray,
     "Stores the elements of an array in a property, as a collection."},
    {"OB GET ARRAY", "(object: object, property: string, inout array: variable)", getObjectArray,
     "Fills an array with the elements of a collection in a property."},
    {"OB GET PROPERTY NAMES", "(object: object, inout names: variable, inout types?: variable)", propertyNames,
     "Fills arrays with the names, and the types, of an object's properties."},
});

}  // namespace
}  // namespace array

std::span<const vm::FunctionRow> arrayCommands() { return array::rows; }

}  // namespace qodly::script::library
