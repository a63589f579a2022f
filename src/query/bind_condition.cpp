// Values converted to the type of the attribute they are compared with (query.md 5). A value that cannot be converted
// makes the comparison a constant: false, and true for the negative comparators.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "query/bind_parts.h"

namespace qodly::query {

namespace {

using Converted = std::optional<Value>;

bool wildcardsActive(Operator op) { return op == Operator::equal || op == Operator::notEqual || op == Operator::in; }

// Two wildcards in a row match nothing, except in a value given for a placeholder that has nothing else: applications
// search with "@" + text + "@", and an empty text means everything.
bool isEmptySearch(const Element& element) {
  return !element.literal && element.value.isText() && element.value.asText() == "@@";
}

Element anyText() { return {Value::text("@"), false, {}}; }

bool hasWildcard(std::string_view text) { return text.find('@') != std::string_view::npos; }

// Text and number, the only types a text attribute compares with.
Converted asText(const Element& element) {
  const Value& value = element.value;
  if (value.isText()) return value;
  if (!value.isNumber()) return std::nullopt;
  if (!element.spelling.empty()) return Value::text(element.spelling);
  std::string text;
  if (value.type() == Type::integer) {
    appendInteger(value.asInteger(), text);
  } else {
    appendReal(value.asReal(), text);
  }
  return Value::text(std::move(text));
}

Converted asUuid(const Element& element, Operator op) {
  auto text = asText(element);
  if (!text) return std::nullopt;
  if (const auto whole = normaliseUuid(text->asText())) return Value::text(*whole);
  const bool partial = op == Operator::less || op == Operator::lessOrEqual || op == Operator::greater ||
                       op == Operator::greaterOrEqual || (wildcardsActive(op) && hasWildcard(text->asText()));
  if (!partial) return std::nullopt;
  std::string digits(text->asText());
  std::erase(digits, '-');
  return Value::text(std::move(digits));
}

Converted asNumber(const Element& element) {
  const Value& value = element.value;
  if (value.isNumber()) return value;
  if (!value.isText()) return std::nullopt;
  if (const auto integer = parseInteger(value.asText())) return Value::integer(*integer);
  if (const auto real = parseReal(value.asText())) return Value::real(*real);
  return std::nullopt;
}

Converted asReal(const Element& element) {
  const auto number = asNumber(element);
  return number ? Converted(Value::real(number->asNumber())) : std::nullopt;
}

Converted asBoolean(const Element& element) {
  const Value& value = element.value;
  if (value.type() == Type::boolean) return value;
  if (!value.isText() || (value.asText() != "true" && value.asText() != "false")) return std::nullopt;
  return Value::boolean(value.asText() == "true");
}

Converted asDate(const Element& element) {
  const Value& value = element.value;
  if (value.type() == Type::date) return value;
  if (value.type() == Type::instant) return Value::date(dayOf(value.asInstant()));
  if (!value.isText()) return std::nullopt;
  const auto date = parseDate(value.asText());
  return date ? Converted(Value::date(*date)) : std::nullopt;
}

// A text with a time of day is an instant; without one it is a day.
Converted asInstant(const Element& element) {
  const Value& value = element.value;
  if (value.type() == Type::date || value.type() == Type::instant) return value;
  if (!value.isText()) return std::nullopt;
  if (value.asText().find('T') != std::string_view::npos) {
    const auto instant = parseInstant(value.asText());
    return instant ? Converted(Value::instant(*instant)) : std::nullopt;
  }
  const auto date = parseDate(value.asText());
  return date ? Converted(Value::date(*date)) : std::nullopt;
}

Converted asDuration(const Element& element) {
  constexpr double limit = 9e12;  // seconds; far beyond the range of the type, and safe as milliseconds
  const Value& value = element.value;
  if (value.type() == Type::time) return value;
  if (value.isNumber()) {
    const double seconds = value.asNumber();
    if (!(std::fabs(seconds) < limit)) return std::nullopt;
    return Value::time(Duration{std::llround(seconds * 1000)});
  }
  if (!value.isText()) return std::nullopt;
  const auto duration = parseDuration(value.asText());
  return duration ? Converted(Value::time(*duration)) : std::nullopt;
}

// Inside objects nothing is converted, but a constant of the query text may be written as a date or a duration
// (query.md 3).
Converted asDynamic(const Element& element) {
  const Value& value = element.value;
  switch (value.type()) {
    case Type::boolean:
    case Type::integer:
    case Type::real:
    case Type::date:
    case Type::time:
    case Type::instant:
      return value;
    case Type::text:
      break;
    default:
      return std::nullopt;
  }
  if (!element.literal) return value;
  const std::string_view text = value.asText();
  const bool dateForm = text.size() == 10 && (text[4] == '-' || text[4] == '/');
  if (dateForm || text.starts_with('!')) {
    if (const auto date = parseDate(text)) return Value::date(*date);
  }
  if (text.size() > 10 && text[10] == 'T') {
    if (const auto instant = parseInstant(text)) return Value::instant(*instant);
  }
  if (const auto duration = parseDuration(text)) return Value::time(*duration);
  return value;
}

Converted convert(const Element& element, ColumnType column, Operator op) {
  switch (column) {
    case ColumnType::text:
      return asText(element);
    case ColumnType::uuid:
      return asUuid(element, op);
    case ColumnType::int8:
    case ColumnType::int16:
    case ColumnType::int32:
    case ColumnType::int64:
      return asNumber(element);
    case ColumnType::real:
      return asReal(element);
    case ColumnType::boolean:
      return asBoolean(element);
    case ColumnType::date:
      return asDate(element);
    case ColumnType::instant:
      return asInstant(element);
    case ColumnType::duration:
      return asDuration(element);
    case ColumnType::object:
    case ColumnType::blob:
    case ColumnType::picture:
      break;
  }
  return std::nullopt;
}

bool isInteger(ColumnType column) {
  return column == ColumnType::int8 || column == ColumnType::int16 || column == ColumnType::int32 ||
         column == ColumnType::int64;
}

bool isNotANumber(const Value& value) { return value.type() == Type::real && std::isnan(value.asReal()); }

// `%` works on texts and on the keywords of pictures.
bool takesKeyword(bool insideObject, ColumnType column) {
  return insideObject || column == ColumnType::text || column == ColumnType::picture;
}

void makeConstant(Condition& condition, const Element& shown) {
  condition.constant = isNegative(condition.op);
  condition.value = shown.value;
}

void fillNullTest(Condition& condition, const model::Attribute& attribute) {
  condition.value = Value::null();
  if (condition.op > Operator::notIdentical || condition.begins) {
    condition.constant = false;  // null has no order, no words, no beginning
    return;
  }
  condition.nullTest = true;
  // Null of such an attribute reads as its blank value.
  if (attribute.neverNull && !condition.attribute.insideObject()) condition.constant = isNegative(condition.op);
}

void fillList(Condition& condition, ColumnType column, const std::vector<Element>& elements) {
  const bool inside = condition.attribute.insideObject();
  const Element any = anyText();
  for (const Element& given : elements) {
    if (given.value.isMissing()) continue;
    const Element& element = isEmptySearch(given) ? any : given;
    auto value = inside ? asDynamic(element) : convert(element, column, Operator::in);
    if (!value || isNotANumber(*value)) continue;
    if (value->isText() && value->asText().find("@@") != std::string_view::npos) continue;
    if (column == ColumnType::instant && value->type() == Type::date) condition.dayInterval = true;
    condition.list.push_back(std::move(*value));
  }
}

// `begin x` is `== x@`.
bool makeBeginning(Condition& condition, ColumnType column, Element& element) {
  const bool textual = condition.attribute.insideObject() || column == ColumnType::text || column == ColumnType::uuid;
  const auto text = asText(element);
  if (!textual || !text) return false;
  std::string pattern(text->asText());
  if (!pattern.ends_with('@')) pattern += '@';
  element = {Value::text(std::move(pattern)), false, {}};
  return true;
}

void fillSingle(Condition& condition, ColumnType column, Element element) {
  const bool inside = condition.attribute.insideObject();
  if (element.value.isMissing()) return makeConstant(condition, element);
  if (wildcardsActive(condition.op) && isEmptySearch(element)) element = anyText();
  if (condition.begins && !makeBeginning(condition, column, element)) return makeConstant(condition, element);
  Converted value;
  if (condition.op == Operator::keyword) {
    if (takesKeyword(inside, column)) value = asText(element);
  } else {
    value = inside ? asDynamic(element) : convert(element, column, condition.op);
  }
  if (!value || isNotANumber(*value)) return makeConstant(condition, element);
  const bool wild = value->isText() && wildcardsActive(condition.op);
  condition.value = std::move(*value);
  condition.dayInterval = !inside && column == ColumnType::instant && condition.value.type() == Type::date;
  if (wild && condition.value.asText().find("@@") != std::string_view::npos)
    condition.constant = isNegative(condition.op);
}

}  // namespace

void fillCondition(Condition& condition, const model::Attribute& attribute, Comparison comparison, Values values) {
  condition.op = comparison.op;
  condition.begins = comparison.begins;
  const ColumnType column = model::columnType(attribute);
  if (values.nullLiteral) return fillNullTest(condition, attribute);
  if (condition.op == Operator::in) {
    if (!values.isList) {
      if (values.single.value.isMissing()) return makeConstant(condition, values.single);
      values.list.push_back(std::move(values.single));
    }
    fillList(condition, column, values.list);
  } else {
    fillSingle(condition, column, std::move(values.single));
  }
  if (!condition.attribute.insideObject() && isInteger(column) && !condition.constant) fitToIntegers(condition, column);
}

}  // namespace qodly::query
