#include "orda/save_rules.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "orda/status.h"
#include "value/value_text.h"

namespace qodly::orda {

namespace {

std::string fullName(const model::DataClass& dataClass, const model::Attribute& attribute) {
  return dataClass.name + "." + attribute.name;
}

bool isInteger(ColumnType type) { return type >= ColumnType::int8 && type <= ColumnType::int64; }

Error notAssignable(const model::DataClass& dataClass, const model::Attribute& attribute, ColumnType type,
                    const Value& value) {
  const bool number = isInteger(type) && convertTo(ColumnType::real, value).has_value();
  if (number) {
    return dataError(code::valueOutOfRange, fmt::format("{} is outside the range of {} ({})", quoted(value),
                                                        fullName(dataClass, attribute), name(type)));
  }
  return dataError(code::wrongType, fmt::format("{} cannot be assigned to {}, which is of type {}", quoted(value),
                                                fullName(dataClass, attribute), name(type)));
}

Value cutText(const model::Attribute& attribute, Value value) {
  if (attribute.limitingLength == 0 || !value.isText()) return value;
  const std::string_view text = value.asText();
  const std::string_view kept = utf16Prefix(text, attribute.limitingLength);
  return kept.size() == text.size() ? value : Value::text(kept);
}

bool isDay(const Value& value) { return value.type() == Type::date || value.type() == Type::instant; }

bool isOfType(ColumnType type, const Value& value) {
  switch (type) {
    case ColumnType::boolean:
      return value.type() == Type::boolean;
    case ColumnType::int8:
    case ColumnType::int16:
    case ColumnType::int32:
    case ColumnType::int64:
    case ColumnType::real:
      return value.isNumber();
    case ColumnType::date:
    case ColumnType::instant:
      return isDay(value) || (value.isText() && (parseInstant(value.asText()) || parseDate(value.asText())));
    case ColumnType::duration:
      return value.type() == Type::time || value.isNumber();
    case ColumnType::uuid:
    case ColumnType::text:
      return value.isText();
    case ColumnType::object:
      return value.isObject();
    case ColumnType::blob:
      return value.type() == Type::blob;
    case ColumnType::picture:
      return value.type() == Type::picture;
  }
  return false;
}

}  // namespace

Result<Value> assignable(const model::DataClass& dataClass, const model::Attribute& attribute, const Value& value,
                         NumberAsDuration numbers) {
  if (value.isMissing()) return Value::null();
  const ColumnType type = model::columnType(attribute);
  auto converted = convertTo(type, value, numbers);
  if (!converted) return std::unexpected(notAssignable(dataClass, attribute, type, value));
  return cutText(attribute, std::move(*converted));
}

std::optional<Value> acceptable(const model::DataClass& dataClass, const model::Attribute& attribute,
                                const Value& value) {
  if (value.isMissing()) return Value::null();
  if (!isOfType(model::columnType(attribute), value)) return std::nullopt;
  auto converted = assignable(dataClass, attribute, value, NumberAsDuration::milliseconds);
  if (!converted) return std::nullopt;
  return std::move(*converted);
}

bool isMandatory(const model::DataClass& dataClass, const model::Attribute& attribute) {
  const bool key = dataClass.primaryKey != model::noIndex && &dataClass.key() == &attribute;
  return key || (attribute.notNull && !attribute.neverNull);
}

Result<> checkConstraints(const model::DataClass& dataClass, const model::Attribute& attribute, const Value& value) {
  if (value.isMissing()) {
    if (!isMandatory(dataClass, attribute)) return {};
    return std::unexpected(dataError(
        code::mandatoryNull, fmt::format("{} is mandatory and cannot be null", fullName(dataClass, attribute))));
  }
  if (!value.isNumber()) return {};
  const double number = value.asNumber();
  if (attribute.minimum && number < *attribute.minimum) {
    return std::unexpected(
        dataError(code::valueOutOfRange, fmt::format("Value cannot be less than {} ({} = {})", *attribute.minimum,
                                                     fullName(dataClass, attribute), quoted(value))));
  }
  if (attribute.maximum && number > *attribute.maximum) {
    return std::unexpected(
        dataError(code::valueOutOfRange, fmt::format("Value cannot be greater than {} ({} = {})", *attribute.maximum,
                                                     fullName(dataClass, attribute), quoted(value))));
  }
  return {};
}

Value defaultValue(const model::Attribute& attribute) {
  if (!attribute.defaultValue) return Value::null();
  return convertTo(model::columnType(attribute), Value::real(*attribute.defaultValue)).value_or(Value::null());
}

Error duplicateKeyError(const model::DataClass& dataClass, const model::Attribute& attribute, const Value& value) {
  return dataError(code::duplicateKey,
                   fmt::format("Duplicate key: {} = {} exists already", fullName(dataClass, attribute), quoted(value)));
}

}  // namespace qodly::orda
