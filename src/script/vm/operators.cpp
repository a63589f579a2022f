#include "script/vm/operators.h"

#include <array>
#include <cmath>
#include <limits>

#include "base/collation.h"
#include "script/vm/arguments.h"
#include "script/vm/codes.h"
#include "script/vm/pointer.h"
#include "script/vm/runtime.h"

namespace qodly::script::vm {

namespace {

using syntax::BinaryOperator;

// Kinds of operands as the table of language.md 6.3 names them.
enum class Kind : std::uint8_t { missing, number, text, date, time, boolean, picture, other };

Kind kindOf(const Value& value) {
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      return Kind::missing;
    case Type::integer:
    case Type::real:
      return Kind::number;
    case Type::text:
      return Kind::text;
    case Type::date:
    case Type::instant:
      return Kind::date;
    case Type::time:
      return Kind::time;
    case Type::boolean:
      return Kind::boolean;
    case Type::picture:
      return Kind::picture;
    default:
      return Kind::other;
  }
}

constexpr auto signs =
    std::to_array<std::string_view>({"^",  "*", "/",  "\\", "%",  "*+", "*|", "+", "-",  "<<", ">>", "?+", "?-",
                                     "??", "<", "<=", ">",  ">=", "==", "!=", "&", "^|", "|",  "&&", "||"});

std::string_view sign(BinaryOperator op) { return signs.at(static_cast<std::size_t>(op)); }

std::unexpected<Error> wrongTypes(BinaryOperator op, const Value& left, const Value& right) {
  return std::unexpected(hostError(code::wrongType, "the operator " + std::string(sign(op)) + " cannot combine " +
                                                        describeType(left) + " and " + describeType(right)));
}

double seconds(const Value& time) { return static_cast<double>(time.asTime().ms) / 1000; }
Date dayOfValue(const Value& value) { return value.type() == Type::date ? value.asDate() : dayOf(value.asInstant()); }

Value addDays(Date day, double days) {
  if (day.isNone()) day = Date{0 - 719528};  // counts from the year 0, as the null date does elsewhere
  const double sum = static_cast<double>(day.days) + std::trunc(days);
  static const Date first = *Date::fromCivil(100, 1, 1);
  static const Date last = *Date::fromCivil(32767, 12, 31);
  if (!(sum >= first.days && sum <= last.days)) return Value::date(Date::none());
  return Value::date(Date{static_cast<std::int32_t>(sum)});
}

std::unexpected<Error> divisionByZero(BinaryOperator op) {
  return std::unexpected(hostError(code::divisionByZero, "division by zero (" + std::string(sign(op)) + ")"));
}

Result<Value> arithmetic(BinaryOperator op, double left, double right) {
  switch (op) {
    case BinaryOperator::add:
      return Value::real(left + right);
    case BinaryOperator::subtract:
      return Value::real(left - right);
    case BinaryOperator::multiply:
      return Value::real(left * right);
    case BinaryOperator::divide:
      return Value::real(left / right);
    case BinaryOperator::power:
      return Value::real(std::pow(left, right));
    case BinaryOperator::integerDivide:
      if (right == 0) return divisionByZero(op);
      return Value::real(std::trunc(left / right) + 0.0);
    case BinaryOperator::modulo: {
      const double divisor = std::trunc(right);
      if (divisor == 0) return divisionByZero(op);
      return Value::real(std::fmod(std::trunc(left), divisor) + 0.0);
    }
    default:
      return Value();
  }
}

Result<std::uint32_t> bitsOf(const Value& value) {
  if (value.type() == Type::integer) {
    const std::int64_t whole = value.asInteger();
    if (whole >= std::numeric_limits<std::int32_t>::min() && whole <= std::numeric_limits<std::uint32_t>::max()) {
      return static_cast<std::uint32_t>(whole);
    }
  }
  const double number = std::round(value.asNumber());
  // A pattern of 32 bits may also be written as an unsigned number.
  if (number > std::numeric_limits<std::int32_t>::max() && number <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(number);
  }
  const auto whole = toInteger32(number);
  if (!whole) return std::unexpected(whole.error());
  return static_cast<std::uint32_t>(*whole);
}

Value signedBits(std::uint32_t bits) { return Value::integer(static_cast<std::int32_t>(bits)); }

Result<Value> bitOperation(BinaryOperator op, const Value& leftValue, const Value& rightValue) {
  const auto left = bitsOf(leftValue);
  if (!left) return std::unexpected(left.error());
  const bool counts = op == BinaryOperator::shiftLeft || op == BinaryOperator::shiftRight ||
                      op == BinaryOperator::bitSet || op == BinaryOperator::bitClear || op == BinaryOperator::bitTest;
  if (counts) {
    const double wanted = std::round(rightValue.asNumber());
    const bool inside = wanted >= 0 && wanted <= 31;
    const auto count = static_cast<std::uint32_t>(inside ? wanted : 0);
    switch (op) {
      case BinaryOperator::shiftLeft:
        return inside ? signedBits(*left << count) : wanted > 31 ? Value::integer(0) : signedBits(*left);
      case BinaryOperator::shiftRight:
        return inside ? signedBits(*left >> count) : wanted > 31 ? Value::integer(0) : signedBits(*left);
      case BinaryOperator::bitSet:
        return inside ? signedBits(*left | (1U << count)) : signedBits(*left);
      case BinaryOperator::bitClear:
        return inside ? signedBits(*left & ~(1U << count)) : signedBits(*left);
      default:
        return Value::boolean(inside && ((*left >> count) & 1U) != 0);
    }
  }
  const auto right = bitsOf(rightValue);
  if (!right) return std::unexpected(right.error());
  switch (op) {
    case BinaryOperator::bitAnd:
      return signedBits(*left & *right);
    case BinaryOperator::bitOr:
      return signedBits(*left | *right);
    default:
      return signedBits(*left ^ *right);
  }
}

bool isBitOperator(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::bitAnd:
    case BinaryOperator::bitOr:
    case BinaryOperator::bitXor:
    case BinaryOperator::shiftLeft:
    case BinaryOperator::shiftRight:
    case BinaryOperator::bitSet:
    case BinaryOperator::bitClear:
    case BinaryOperator::bitTest:
      return true;
    default:
      return false;
  }
}

Result<Value> textOperation(Process& process, BinaryOperator op, const Value& left, const Value& right) {
  if (right.isText()) {
    if (op == BinaryOperator::add) {
      if (auto charged = process.charge(left.asText().size() + right.asText().size()); !charged) {
        return std::unexpected(charged.error());
      }
      Value sum = left;
      Value::appendText(sum, right.asText());
      return sum;
    }
    if (op == BinaryOperator::modulo) {
      const WordPattern word(process.runtime().collation(), right.asText());
      return Value::boolean(!word.matchesNothing() && word.matches(left.asText()));
    }
  }
  if (op != BinaryOperator::multiply || !right.isNumber()) return wrongTypes(op, left, right);
  const double wanted = std::trunc(right.asNumber());
  if (!(wanted > 0)) return Value::text("");
  const std::string_view text = left.asText();
  if (text.empty()) return Value::text("");
  if (wanted * static_cast<double>(text.size()) > static_cast<double>(std::size_t{2} << 30U)) {
    return std::unexpected(hostError(code::limitReached, "a text may have 2 GB at most"));
  }
  const auto times = static_cast<std::size_t>(wanted);
  if (auto charged = process.charge(text.size() * times); !charged) return std::unexpected(charged.error());
  std::string repeated;
  repeated.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) repeated.append(text);
  return Value::text(std::move(repeated));
}

Result<Value> timeOperation(BinaryOperator op, const Value& left, const Value& right) {
  const Kind other = kindOf(right);
  if (isBitOperator(op) && other == Kind::number) return bitOperation(op, Value::real(seconds(left)), right);
  if (op == BinaryOperator::power) return wrongTypes(op, left, right);
  if (other == Kind::number) return arithmetic(op, seconds(left), right.asNumber());
  if (other != Kind::time) return wrongTypes(op, left, right);
  if (op == BinaryOperator::modulo) {
    if (right.asTime().ms == 0) return divisionByZero(op);
    return Value::time({left.asTime().ms % right.asTime().ms});
  }
  if (op == BinaryOperator::add) return Value::time({left.asTime().ms + right.asTime().ms});
  if (op == BinaryOperator::subtract) return Value::time({left.asTime().ms - right.asTime().ms});
  return arithmetic(op, seconds(left), seconds(right));
}

Result<Value> dateOperation(BinaryOperator op, const Value& left, const Value& right) {
  const Date day = dayOfValue(left);
  if (kindOf(right) == Kind::number && op == BinaryOperator::add) return addDays(day, right.asNumber());
  if (kindOf(right) == Kind::number && op == BinaryOperator::subtract) return addDays(day, -right.asNumber());
  if (kindOf(right) != Kind::date || op != BinaryOperator::subtract) return wrongTypes(op, left, right);
  constexpr std::int32_t yearZero = -719528;
  const Date other = dayOfValue(right);
  const auto number = [](Date date) { return static_cast<double>(date.isNone() ? yearZero : date.days); };
  if (day.isNone() && other.isNone()) return Value::real(0);
  return Value::real(number(day) - number(other));
}

Result<Value> compute(Process& process, BinaryOperator op, const Value& left, const Value& right) {
  const Kind leftKind = kindOf(left);
  const Kind rightKind = kindOf(right);
  switch (leftKind) {
    case Kind::number:
      if (rightKind == Kind::time && op != BinaryOperator::power) {
        const Value number = Value::real(seconds(right));
        return isBitOperator(op) ? bitOperation(op, left, number) : arithmetic(op, left.asNumber(), seconds(right));
      }
      if (rightKind == Kind::date && op == BinaryOperator::add) return addDays(dayOfValue(right), left.asNumber());
      if (rightKind == Kind::text && op == BinaryOperator::multiply) return textOperation(process, op, right, left);
      if (rightKind != Kind::number || op == BinaryOperator::superimpose || op == BinaryOperator::verticalSuper) break;
      if (isBitOperator(op)) return bitOperation(op, left, right);
      return arithmetic(op, left.asNumber(), right.asNumber());
    case Kind::text:
      return textOperation(process, op, left, right);
    case Kind::time:
      return timeOperation(op, left, right);
    case Kind::date:
      return dateOperation(op, left, right);
    case Kind::boolean:
      if (rightKind != Kind::boolean) break;
      if (op == BinaryOperator::bitAnd) return Value::boolean(left.asBoolean() && right.asBoolean());
      if (op == BinaryOperator::bitOr) return Value::boolean(left.asBoolean() || right.asBoolean());
      break;
    case Kind::picture:
      if (const auto* pictures = process.runtime().service<PictureOperators>()) {
        return pictures->apply(op, left, right);
      }
      break;
    default:
      break;
  }
  return wrongTypes(op, left, right);
}

}  // namespace

Result<Value> applyOperator(Process& process, BinaryOperator op, const Value& left, const Value& right) {
  switch (op) {
    case BinaryOperator::equal:
      return Value::boolean(equalByLanguage(process, left, right));
    case BinaryOperator::notEqual:
      return Value::boolean(!equalByLanguage(process, left, right));
    case BinaryOperator::less:
    case BinaryOperator::lessOrEqual:
    case BinaryOperator::greater:
    case BinaryOperator::greaterOrEqual: {
      const auto ordered = orderByLanguage(process, op, left, right);
      if (!ordered) return std::unexpected(ordered.error());
      return Value::boolean(*ordered);
    }
    default:
      break;
  }
  const Value* const from = selectedArrayElement(left) != nullptr ? selectedArrayElement(left) : &left;
  const Value* const with = selectedArrayElement(right) != nullptr ? selectedArrayElement(right) : &right;
  if (from->isUndefined() || with->isUndefined()) return Value();
  return compute(process, op, *from, *with);
}

Result<Value> negate(const Value& operand) {
  switch (operand.type()) {
    case Type::undefined:
      return Value();
    case Type::integer:
    case Type::real:
      return Value::real(-operand.asNumber());
    case Type::time:
      return Value::time({-operand.asTime().ms});
    default:
      return std::unexpected(hostError(
          code::wrongType, "a number is expected behind the sign -, " + describeType(operand) + " was given"));
  }
}

}  // namespace qodly::script::vm
