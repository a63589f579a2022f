#include "script/library/convert_commands.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/number_reader.h"
#include "script/library/codes.h"
#include "script/library/date_zone.h"
#include "script/library/format_date.h"
#include "script/library/format_number.h"
#include "script/library/format_time.h"
#include "script/library/number_decimal.h"
#include "script/vm/operators.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace {

using vm::Call;

Duration timeOf(const Value& value) { return value.type() == Type::time ? value.asTime() : Duration{}; }

std::string formatNumberAs(double number, const Value& format, const Regional& regional) {
  return format.isText() ? formatNumber(number, format.asText(), regional) : numberText(number, regional);
}

std::string formatDateAs(Date date, const Value& format, Duration time, const Regional& regional) {
  if (format.isText() && !format.asText().empty()) return formatDatePattern(date, time, format.asText(), regional);
  const std::int64_t number = format.isNumber() ? static_cast<std::int64_t>(format.asNumber()) : 0;
  return formatDate(date, number, time, regional);
}

std::string formatTimeAs(Duration time, const Value& format, const Regional& regional) {
  if (format.isText() && !format.asText().empty()) return formatTimePattern(time, format.asText(), regional);
  return formatTime(time, format.isNumber() ? static_cast<std::int64_t>(format.asNumber()) : 0);
}

// A whole number without format, as most are: nothing is allocated.
std::optional<Value> plainNumber(const Value& value) {
  if (!value.isNumber()) return std::nullopt;
  const double number = value.asNumber();
  if (!(std::fabs(number) < 1e13) || number != std::floor(number)) return std::nullopt;
  std::array<char, 20> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::int64_t>(number)).ptr;
  return Value::text(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

Result<Value> stringCommand(Call& call) {
  const Value& value = call.at(0);
  if (value.isText()) return value;
  if (!call.at(1).isText()) {
    if (auto plain = plainNumber(value)) return std::move(*plain);
  }
  const Regional& regional = regionalOf(call.process());
  switch (value.type()) {
    case Type::integer:
    case Type::real:
      return Value::text(formatNumberAs(value.asNumber(), call.at(1), regional));
    case Type::date:
      return Value::text(formatDateAs(value.asDate(), call.at(1), timeOf(call.at(2)), regional));
    case Type::instant:
      return Value::text(formatDateAs(dayOf(value.asInstant()), call.at(1), timeOf(call.at(2)), regional));
    case Type::time:
      return Value::text(formatTimeAs(value.asTime(), call.at(1), regional));
    case Type::undefined:
    case Type::null:
    case Type::boolean:
      break;
    default:
      return std::unexpected(call.wrongArgument(0, "a text, number, date, time or Boolean"));
  }
  auto text = textOf(value, regional);
  if (!text) return std::unexpected(text.error());
  return Value::text(std::move(*text));
}

Result<Value> boolCommand(Call& call) {
  const Value& value = call.at(0);
  if (value.isNumber()) return Value::boolean(value.asNumber() != 0);
  return Value::boolean(value.type() == Type::boolean && value.asBoolean());
}

Result<Value> numCommand(Call& call) {
  const Value& value = call.at(0);
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      return Value::real(0);
    case Type::boolean:
      return Value::real(value.asBoolean() ? 1 : 0);
    case Type::integer:
    case Type::real:
      return value;
    case Type::time:
      return Value::real(static_cast<double>(value.asTime().ms) / 1000);
    case Type::text:
      break;
    default:
      return std::unexpected(call.wrongArgument(0, "a text, number, time or Boolean"));
  }
  if (const auto whole = parseShortInteger(value.asText())) return Value::real(static_cast<double>(*whole));
  const std::string_view own = call.text(1);
  return Value::real(parseNumber(value.asText(), own.empty() ? regionalOf(call.process()).decimal : own));
}

Result<Value> dateCommand(Call& call) {
  const Value& value = call.at(0);
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      return Value::date(Date::none());
    case Type::date:
      return value;
    case Type::instant:
      return Value::date(dayOf(value.asInstant()));
    case Type::text:
      return Value::date(parseDateText(value.asText(), regionalOf(call.process())));
    default:
      return std::unexpected(call.wrongArgument(0, "a text or a date"));
  }
}

Result<Value> timeCommand(Call& call) {
  const Value& value = call.at(0);
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      return Value::time({});
    case Type::time:
      return value;
    case Type::integer:
    case Type::real: {
      if (value.isMarkedTime()) return Value::time({static_cast<std::int64_t>(value.asReal())});
      const double seconds = roundHalfAway(value.asNumber());
      if (!(std::fabs(seconds) < 2147483648.0)) {
        return std::unexpected(Error(codes::outOfRange, "host", "time: the number of seconds is out of range."));
      }
      return Value::time({static_cast<std::int64_t>(seconds) * 1000});
    }
    case Type::text:
      return Value::time(parseTimeText(value.asText()));
    default:
      return std::unexpected(call.wrongArgument(0, "a text, a number of seconds or a time"));
  }
}

Result<Value> valueTypeCommand(Call& call) { return Value::integer(vm::valueTypeCode(call.at(0))); }
Result<Value> nullCommand(Call&) { return Value::null(); }
Result<Value> undefinedCommand(Call& call) { return Value::boolean(call.at(0).isUndefined()); }

Result<Value> clearVariableCommand(Call& call) {
  call.setOut(0, Value());  // becomes the default of the variable's type
  return Value();
}

Result<Value> chooseCommand(Call& call) {
  const Value& criterion = call.at(0);
  std::size_t chosen = 1;  // a missing criterion is false
  if (criterion.type() == Type::boolean) {
    chosen = criterion.asBoolean() ? 0 : 1;
  } else if (criterion.isNumber()) {
    const double number = roundHalfAway(criterion.asNumber());
    chosen = number >= 0 && number < 1e6 ? static_cast<std::size_t>(number) : call.count();
  } else if (!criterion.isMissing()) {
    return std::unexpected(call.wrongArgument(0, "a Boolean or a number"));
  }
  return call.at(chosen + 1);
}

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"string", "(expression: any, format?: integer|string, addTime?: time) : string", stringCommand,
     "A value as a text: numbers, dates and times by a format."},
    {"bool", "(expression: any) : boolean", boolCommand, "A Boolean from a Boolean or a number (0 is false)."},
    {"num", "(expression: any, separator?: string) : number", numCommand,
     "The number that a text, time or Boolean holds."},
    {"date", "(expression: any) : date", dateCommand, "The date that a text holds; the null date when it holds none."},
    {"time", "(expression: any) : time", timeCommand, "A time from a text or a number of seconds."},
    {"valueType", "(expression: any) : integer", valueTypeCommand, "The type of a value (kNumber, kString...)."},
    {"null", "() : any", nullCommand, "The null value."},
    {"undefined", "(expression: any) : boolean", undefinedCommand, "Whether an expression is undefined."},
    {"clearVariable", "(out aVariable: variable)", clearVariableCommand, "Gives a variable the default of its type."},
    {"Choose", "(criterion: any, ...values: any) : any", chooseCommand,
     "The first value for true, the second for false; or the value at a position from 0."},
});

}  // namespace

std::span<const vm::FunctionRow> convertCommands() { return rows; }

const Regional& regionalOf(const vm::Process& process) {
  static const Regional standard;
  const auto* regional = process.runtime().service<Regional>();
  return regional != nullptr ? *regional : standard;
}

Result<std::string> textOf(const Value& value, const Regional& regional) {
  switch (value.type()) {
    case Type::undefined:
      return std::string();
    case Type::null:
      return "null";
    case Type::boolean:
      return value.asBoolean() ? "True" : "False";
    case Type::integer:
    case Type::real:
      return numberText(value.asNumber(), regional);
    case Type::text:
      return std::string(value.asText());
    case Type::date:
      return formatDate(value.asDate(), 0, {}, regional);
    case Type::instant:
      return formatDate(dayOf(value.asInstant()), 0, {}, regional);
    case Type::time:
      return formatTime(value.asTime());
    default:
      return std::unexpected(
          Error(codes::wrongType, "host", "a " + std::string(name(value.type())) + " has no text: use jsonStringify"));
  }
}

}  // namespace qodly::script::library
