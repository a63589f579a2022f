#include "value/convert.h"

#include <array>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace qodly {

namespace {

struct IntegerRange {
  std::int64_t lowest, highest;
};

constexpr std::int64_t longestDuration = std::int64_t{596000} * 3600 * 1000;  // orda.md 4.2

template <class T>
constexpr IntegerRange rangeOf() {
  return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

std::optional<Value> fittingInteger(std::int64_t value, IntegerRange range) {
  if (value < range.lowest || value > range.highest) return std::nullopt;
  return Value::integer(value);
}

// A fraction is rounded, halves away from zero (language.md 3).
std::optional<std::int64_t> roundedInteger(double value) {
  const double rounded = std::round(value);
  constexpr double limit = 9223372036854775808.0;  // 2^63
  if (!(rounded >= -limit && rounded < limit)) return std::nullopt;
  return static_cast<std::int64_t>(rounded);
}

std::optional<Value> toInteger(const Value& value, IntegerRange range) {
  std::optional<std::int64_t> number;
  switch (value.type()) {
    case Type::integer:
      number = value.asInteger();
      break;
    case Type::real:
      number = roundedInteger(value.asReal());
      break;
    case Type::time:
      number = value.asTime().ms / 1000;
      break;
    case Type::text: {
      const std::string_view text = trim(value.asText());
      number = parseInteger(text);
      if (number) break;
      const auto real = parseReal(text);
      if (real) number = roundedInteger(*real);
      break;
    }
    default:
      break;
  }
  if (!number) return std::nullopt;
  return fittingInteger(*number, range);
}

std::optional<Value> toReal(const Value& value) {
  switch (value.type()) {
    case Type::real:
      return value;
    case Type::integer:
      return Value::real(static_cast<double>(value.asInteger()));
    case Type::time:
      return Value::real(static_cast<double>(value.asTime().ms) / 1000);
    case Type::text: {
      const auto number = parseReal(trim(value.asText()));
      if (!number) return std::nullopt;
      return Value::real(*number);
    }
    default:
      return std::nullopt;
  }
}

std::optional<Value> toBoolean(const Value& value) {
  if (value.type() == Type::boolean) return value;
  if (!value.isText()) return std::nullopt;
  if (equalsIgnoringAsciiCase(value.asText(), "true")) return Value::boolean(true);
  if (equalsIgnoringAsciiCase(value.asText(), "false")) return Value::boolean(false);
  return std::nullopt;
}

std::optional<Value> toDate(const Value& value) {
  switch (value.type()) {
    case Type::date:
      return value;
    case Type::instant:
      return Value::date(dayOf(value.asInstant()));
    case Type::text: {
      auto date = parseDate(trim(value.asText()));
      if (!date) date = parseShortDate(value.asText());
      if (!date) return std::nullopt;
      return Value::date(*date);
    }
    default:
      return std::nullopt;
  }
}

std::optional<Value> toInstant(const Value& value) {
  switch (value.type()) {
    case Type::instant:
      return value;
    case Type::date:
      return Value::instant(startOfDay(value.asDate()));
    case Type::text: {
      if (const auto instant = parseInstant(trim(value.asText()))) return Value::instant(*instant);
      const auto date = toDate(value);
      if (!date) return std::nullopt;
      return Value::instant(startOfDay(date->asDate()));
    }
    default:
      return std::nullopt;
  }
}

std::optional<Value> toDuration(const Value& value, NumberAsDuration numbers) {
  std::optional<std::int64_t> ms;
  switch (value.type()) {
    case Type::time:
      ms = value.asTime().ms;
      break;
    case Type::integer:
    case Type::real:
      ms = roundedInteger(value.asNumber() * (numbers == NumberAsDuration::seconds ? 1000 : 1));
      break;
    case Type::text: {
      const auto duration = parseDuration(trim(value.asText()));
      if (duration) ms = duration->ms;
      break;
    }
    default:
      break;
  }
  if (!ms || *ms < -longestDuration || *ms > longestDuration) return std::nullopt;
  return Value::time({*ms});
}

std::optional<Value> toUuid(const Value& value) {
  if (!value.isText()) return std::nullopt;
  auto uuid = normaliseUuid(trim(value.asText()));
  if (!uuid) return std::nullopt;
  return Value::text(std::move(*uuid));
}

std::optional<Value> toText(const Value& value) {
  if (value.isText()) return value;
  if (!value.isNumber()) return std::nullopt;
  std::string text;
  if (value.type() == Type::integer) {
    appendInteger(value.asInteger(), text);
  } else if (std::isfinite(value.asReal())) {
    appendReal(value.asReal(), text);
  } else {
    return std::nullopt;
  }
  return Value::text(std::move(text));
}

// A POSIX path of the project stores a reference to the file (orda.md 9.1).
std::optional<Value> toFileReference(const Value& value, Value (*reference)(std::string)) {
  if (!value.isText() || !value.asText().starts_with('/')) return std::nullopt;
  return reference(std::string(value.asText()));
}

}  // namespace

std::string_view name(ColumnType type) {
  static constexpr std::array<std::string_view, 14> names = {"bool",   "byte",   "word", "long",     "long64",
                                                             "number", "date",   "date", "duration", "uuid",
                                                             "string", "object", "blob", "image"};
  const auto index = static_cast<std::size_t>(type);
  return index < names.size() ? names[index] : "unknown";
}

std::optional<Value> convertTo(ColumnType target, const Value& value, NumberAsDuration numbers) {
  if (value.isMissing()) return Value::null();
  if (target != ColumnType::text && value.isText() && value.asText().empty()) return Value::null();
  switch (target) {
    case ColumnType::boolean:
      return toBoolean(value);
    case ColumnType::int8:
      return toInteger(value, rangeOf<std::int8_t>());
    case ColumnType::int16:
      return toInteger(value, rangeOf<std::int16_t>());
    case ColumnType::int32:
      return toInteger(value, rangeOf<std::int32_t>());
    case ColumnType::int64:
      return toInteger(value, rangeOf<std::int64_t>());
    case ColumnType::real:
      return toReal(value);
    case ColumnType::date:
      return toDate(value);
    case ColumnType::instant:
      return toInstant(value);
    case ColumnType::duration:
      return toDuration(value, numbers);
    case ColumnType::uuid:
      return toUuid(value);
    case ColumnType::text:
      return toText(value);
    case ColumnType::object:
      return value.isObject() ? std::optional(value) : std::nullopt;
    case ColumnType::blob:
      return value.type() == Type::blob ? std::optional(value) : toFileReference(value, &Value::blobFile);
    case ColumnType::picture:
      return value.type() == Type::picture ? std::optional(value) : toFileReference(value, &Value::pictureFile);
  }
  return std::nullopt;
}

Value blankOf(ColumnType type) {
  switch (type) {
    case ColumnType::boolean:
      return Value::boolean(false);
    case ColumnType::int8:
    case ColumnType::int16:
    case ColumnType::int32:
    case ColumnType::int64:
      return Value::integer(0);
    case ColumnType::real:
      return Value::real(0);
    case ColumnType::date:
      return Value::date(Date::none());
    case ColumnType::instant:
      return Value::instant(startOfDay(Date::none()));
    case ColumnType::duration:
      return Value::time({0});
    case ColumnType::uuid:
      return Value::text(std::string(32, '0'));
    case ColumnType::text:
      return Value::text(std::string_view());
    case ColumnType::object:
      return Value::object(Object::make());
    case ColumnType::blob:
      return Value::blob({});
    case ColumnType::picture:
      return Value::picture({});
  }
  return Value::null();
}

}  // namespace qodly
