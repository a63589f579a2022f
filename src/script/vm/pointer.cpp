#include "script/vm/pointer.h"

#include "script/syntax/names.h"
#include "script/vm/arguments.h"
#include "script/vm/array_value.h"
#include "script/vm/codes.h"

namespace qodly::script::vm {

namespace {

template <class T>
T* handleAs(const Value& value) {
  if (value.type() != Type::handle || value.asHandle().kind() != T::kindName()) return nullptr;
  return static_cast<T*>(&value.asHandle());
}

}  // namespace

const char* Cell::kindName() {
  static constexpr const char* name = "Cell";
  return name;
}
Cell* Cell::from(const Value& value) { return handleAs<Cell>(value); }

const char* TableReference::kindName() {
  static constexpr const char* name = "Table";
  return name;
}
TableReference* TableReference::from(const Value& value) { return handleAs<TableReference>(value); }

const char* Pointer::kindName() {
  static constexpr const char* name = "Pointer";
  return name;
}
Pointer* Pointer::from(const Value& value) { return handleAs<Pointer>(value); }

Value Pointer::toCell(const Value& cell) { return Value::handle(Ref<Handle>(new Pointer(Sort::cell, cell, {}, 0))); }
Value Pointer::toVariable(Sort sort, std::string_view spelling) {
  const bool marked = spelling.starts_with("<>");
  std::string name = syntax::foldName(marked ? spelling.substr(2) : spelling);
  if (sort == Sort::interprocess) name.insert(0, "<>");
  return Value::handle(Ref<Handle>(new Pointer(sort, Value(), std::move(name), 0)));
}
Value Pointer::toElement(const Value& array, std::int64_t index) {
  return Value::handle(Ref<Handle>(new Pointer(Sort::element, array, {}, index)));
}
Value Pointer::toTable(const Value& reference) {
  return Value::handle(Ref<Handle>(new Pointer(Sort::table, reference, {}, 0)));
}

bool Pointer::same(const Pointer& other) const {
  if (sort_ != other.sort_ || name_ != other.name_ || index_ != other.index_) return false;
  if (sort_ == Sort::table) {
    const auto* one = TableReference::from(target_);
    const auto* two = TableReference::from(other.target_);
    return one != nullptr && two != nullptr && one->table() == two->table();
  }
  return target_.type() != Type::handle || &target_.asHandle() == &other.target_.asHandle();
}

bool samePointer(const Value& left, const Value& right) {
  const Pointer* one = Pointer::from(left);
  const Pointer* two = Pointer::from(right);
  return one != nullptr && two != nullptr && one->same(*two);
}

bool isNilPointer(const Value& /*value*/) { return false; }

const Value* selectedArrayElement(const Value& value) {
  const ArrayValue* array = ArrayValue::from(value);
  return array != nullptr ? &array->selected : nullptr;
}

std::int32_t handleTypeCode(const Value& value) {
  if (const ArrayValue* array = ArrayValue::from(value)) return array->typeCode();
  return Pointer::from(value) != nullptr ? 23 : 38;
}

Result<bool> assignToArray(const Value& target, const Value& value) {
  ArrayValue* array = ArrayValue::from(target);
  if (array == nullptr) return false;
  if (const ArrayValue* other = ArrayValue::from(value)) {
    if (other == array) return true;
    return std::unexpected(hostError(code::wrongType, "an array cannot be assigned to an array: COPY ARRAY does it"));
  }
  if (value.isUndefined()) {
    array->selected = Value::integer(0);
    return true;
  }
  if (!value.isNumber()) {
    return std::unexpected(hostError(code::wrongType, "an array is assigned the number of an element"));
  }
  const auto whole = toInteger32(value.asNumber());
  if (!whole) return std::unexpected(whole.error());
  array->selected = Value::integer(*whole);
  return true;
}

}  // namespace qodly::script::vm
