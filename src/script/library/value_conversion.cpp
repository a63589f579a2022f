#include "script/library/value_conversion.h"

#include <array>

#include <fmt/format.h>

#include "base/number_reader.h"
#include "script/library/convert_commands.h"
#include "script/library/format_date.h"
#include "script/library/format_number.h"
#include "script/library/format_regional.h"
#include "script/library/format_time.h"
#include "script/library/result_value.h"
#include "script/vm/arguments.h"
#include "script/vm/codes.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace {

Result<Value> toBoolean(vm::Process&, const Value& value) {
  if (value.isNumber()) return Value::boolean(value.asNumber() != 0);
  if (value.isText()) return Value::boolean(value.asText() == "true");
  return Value::boolean(value.type() == Type::boolean && value.asBoolean());
}

Result<Value> toDate(vm::Process& process, const Value& value) {
  if (value.type() == Type::date) return value;
  if (value.type() == Type::instant) return Value::date(dayOf(value.asInstant()));
  if (value.isText()) return Value::date(parseDateText(value.asText(), regionalOf(process)));
  return Value::date(Date::none());
}

double numberOf(vm::Process& process, const Value& value) {
  if (value.isNumber()) return value.asNumber();
  if (value.isText()) return parseNumber(value.asText(), regionalOf(process).decimal);
  if (value.type() == Type::boolean) return value.asBoolean() ? 1 : 0;
  if (value.type() == Type::time) return static_cast<double>(value.asTime().ms) / 1000;
  return 0;
}

Result<Value> toInteger(vm::Process& process, const Value& value) {
  return valueFrom(vm::toInteger32(numberOf(process, value)),
                   [](std::int32_t number) { return Value::integer(number); });
}

Result<Value> toNumber(vm::Process& process, const Value& value) { return Value::real(numberOf(process, value)); }

Result<Value> toText(vm::Process& process, const Value& value) {
  switch (value.type()) {
    case Type::undefined:
      return Value::text("");
    case Type::null:
      return Value::text("null");
    case Type::boolean:
      return Value::text(value.asBoolean() ? "True" : "False");
    case Type::integer:
    case Type::real:
      return Value::text(numberText(value.asNumber(), regionalOf(process)));
    case Type::date:
      return Value::text(formatDate(value.asDate(), 0, Duration{0}, regionalOf(process)));
    case Type::time:
      return Value::text(formatTime(value.asTime()));
    case Type::text:
      return value;
    default:
      return Value::text("");
  }
}

Result<Value> toTime(vm::Process&, const Value& value) {
  if (value.type() == Type::time) return value;
  if (value.isText()) {
    if (const auto duration = parseDuration(value.asText())) return Value::time(*duration);
    return Value::time(parseTimeText(value.asText()));
  }
  if (!value.isNumber()) return Value::time(Duration{0});
  constexpr double longest = 9e12;  // seconds
  const double number = value.asNumber();
  if (!(std::fabs(number) < longest)) {
    return std::unexpected(hostError(code::outOfRange, fmt::format("{} is no number of seconds of a time", number)));
  }
  return Value::time(Duration{std::llround(value.isMarkedTime() ? number : number * 1000)});
}

Error wrongKind(std::string_view expected, const Value& value) {
  return hostError(code::wrongType, fmt::format("Expected {}, found {}", expected, vm::describeType(value)));
}

Result<Value> toObject(vm::Process&, const Value& value) {
  if (value.isMissing()) return Value::null();
  if (value.isObject() || value.type() == Type::handle) return value;
  return std::unexpected(wrongKind("an object", value));
}

Result<Value> toCollection(vm::Process&, const Value& value) {
  if (value.isMissing()) return Value::null();
  if (value.isCollection()) return value;
  return std::unexpected(wrongKind("a collection", value));
}

struct Row {
  std::int64_t type;
  bool scalar;
  Result<Value> (*convert)(vm::Process&, const Value&);
};

constexpr std::array<Row, 8> rows{{{6, true, toBoolean},
                                   {42, false, toCollection},
                                   {4, true, toDate},
                                   {9, true, toInteger},
                                   {38, false, toObject},
                                   {1, true, toNumber},
                                   {2, true, toText},
                                   {11, true, toTime}}};

}  // namespace

Result<Value> convertedTo(vm::Process& process, const Value& value, std::int64_t type) {
  const auto* row = std::ranges::find(rows, type, &Row::type);
  if (row == rows.end()) {
    return std::unexpected(hostError(
        code::outOfRange, fmt::format("{} names no type: expected kBoolean, kCollection, kDate, kInteger, kNumber, "
                                      "kObject, kString or kTime",
                                      type)));
  }
  if (row->scalar && (value.isObject() || value.isCollection())) {
    return std::unexpected(wrongKind("a scalar value", value));
  }
  return row->convert(process, value);
}

}  // namespace qodly::script::library
