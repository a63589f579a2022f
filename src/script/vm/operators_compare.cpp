// Comparison and truth (language.md 6.3, 6.4, 7, 8, 9.2).
#include <cmath>

#include "base/collation.h"
#include "script/vm/arguments.h"
#include "script/vm/class.h"
#include "script/vm/codes.h"
#include "script/vm/operators.h"
#include "script/vm/pointer.h"
#include "script/vm/runtime.h"

namespace qodly::script::vm {

namespace {

using syntax::BinaryOperator;

bool equalTexts(Process& process, std::string_view left, std::string_view right) {
  const Collation& collation = process.runtime().collation();
  if (right.find('@') != std::string_view::npos) return TextPattern(collation, right, true).matches(left);
  return left == right || collation.equals(left, right);
}

bool equalHandles(const Value& left, const Value& right) {
  const Handle& a = left.asHandle();
  const Handle& b = right.asHandle();
  if (&a == &b) return true;
  if (a.kind() != b.kind()) return false;
  if (a.kind() == ClassValue::kindName()) {
    const auto* one = ClassValue::from(left);
    const auto* two = ClassValue::from(right);
    return one->user() == two->user() && one->native() == two->native();
  }
  if (a.kind() == Function::kindName()) {
    const auto* one = Function::from(left);
    const auto* two = Function::from(right);
    return one->sort() == two->sort() && one->sort() != Function::Sort::formula && one->row() == two->row() &&
           one->code() == two->code();
  }
  return samePointer(left, right);
}

// Numbers, times as seconds, and marked numbers (milliseconds) beside times.
std::optional<double> numberBeside(const Value& value, const Value& other) {
  if (value.isNumber()) {
    if (value.isMarkedTime() && other.type() == Type::time) return value.asReal() / 1000;
    return value.asNumber();
  }
  if (value.type() == Type::time) return static_cast<double>(value.asTime().ms) / 1000;
  return std::nullopt;
}

std::optional<Date> dayOfValue(const Value& value) {
  if (value.type() == Type::date) return value.asDate();
  if (value.type() == Type::instant) return dayOf(value.asInstant());
  return std::nullopt;
}

bool accepted(BinaryOperator op, int order) {
  switch (op) {
    case BinaryOperator::less:
      return order < 0;
    case BinaryOperator::lessOrEqual:
      return order <= 0;
    case BinaryOperator::greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

template <class T>
int orderOf(const T& left, const T& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

bool orderNumbers(Process& process, BinaryOperator op, double left, double right) {
  const bool orEqual = op == BinaryOperator::lessOrEqual || op == BinaryOperator::greaterOrEqual;
  if (orEqual && std::fabs(left - right) <= process.realComparisonLevel()) return true;
  switch (op) {
    case BinaryOperator::less:
      return left < right;
    case BinaryOperator::lessOrEqual:
      return left <= right;
    case BinaryOperator::greater:
      return left > right;
    default:
      return left >= right;
  }
}

bool isReference(Type type) {
  return type == Type::picture || type == Type::blob || type == Type::object || type == Type::collection ||
         type == Type::handle;
}

}  // namespace

bool isMissingValue(const Value& value) {
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      return true;
    case Type::picture:
      return value.asBlob().bytes.empty() && value.asBlob().path.empty();
    case Type::handle:
      return isNilPointer(value);
    default:
      return false;
  }
}

bool isTruthy(const Value& value) {
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      return false;
    case Type::boolean:
      return value.asBoolean();
    case Type::text:
      return !value.asText().empty();
    case Type::date:
      return !value.asDate().isNone();
    case Type::picture:
      return !isMissingValue(value);
    case Type::object:
      return value.asObject().size() > 0 || value.asObject().classLink();
    case Type::collection:
      return value.asCollection().size() > 0;
    case Type::handle:
      return !isNilPointer(value);
    default:
      return true;
  }
}

bool equalByLanguage(Process& process, const Value& leftValue, const Value& rightValue) {
  const Value* const leftSelected = selectedArrayElement(leftValue);
  const Value* const rightSelected = selectedArrayElement(rightValue);
  const Value& left = leftSelected != nullptr ? *leftSelected : leftValue;
  const Value& right = rightSelected != nullptr ? *rightSelected : rightValue;
  const bool leftMissing = isMissingValue(left);
  const bool rightMissing = isMissingValue(right);
  if (leftMissing || rightMissing) return leftMissing && rightMissing;
  if (left.isText() && right.isText()) return equalTexts(process, left.asText(), right.asText());
  if (const auto a = numberBeside(left, right)) {
    const auto b = numberBeside(right, left);
    return b && (*a == *b || std::fabs(*a - *b) <= process.realComparisonLevel());
  }
  if (const auto a = dayOfValue(left)) return dayOfValue(right) == a;
  if (left.type() != right.type()) return false;
  switch (left.type()) {
    case Type::boolean:
      return left.asBoolean() == right.asBoolean();
    case Type::object:
      return &left.asObject() == &right.asObject();
    case Type::collection:
      return &left.asCollection() == &right.asCollection();
    case Type::handle: {
      const char* const kind = left.asHandle().kind();
      if (std::string_view(kind) != right.asHandle().kind()) return equalHandles(left, right);
      const HandleType* type = process.runtime().handleType(kind);
      if (type != nullptr && type->same(left.asHandle(), right.asHandle())) return true;
      return equalHandles(left, right);
    }
    default:
      return false;
  }
}

Result<bool> orderByLanguage(Process& process, BinaryOperator op, const Value& leftValue, const Value& rightValue) {
  const Value* const leftSelected = selectedArrayElement(leftValue);
  const Value* const rightSelected = selectedArrayElement(rightValue);
  const Value& left = leftSelected != nullptr ? *leftSelected : leftValue;
  const Value& right = rightSelected != nullptr ? *rightSelected : rightValue;
  if (left.isText() && right.isText()) {
    const Collation& collation = process.runtime().collation();
    const std::string_view pattern = right.asText();
    const auto order = pattern.ends_with('@') ? TextPattern(collation, pattern, true).order(left.asText())
                                              : collation.compare(left.asText(), pattern);
    return accepted(op, order < 0 ? -1 : order > 0 ? 1 : 0);
  }
  if (const auto a = numberBeside(left, right)) {
    if (const auto b = numberBeside(right, left)) return orderNumbers(process, op, *a, *b);
  }
  if (const auto a = dayOfValue(left)) {
    if (const auto b = dayOfValue(right)) return accepted(op, orderOf(*a, *b));
  }
  if (left.type() == Type::boolean && right.type() == Type::boolean) {
    return accepted(op, orderOf(left.asBoolean(), right.asBoolean()));
  }
  if (left.isNull() || right.isNull() || (left.isUndefined() && right.isUndefined())) {
    return std::unexpected(hostError(code::nullOrder, "null has no order: " + describeType(left) + " and " +
                                                          describeType(right) + " cannot be ordered"));
  }
  if ((left.isUndefined() && !isReference(right.type())) || (right.isUndefined() && !isReference(left.type()))) {
    return false;
  }
  return std::unexpected(hostError(left.isUndefined() || right.isUndefined() ? code::nullOrder : code::wrongType,
                                   describeType(left) + " and " + describeType(right) + " cannot be ordered"));
}

std::int32_t valueTypeCode(const Value& value) {
  switch (value.type()) {
    case Type::undefined:
      return 5;
    case Type::null:
      return 255;
    case Type::boolean:
      return 6;
    case Type::integer:
      return 9;
    case Type::real:
      return 1;
    case Type::text:
      return 2;
    case Type::date:
    case Type::instant:
      return 4;
    case Type::time:
      return 11;
    case Type::blob:
      return 30;
    case Type::picture:
      return 3;
    case Type::object:
      return 38;
    case Type::collection:
      return 42;
    case Type::handle:
      return handleTypeCode(value);
  }
  return 5;
}

}  // namespace qodly::script::vm
