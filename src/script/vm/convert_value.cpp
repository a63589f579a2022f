#include "script/vm/convert_value.h"

#include <array>
#include <cmath>

#include "script/compile/code.h"
#include "script/vm/arguments.h"
#include "script/vm/codes.h"
#include "script/vm/large_blob.h"
#include "script/vm/pointer.h"
#include "script/vm/runtime.h"

namespace qodly::script::vm {

namespace {

using syntax::TypeWord;

constexpr auto words =
    std::to_array<std::string_view>({"variant", "string", "number", "integer", "boolean", "date", "time", "object",
                                     "collection", "picture", "blob", "variant", "pointer", "object", "object"});

bool isObjectWord(TypeWord type) {
  return type == TypeWord::object || type == TypeWord::userClass || type == TypeWord::builtInClass;
}

bool mayBeNull(TypeWord type) {
  return isObjectWord(type) || type == TypeWord::collection || type == TypeWord::picture || type == TypeWord::pointer;
}

// False: there is no such conversion.
Result<bool> toNumber(TypeWord type, Value& value) {
  if (const Value* selected = selectedArrayElement(value)) value = Value(*selected);
  if (value.type() == Type::time) value = Value::real(static_cast<double>(value.asTime().ms) / 1000);
  if (!value.isNumber()) return false;
  if (type == TypeWord::real) {
    if (value.type() == Type::integer) value = Value::real(value.asNumber());
    return true;
  }
  const auto whole = toInteger32(value.asNumber());
  if (!whole) return std::unexpected(whole.error());
  value = Value::integer(*whole);
  return true;
}

bool toTime(Value& value) {
  if (!value.isNumber()) return false;
  const double milliseconds = value.isMarkedTime() ? value.asReal() : value.asNumber() * 1000;
  if (!(std::fabs(milliseconds) < 9e18)) return false;
  value = Value::time({std::llround(milliseconds)});
  return true;
}

bool toDate(Value& value) {
  if (value.type() == Type::instant) {
    value = Value::date(dayOf(value.asInstant()));
    return true;
  }
  if (!value.isText()) return false;
  const auto day = parseIsoDay(value.asText());
  if (day) value = Value::date(*day);
  return day.has_value();
}

Result<bool> convertKind(Process& process, TypeWord type, Value& value) {
  switch (type) {
    case TypeWord::integer:
    case TypeWord::real:
      return toNumber(type, value);
    case TypeWord::time:
      return toTime(value);
    case TypeWord::date:
      return toDate(value);
    case TypeWord::blob:
      if (LargeBlob::bytesOf(value) != nullptr) return true;
      if (const Value* inside = blobInside(process, value)) {
        value = Value(*inside);
        return true;
      }
      return false;
    case TypeWord::object:
    case TypeWord::userClass:
    case TypeWord::builtInClass:
      if (value.type() == Type::blob) value = process.runtime().builtins().boxedBlob(value);
      return value.type() == Type::handle && handleTypeCode(value) == 38 && Cell::from(value) == nullptr;
    case TypeWord::pointer:
      return Pointer::from(value) != nullptr;
    default:
      return false;
  }
}

}  // namespace

std::string_view wordFor(TypeWord type) { return words.at(static_cast<std::size_t>(type)); }

std::optional<Type> soleType(TypeWord type) {
  const std::uint8_t number = soleTypes[static_cast<std::size_t>(type)];
  if (number == anyType) return std::nullopt;
  return static_cast<Type>(number);
}

Result<> convertToDeclared(Process& process, TypeWord type, Conversion how, Value& value) {
  if (type == TypeWord::none || type == TypeWord::variant) return {};
  if (const auto sole = soleType(type); sole && value.type() == *sole) return {};
  if (value.isUndefined()) {
    value = compile::defaultOf(type);
    return {};
  }
  if (value.isNull()) {
    if (mayBeNull(type)) return {};
    if (how == Conversion::passing) {
      value = compile::defaultOf(type);
      return {};
    }
  } else {
    const auto converted = convertKind(process, type, value);
    if (!converted) return std::unexpected(converted.error());
    if (*converted) return {};
  }
  return std::unexpected(
      hostError(code::wrongType, std::string(wordFor(type)) + " is expected, " + describeType(value) + " was given"));
}

}  // namespace qodly::script::vm
