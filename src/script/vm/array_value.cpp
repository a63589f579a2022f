#include "script/vm/array_value.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "script/vm/arguments.h"
#include "script/vm/codes.h"
#include "script/vm/native.h"

namespace qodly::script::vm {

namespace {

struct KindRow {
  std::string_view name;
  std::int32_t code;
};

constexpr std::array<KindRow, 11> kinds{{{"TEXT", 18},
                                         {"LONGINT", 16},
                                         {"INTEGER", 15},
                                         {"REAL", 14},
                                         {"BOOLEAN", 22},
                                         {"DATE", 17},
                                         {"TIME", 32},
                                         {"OBJECT", 39},
                                         {"PICTURE", 19},
                                         {"BLOB", 31},
                                         {"POINTER", 20}}};

const KindRow& rowOf(ArrayKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

Result<Value> wholeNumber(double number, double lowest, double highest) {
  const double rounded = std::round(number);
  if (!(rounded >= lowest && rounded <= highest)) {
    return std::unexpected(hostError(code::outOfRange, fmt::format("{} does not fit an element of the array", number)));
  }
  return Value::integer(static_cast<std::int64_t>(rounded));
}

double secondsOf(const Value& value) {
  return value.type() == Type::time ? static_cast<double>(value.asTime().ms) / 1000 : value.asNumber();
}

Result<Value> numberOf(ArrayKind kind, const Value& value) {
  const double number = secondsOf(value);
  if (kind == ArrayKind::integer) return wholeNumber(number, INT16_MIN, INT16_MAX);
  if (kind == ArrayKind::longint) return wholeNumber(number, INT32_MIN, INT32_MAX);
  return Value::real(number);
}

Result<Value> timeOf(const Value& value) {
  if (value.type() == Type::time) return value;
  const double milliseconds = value.asNumber() * (value.isMarkedTime() ? 1 : 1000);
  constexpr double limit = 9e15;
  if (!(std::fabs(milliseconds) < limit)) {
    return std::unexpected(hostError(code::outOfRange, "The number is no time of an array element"));
  }
  return Value::time(Duration{std::llround(milliseconds)});
}

}  // namespace

std::string_view arrayKindName(ArrayKind kind) { return rowOf(kind).name; }

std::int32_t ArrayValue::typeCode() const { return rowOf(kind_).code; }

Ref<ArrayValue> ArrayValue::make(ArrayKind kind) {
  return Ref<ArrayValue>(new ArrayValue(kind));  // NOLINT(cppcoreguidelines-owning-memory)
}

ArrayValue* ArrayValue::from(const Value& value) {
  if (value.type() != Type::handle || value.asHandle().kind() != kindName()) return nullptr;
  return static_cast<ArrayValue*>(&value.asHandle());
}

void ArrayValue::traverse(const std::function<void(const Value&)>& visit) const {
  for (const Value& element : elements_) visit(element);
}

Value ArrayValue::blank() const {
  switch (kind_) {
    case ArrayKind::text:
      return Value::text("");
    case ArrayKind::longint:
    case ArrayKind::integer:
      return Value::integer(0);
    case ArrayKind::real:
      return Value::real(0);
    case ArrayKind::boolean:
      return Value::boolean(false);
    case ArrayKind::date:
      return Value::date(Date::none());
    case ArrayKind::time:
      return Value::time(Duration{0});
    case ArrayKind::blob:
      return Value::blob("");
    case ArrayKind::object:
    case ArrayKind::picture:
    case ArrayKind::pointer:
      break;
  }
  return Value::null();
}

Result<Value> ArrayValue::converted(const Value& value) const {
  if (value.isMissing()) return blank();
  const bool numeric = value.isNumber() || value.type() == Type::time;
  switch (kind_) {
    case ArrayKind::text:
      if (value.isText()) return value;
      break;
    case ArrayKind::longint:
    case ArrayKind::integer:
    case ArrayKind::real:
      if (numeric) return numberOf(kind_, value);
      break;
    case ArrayKind::boolean:
      if (value.type() == Type::boolean) return value;
      break;
    case ArrayKind::date:
      if (value.type() == Type::date) return value;
      if (value.isText()) {
        if (const auto day = parseIsoDay(value.asText())) return Value::date(*day);
      }
      break;
    case ArrayKind::time:
      if (numeric) return timeOf(value);
      break;
    case ArrayKind::object:
      if (value.isObject() || value.type() == Type::handle) return value;
      break;
    case ArrayKind::picture:
      if (value.type() == Type::picture) return value;
      break;
    case ArrayKind::blob:
      if (value.type() == Type::blob) return value;
      if (const auto* object =
              value.type() == Type::handle ? dynamic_cast<NativeObject*>(&value.asHandle()) : nullptr) {
        if (const Value* blob = object->scalarBlob()) return *blob;
      }
      break;
    case ArrayKind::pointer:
      if (value.type() == Type::handle) return value;
      break;
  }
  return std::unexpected(hostError(code::wrongType, fmt::format("An element of an ARRAY {} cannot be {}",
                                                                arrayKindName(kind_), describeType(value))));
}

Result<Value> ArrayValue::read(std::int64_t index) const {
  if (index < 0 || index > size()) {
    return std::unexpected(hostError(
        code::indexOutOfRange, fmt::format("The array has no element {}: its elements are 0 to {}", index, size())));
  }
  return elements_[static_cast<std::size_t>(index)];
}

Result<> ArrayValue::write(std::int64_t index, const Value& value) {
  if (auto known = read(index); !known) return std::unexpected(known.error());
  auto element = converted(value);
  if (!element) return std::unexpected(element.error());
  elements_[static_cast<std::size_t>(index)] = std::move(*element);
  return {};
}

Result<> ArrayValue::resize(std::int64_t size) {
  if (size < 0 || size > maximumSize) {
    return std::unexpected(
        hostError(code::outOfRange, fmt::format("The size of an array lies between 0 and {}", maximumSize)));
  }
  elements_.resize(static_cast<std::size_t>(size) + 1, blank());
  return {};
}

void ArrayValue::reset(ArrayKind kind) {
  kind_ = kind;
  selected = Value::integer(0);
  elements_.assign(1, blank());
}

}  // namespace qodly::script::vm
