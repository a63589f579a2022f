#include "script/vm/arguments.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/calendar.h"
#include "script/vm/array_value.h"
#include "script/vm/class.h"
#include "script/vm/codes.h"
#include "script/vm/large_blob.h"
#include "script/vm/pointer.h"
#include "script/vm/runtime.h"

namespace qodly::script::vm {

namespace {

constexpr std::uint32_t bit(Type type) { return 1U << static_cast<unsigned>(type); }
constexpr std::uint32_t numberTypes = bit(Type::integer) | bit(Type::real);
constexpr std::uint32_t referenceTypes =
    bit(Type::object) | bit(Type::collection) | bit(Type::handle) | bit(Type::picture) | bit(Type::null);

// What a missing value becomes for a mandatory parameter: null where a reference may stand, else the blank of the
// first scalar type.
Value blankFor(const TypeSet& type) {
  if ((type.types & referenceTypes) != 0) return Value::null();
  if (type.has(Type::text)) return Value::text("");
  if (type.has(Type::real)) return Value::real(0);
  if (type.has(Type::integer)) return Value::integer(0);
  if (type.has(Type::boolean)) return Value::boolean(false);
  if (type.has(Type::date)) return Value::date(Date::none());
  if (type.has(Type::time)) return Value::time({});
  return Value::blob({});
}

// Only instances of certain classes will do: there is no blank one.
bool needsInstance(const TypeSet& type) {
  constexpr std::uint32_t others = ~(bit(Type::handle) | bit(Type::object) | bit(Type::null) | bit(Type::undefined));
  return !type.classNames.empty() && (type.types & others) == 0 &&
         std::ranges::find(type.classNames, "object") == type.classNames.end();
}

bool derivesFrom(const Builtins& builtins, const NativeClass* from, std::string_view name) {
  for (int depth = 0; from != nullptr && depth < 16; ++depth) {
    if (from->name == name) return true;
    from = from->name == "Object" ? nullptr : builtins.nativeClass(from->superclass);
  }
  return name == "Object";
}

bool derivesFrom(const Class* from, std::string_view name) {
  for (; from != nullptr; from = from->parent) {
    if (from->name == name) return true;
  }
  return false;
}

const NativeClass* nativeClassOf(Process& process, const Value& value) {
  const Builtins& builtins = process.runtime().builtins();
  switch (value.type()) {
    case Type::object:
      return &builtins.objectClass();
    case Type::collection:
      return &builtins.collectionClass();
    case Type::blob:
      return &builtins.blobClass();
    case Type::handle:
      break;
    default:
      return nullptr;
  }
  if (Function::from(value) != nullptr) return &builtins.functionClass();
  if (const auto* native = dynamic_cast<const NativeObject*>(&value.asHandle())) return &native->nativeClass();
  const HandleType* type = process.runtime().handleType(value.asHandle().kind());
  return type != nullptr ? &type->nativeClass() : nullptr;
}

const Class* userClassOf(Process& process, const Value& value) {
  if (value.isObject()) {
    const auto* link = static_cast<const ClassValue*>(value.asObject().classLink().get());
    return link != nullptr ? link->user() : nullptr;
  }
  if (value.type() != Type::handle) return nullptr;
  const HandleType* type = process.runtime().handleType(value.asHandle().kind());
  return type != nullptr ? type->classOf(process, value.asHandle()) : nullptr;
}

bool classFits(Process& process, const TypeSet& type, const Value& value) {
  if (type.classNames.empty()) return !isStarArgument(value) && operatorOf(value).empty();
  for (const std::string& name : type.classNames) {
    if (name == "object" ? !isStarArgument(value) : isInstanceOf(process, value, name)) return true;
  }
  return false;
}

std::unexpected<Error> mismatch(const TypeSet& type, const Value& value, std::string_view what) {
  return std::unexpected(hostError(
      code::wrongType, std::string(what) + ": " + type.text + " is expected, " + describeType(value) + " was given"));
}

// Conversions of commands.md 1.3 for a value whose type is not taken as it is. False: there is none.
Result<bool> convertScalar(Process& process, const TypeSet& type, Value& value) {
  const bool wantsNumber = (type.types & numberTypes) != 0;
  switch (value.type()) {
    case Type::real:
      if (value.isMarkedTime() && type.has(Type::time)) {
        value = Value::time({static_cast<std::int64_t>(value.asReal())});
        return true;
      }
      if (type.has(Type::integer)) {
        const auto whole = toInteger32(value.asReal());
        if (!whole) return std::unexpected(whole.error());
        value = Value::integer(*whole);
        return true;
      }
      [[fallthrough]];
    case Type::integer:
      if (!type.has(Type::time)) return false;
      value = Value::time({std::llround(value.asNumber() * 1000)});
      return true;
    case Type::time:
      if (!wantsNumber) return false;
      value = Value::real(static_cast<double>(value.asTime().ms) / 1000);
      if (!type.has(Type::real)) return convertScalar(process, type, value);
      return true;
    case Type::instant:
      if (!type.has(Type::date)) return false;
      value = Value::date(dayOf(value.asInstant()));
      return true;
    case Type::text:
      if (!type.has(Type::date)) return false;
      if (const auto day = parseIsoDay(value.asText())) {
        value = Value::date(*day);
        return true;
      }
      return false;
    case Type::handle:
      if (const Value* selected = selectedArrayElement(value); selected != nullptr && wantsNumber) {
        value = type.has(Type::integer) ? Value(*selected) : Value::real(selected->asNumber());
        return true;
      }
      if (!type.has(Type::blob)) return false;
      if (LargeBlob::bytesOf(value) != nullptr) return true;
      if (const Value* inside = blobInside(process, value)) {
        value = Value(*inside);
        return true;
      }
      return false;
    default:
      return false;
  }
}

}  // namespace

std::optional<Date> parseIsoDay(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-' || (text.size() > 10 && text[10] != 'T')) return {};
  for (const std::size_t digit : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
    if (text[digit] < '0' || text[digit] > '9') return {};
  }
  return parseDate(text.substr(0, 10));
}

std::string describeType(const Value& value) {
  switch (value.type()) {
    case Type::object: {
      const auto* link = static_cast<const ClassValue*>(value.asObject().classLink().get());
      return link != nullptr ? "an instance of " + std::string(link->name()) : "an object";
    }
    case Type::handle: {
      if (isStarArgument(value)) return "*";
      const std::string kind = value.asHandle().kind();
      return "a " + (kind.empty() ? std::string("reference") : kind);
    }
    case Type::undefined:
    case Type::null:
      return std::string(name(value.type()));
    case Type::integer:
    case Type::real:
      return "a number";
    default:
      return "a " + std::string(name(value.type()));
  }
}

Result<std::int32_t> toInteger32(double number) {
  if (std::isnan(number)) return 0;  // a share of nothing, 0/0, counts as undefined values do: an entity keeps working
  const double whole = std::round(number);
  if (!(whole >= std::numeric_limits<std::int32_t>::min() && whole <= std::numeric_limits<std::int32_t>::max())) {
    return std::unexpected(hostError(code::outOfRange, fmt::format("number out of range: {}", number) +
                                                           " is no integer between -2147483648 and 2147483647"));
  }
  return static_cast<std::int32_t>(whole);
}

const Value* blobInside(Process& /*process*/, const Value& value) {
  if (value.type() != Type::handle) return nullptr;
  const auto* native = dynamic_cast<const NativeObject*>(&value.asHandle());
  return native != nullptr ? native->scalarBlob() : nullptr;
}

bool isInstanceOf(Process& process, const Value& value, std::string_view className) {
  if (className.starts_with("cs.")) return derivesFrom(userClassOf(process, value), className.substr(3));
  const std::string_view name = className.starts_with("4D.") ? className.substr(3) : className;
  if (name == "Class") return ClassValue::from(value) != nullptr;
  const NativeClass* native = nativeClassOf(process, value);
  return native != nullptr && derivesFrom(process.runtime().builtins(), native, name);
}

Result<> convertTo(Process& process, const TypeSet& type, bool optional, Value& value, std::string_view what) {
  if (type.any) return {};
  if (type.has(value.type())) {
    const bool reference = value.type() == Type::handle || (value.isObject() && !type.classNames.empty());
    if (!reference || classFits(process, type, value)) return {};
  }
  if (value.isMissing()) {
    if (!optional && needsInstance(type)) return mismatch(type, value, what);
    if (!optional) value = blankFor(type);
    return {};
  }
  const auto converted = convertScalar(process, type, value);
  if (!converted) return std::unexpected(converted.error());
  if (!*converted) return mismatch(type, value, what);
  return {};
}

Result<std::size_t> prepareArguments(Process& process, std::string_view function, const Signature& signature,
                                     std::span<Value> room, std::size_t count) {
  const auto& parameters = signature.parameters;
  if (count > 0 && isStarArgument(room[count - 1])) {
    std::size_t place = count - 1;
    while (place < parameters.size() && !parameters[place].star) ++place;
    if (place < parameters.size() && place >= count && place < room.size()) {
      // What lies between was used before: a parameter that is left out is undefined.
      for (std::size_t i = count; i < place; ++i) room[i] = Value();
      room[place] = std::exchange(room[count - 1], Value());
      count = place + 1;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (i >= parameters.size() && !signature.variadic) break;
    const Parameter& parameter = parameters[std::min(i, parameters.size() - 1)];
    if (parameter.passing == Passing::out) continue;
    // Only commands of arrays see the array; for others it is the number of its selected element (language.md 35.3).
    if (room[i].type() == Type::handle && parameter.type.text != "variable") {
      if (const ArrayValue* array = ArrayValue::from(room[i])) room[i] = Value(array->selected);
    }
    if (parameter.type.any) continue;
    if (parameter.type.has(room[i].type()) && parameter.type.classNames.empty() && room[i].type() != Type::handle) {
      continue;
    }
    const bool optional = parameter.optional || (signature.variadic && i + 1 >= parameters.size());
    if (optional && room[i].isMissing()) continue;
    if (room[i].type() == Type::real && parameter.type.has(Type::integer) && !room[i].isMarkedTime()) {
      const auto whole = toInteger32(room[i].asReal());
      if (!whole) return std::unexpected(whole.error());
      room[i] = Value::integer(*whole);
      continue;
    }
    const std::string what = "argument " + std::to_string(i + 1) + " of " + std::string(function);
    if (auto done = convertTo(process, parameter.type, optional, room[i], what); !done) {
      return std::unexpected(done.error());
    }
  }
  if (count < signature.mandatory) {
    return std::unexpected(hostError(code::wrongType, std::string(function) + ": " +
                                                          std::to_string(signature.mandatory) + " argument" +
                                                          (signature.mandatory == 1 ? " is" : "s are") + " expected, " +
                                                          std::to_string(count) + " given"));
  }
  return count;
}

}  // namespace qodly::script::vm
