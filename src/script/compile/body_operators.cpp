// Operators (language.md 6): typed instructions where both sides are proven, general ones elsewhere.
#include <array>

#include "script/compile/body.h"

namespace qodly::script::compile {

using namespace syntax;

namespace {

constexpr auto general = std::to_array<Opcode>({
    Opcode::power,    Opcode::multiply,       Opcode::divide,        Opcode::integerDivide,
    Opcode::modulo,   Opcode::superimpose,    Opcode::verticalSuper, Opcode::add,
    Opcode::subtract, Opcode::shiftLeft,      Opcode::shiftRight,    Opcode::bitSet,
    Opcode::bitClear, Opcode::bitTest,        Opcode::less,          Opcode::lessOrEqual,
    Opcode::greater,  Opcode::greaterOrEqual, Opcode::equal,         Opcode::notEqual,
    Opcode::bitAnd,   Opcode::bitXor,         Opcode::bitOr,
});

Opcode generalOf(BinaryOperator op) { return general.at(static_cast<std::size_t>(op)); }

struct RealRow {
  BinaryOperator op;
  Opcode registers;
  Opcode constant;
};
constexpr auto realRows = std::to_array<RealRow>({
    {BinaryOperator::add, Opcode::addReal, Opcode::addRealConstant},
    {BinaryOperator::subtract, Opcode::subtractReal, Opcode::subtractRealConstant},
    {BinaryOperator::multiply, Opcode::multiplyReal, Opcode::multiplyRealConstant},
    {BinaryOperator::divide, Opcode::divideReal, Opcode::divideRealConstant},
});

struct WholeRow {
  BinaryOperator op;
  Opcode checked;  // 32-bit result with an error on overflow
  Opcode wide;
};
constexpr auto wholeRows = std::to_array<WholeRow>({
    {BinaryOperator::add, Opcode::addInteger, Opcode::addIntegerWide},
    {BinaryOperator::subtract, Opcode::subtractInteger, Opcode::subtractIntegerWide},
    {BinaryOperator::multiply, Opcode::multiplyInteger, Opcode::multiplyIntegerWide},
    {BinaryOperator::integerDivide, Opcode::divideInteger, Opcode::divideInteger},
    {BinaryOperator::modulo, Opcode::moduloInteger, Opcode::moduloInteger},
    {BinaryOperator::bitAnd, Opcode::bitAndInteger, Opcode::bitAndInteger},
    {BinaryOperator::bitOr, Opcode::bitOrInteger, Opcode::bitOrInteger},
    {BinaryOperator::bitXor, Opcode::bitXorInteger, Opcode::bitXorInteger},
    {BinaryOperator::shiftLeft, Opcode::shiftLeftInteger, Opcode::shiftLeftInteger},
    {BinaryOperator::shiftRight, Opcode::shiftRightInteger, Opcode::shiftRightInteger},
});

template <class Rows>
auto rowOf(const Rows& rows, BinaryOperator op) -> decltype(rows.data()) {
  for (const auto& each : rows) {
    if (each.op == op) return &each;
  }
  return nullptr;
}

bool isBitwise(BinaryOperator op) {
  return op == BinaryOperator::bitAnd || op == BinaryOperator::bitOr || op == BinaryOperator::bitXor ||
         op == BinaryOperator::shiftLeft || op == BinaryOperator::shiftRight;
}

}  // namespace

void Body::emitUnary(const Unary& node, Register target) {
  const Operand value = operandIn(*node.operand, target);
  if (node.op == UnaryOperator::plus) return emitter_.emit(Opcode::plus, target, value.reg);
  if (node.op != UnaryOperator::minus) {
    return raise(-20027, "Criteria of record commands are not available on the server; use queries of dataclasses.",
                 target);
  }
  emitter_.emit(value.type == Static::real ? Opcode::negateReal : Opcode::negate, target, value.reg);
}

// The left operand of an operator. A variable is read where it is, unless the right side may write it before.
Operand Body::leftOperand(const Expression& left, const Expression& right, Register target) {
  const Operand value = operandIn(left, target);
  if (!scope_.writesArguments() || isTemp(value.reg) || !writesVariables(right)) return value;
  const Register copied = emitter_.temp();
  emitter_.emitMove(copied, value.reg);
  return {copied, value.type};
}

void Body::emitBinary(const Expression& where, const Binary& node, Register target) {
  switch (node.op) {
    case BinaryOperator::logicalAnd:
    case BinaryOperator::logicalOr:
      return emitLogical(node, target);
    case BinaryOperator::equal:
    case BinaryOperator::notEqual:
      return emitEquality(node, target);
    default:
      break;
  }
  if (node.op == BinaryOperator::add && typeOf(where) == Static::text) return emitConcatenation(where, target);
  if (isBitwise(node.op) && isWhole(where)) return emitWide(where, target);
  if (emitRealArithmetic(node, target) || emitWithNumber(node, target)) return;
  const Operand left = leftOperand(*node.left, *node.right, target);
  const Operand right = operand(*node.right);
  emitter_.at(node.opPosition);
  emitter_.emit(generalOf(node.op), target, left.reg, right.reg);
}

// Both sides are reals: literals, number variables, results of arithmetic.
bool Body::emitRealArithmetic(const Binary& node, Register target) {
  const RealRow* row = rowOf(realRows, node.op);
  if (row == nullptr || typeOf(*node.left) != Static::real || typeOf(*node.right) != Static::real) return false;
  const bool exchangeable = node.op == BinaryOperator::add || node.op == BinaryOperator::multiply;
  const auto first = exchangeable ? numberOf(*node.left) : std::nullopt;
  const auto number = first ? first : numberOf(*node.right);
  const std::uint32_t constant = number ? emitter_.constant(Value::real(*number)) : UINT32_MAX;
  if (constant <= UINT16_MAX) {
    const Operand other = operandIn(first ? *node.right : *node.left, target);
    emitter_.emit(row->constant, target, other.reg, static_cast<std::uint16_t>(constant));
    return true;
  }
  const Operand left = leftOperand(*node.left, *node.right, target);
  const Operand right = operand(*node.right);
  emitter_.at(node.opPosition);
  emitter_.emit(row->registers, target, left.reg, right.reg);
  return true;
}

// x + 1, x - 1, x * 2 with any x.
bool Body::emitWithNumber(const Binary& node, Register target) {
  const bool sum = node.op == BinaryOperator::add || node.op == BinaryOperator::subtract;
  if (!sum && node.op != BinaryOperator::multiply) return false;
  const auto number = smallNumberOf(*node.right);
  if (!number) return false;
  const Operand left = operandIn(*node.left, target);
  const int operand = node.op == BinaryOperator::subtract ? -*number : *number;
  emitter_.at(node.opPosition);
  emitter_.emit(sum ? Opcode::addNumber : Opcode::multiplyNumber, target, left.reg,
                static_cast<std::uint16_t>(static_cast<std::int16_t>(operand)));
  return true;
}

void Body::emitLogical(const Binary& node, Register target) {
  const Register value = isTemp(target) ? target : emitter_.temp();
  Label end;
  emit(*node.left, value);
  emitter_.jumpX(node.op == BinaryOperator::logicalAnd ? Opcode::jumpKeepFalsy : Opcode::jumpKeepTruthy, value, end);
  emit(*node.right, value);
  emitter_.place(end);
  emitter_.emitMove(target, value);
}

void Body::emitEquality(const Binary& node, Register target) {
  const auto missing = [](const Expression& each) {
    return std::holds_alternative<NullLiteral>(each.node) || std::holds_alternative<UndefinedLiteral>(each.node);
  };
  if (missing(*node.right) || missing(*node.left)) {
    const Operand tested = operandIn(missing(*node.right) ? *node.left : *node.right, target);
    emitter_.emit(Opcode::isMissing, target, tested.reg);
    if (node.op == BinaryOperator::notEqual) emitter_.emit(Opcode::logicalNot, target, target);
    return;
  }
  const Operand left = leftOperand(*node.left, *node.right, target);
  const Operand right = operand(*node.right);
  emitter_.at(node.opPosition);
  emitter_.emit(generalOf(node.op), target, left.reg, right.reg);
}

// a + b + c of texts: the first into the target, the others appended to it.
void Body::emitConcatenation(const Expression& where, Register target) {
  std::vector<const Expression*> parts;
  const Expression* at = &where;
  while (true) {
    const auto* sum = std::get_if<Binary>(&at->node);
    if (sum == nullptr || sum->op != BinaryOperator::add || constantOf(*at)) break;
    parts.push_back(sum->right);
    at = sum->left;
  }
  parts.push_back(at);
  const Register text = isTemp(target) ? target : emitter_.temp();
  const Operand first = leftOperand(*parts.back(), *parts.front(), text);
  Register left = first.reg;
  for (std::size_t i = parts.size() - 1; i-- > 0;) {
    const Register top = emitter_.top();
    const Operand right = operand(*parts[i]);
    emitter_.emit(Opcode::add, i == 0 ? target : text, left, right.reg);
    emitter_.dropTo(top);
    left = text;
  }
}

// --- Whole numbers

Operand Body::wideOperand(const Expression& node, Register target) {
  if (const Variable* variable = localOf(node)) return {variable->reg, Static::integer};
  if (!isTemp(target)) target = emitter_.temp();
  emitWide(node, target);
  return {target, Static::wide};
}

void Body::emitWide(const Expression& node, Register target) {
  const Register top = emitter_.top();
  if (const auto number = numberOf(node)) {
    emitter_.emitX(Opcode::loadInteger, target, static_cast<std::int32_t>(*number));
  } else if (const auto* unary = std::get_if<Unary>(&node.node)) {
    const Register zero = emitter_.temp();
    emitter_.emitX(Opcode::loadInteger, zero, 0);
    const Operand value = wideOperand(*unary->operand);
    emitter_.emit(Opcode::subtractIntegerWide, target, zero, value.reg);
  } else if (const auto* binary = std::get_if<Binary>(&node.node)) {
    emitWhole(*binary, target, false);
  } else if (const Variable* variable = localOf(node)) {
    emitter_.emitMove(target, variable->reg);
  } else {
    emit(node, target);
  }
  emitter_.dropTo(top);
}

void Body::emitWhole(const Binary& node, Register target, bool checked) {
  const bool sum = node.op == BinaryOperator::add || node.op == BinaryOperator::subtract;
  const auto number = smallNumberOf(*node.right);
  const Operand left = wideOperand(*node.left, target);
  emitter_.at(node.opPosition);
  if (number && (sum || (checked && node.op == BinaryOperator::multiply))) {
    const int operand = node.op == BinaryOperator::subtract ? -*number : *number;
    const Opcode op = !sum      ? Opcode::multiplyIntegerNumber
                      : checked ? Opcode::addIntegerNumber
                                : Opcode::addIntegerWideNumber;
    return emitter_.emit(op, target, left.reg, static_cast<std::uint16_t>(static_cast<std::int16_t>(operand)));
  }
  const Operand right = wideOperand(*node.right);
  const WholeRow* row = rowOf(wholeRows, node.op);
  emitter_.at(node.opPosition);
  emitter_.emit(checked ? row->checked : row->wide, target, left.reg, right.reg);
}

// The value of an integer variable: the same as computing in reals and converting the result.
bool Body::emitInteger(const Expression& node, Register target) {
  if (!isWhole(node)) return false;
  const Register top = emitter_.top();
  const auto* binary = std::get_if<Binary>(&node.node);
  const bool constant = numberOf(node).has_value();
  const bool remainder = binary != nullptr && binary->op == BinaryOperator::modulo && wideBits(node) <= 32;
  const bool narrow =
      remainder || (binary != nullptr && wideBits(*binary->left) <= 32 && wideBits(*binary->right) <= 32);
  if (localOf(node) != nullptr || constant || std::holds_alternative<Call>(node.node)) {
    emitWide(node, target);
  } else if (narrow) {
    emitWhole(*binary, target, true);
  } else {
    const Register wide = emitter_.temp();
    emitWide(node, wide);
    emitter_.emit(Opcode::checkInteger, target, wide);
  }
  emitter_.dropTo(top);
  return true;
}

}  // namespace qodly::script::compile
