// Conditions as jumps (language.md 8): comparisons are not made into Booleans first.
#include <array>

#include "base/text.h"
#include "script/compile/body.h"

namespace qodly::script::compile {

using namespace syntax;

namespace {

struct GeneralRow {
  BinaryOperator op;
  Opcode when;  // registers
  Opcode unless;
  Opcode whenNumber;  // a register and a number
  Opcode unlessNumber;
};
constexpr auto generalRows = std::to_array<GeneralRow>({
    {BinaryOperator::less, Opcode::jumpIfLess, Opcode::jumpUnlessLess, Opcode::jumpIfLessNumber,
     Opcode::jumpUnlessLessNumber},
    {BinaryOperator::lessOrEqual, Opcode::jumpIfLessOrEqual, Opcode::jumpUnlessLessOrEqual,
     Opcode::jumpIfLessOrEqualNumber, Opcode::jumpUnlessLessOrEqualNumber},
    {BinaryOperator::greater, Opcode::jumpIfGreater, Opcode::jumpUnlessGreater, Opcode::jumpIfGreaterNumber,
     Opcode::jumpUnlessGreaterNumber},
    {BinaryOperator::greaterOrEqual, Opcode::jumpIfGreaterOrEqual, Opcode::jumpUnlessGreaterOrEqual,
     Opcode::jumpIfGreaterOrEqualNumber, Opcode::jumpUnlessGreaterOrEqualNumber},
    {BinaryOperator::equal, Opcode::jumpIfEqual, Opcode::jumpUnlessEqual, Opcode::jumpIfEqualNumber,
     Opcode::jumpUnlessEqualNumber},
    {BinaryOperator::notEqual, Opcode::jumpUnlessEqual, Opcode::jumpIfEqual, Opcode::jumpUnlessEqualNumber,
     Opcode::jumpIfEqualNumber},
});

// Comparison of reals and of integers is made of less and lessOrEqual with exchanged sides.
struct TypedRow {
  BinaryOperator op;
  Opcode when;
  Opcode unless;
  bool exchanged;
};
constexpr auto realRows = std::to_array<TypedRow>({
    {BinaryOperator::less, Opcode::jumpIfLessReal, Opcode::jumpUnlessLessReal, false},
    {BinaryOperator::lessOrEqual, Opcode::jumpIfLessOrEqualReal, Opcode::jumpUnlessLessOrEqualReal, false},
    {BinaryOperator::greater, Opcode::jumpIfLessReal, Opcode::jumpUnlessLessReal, true},
    {BinaryOperator::greaterOrEqual, Opcode::jumpIfLessOrEqualReal, Opcode::jumpUnlessLessOrEqualReal, true},
    {BinaryOperator::equal, Opcode::jumpIfEqualReal, Opcode::jumpUnlessEqualReal, false},
    {BinaryOperator::notEqual, Opcode::jumpUnlessEqualReal, Opcode::jumpIfEqualReal, false},
});

template <class Rows>
auto rowOf(const Rows& rows, BinaryOperator op) -> decltype(rows.data()) {
  for (const auto& each : rows) {
    if (each.op == op) return &each;
  }
  return nullptr;
}

bool isMissingLiteral(const Expression& node) {
  return std::holds_alternative<NullLiteral>(node.node) || std::holds_alternative<UndefinedLiteral>(node.node);
}

// a < b is b > a.
BinaryOperator mirrored(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::less:
      return BinaryOperator::greater;
    case BinaryOperator::lessOrEqual:
      return BinaryOperator::greaterOrEqual;
    case BinaryOperator::greater:
      return BinaryOperator::less;
    case BinaryOperator::greaterOrEqual:
      return BinaryOperator::lessOrEqual;
    default:
      return op;
  }
}

// Of whole numbers: not (a < b) is a >= b.
BinaryOperator negated(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::less:
      return BinaryOperator::greaterOrEqual;
    case BinaryOperator::lessOrEqual:
      return BinaryOperator::greater;
    case BinaryOperator::greater:
      return BinaryOperator::lessOrEqual;
    case BinaryOperator::greaterOrEqual:
      return BinaryOperator::less;
    case BinaryOperator::equal:
      return BinaryOperator::notEqual;
    default:
      return BinaryOperator::equal;
  }
}

// The argument of not(...).
const Expression* negatedArgument(const Expression& node) {
  const auto* call = std::get_if<Call>(&node.node);
  const auto* name = call == nullptr ? nullptr : std::get_if<Name>(&call->callee->node);
  const bool isNot =
      name != nullptr && name->kind == NameKind::command && equalsIgnoringAsciiCase(name->canonical, "not");
  return isNot && call->arguments.size() == 1 ? call->arguments[0] : nullptr;
}

bool isShortCircuit(const Expression& node) {
  const auto* binary = std::get_if<Binary>(&node.node);
  return std::holds_alternative<Ternary>(node.node) ||
         (binary != nullptr && (binary->op == BinaryOperator::logicalAnd || binary->op == BinaryOperator::logicalOr));
}

}  // namespace

void Body::condition(const Expression& node, bool sense, Label& target, bool truthy) {
  const Register top = emitter_.top();
  emitter_.at(node.where);
  truthy = truthy || isShortCircuit(node);
  if (const auto* literal = std::get_if<BooleanLiteral>(&node.node)) {
    if (literal->value == sense) emitter_.jump(target);
    return;
  }
  if (const Expression* inner = negatedArgument(node)) return condition(*inner, !sense, target);
  const auto* binary = std::get_if<Binary>(&node.node);
  if (binary != nullptr && (bothSides(*binary, sense, target) || comparison(*binary, sense, target))) {
    return emitter_.dropTo(top);
  }
  const Operand value = operand(node);
  emitter_.at(node.where);
  const bool byTruth = truthy && value.type != Static::boolean;
  const Opcode when = byTruth ? Opcode::jumpIfTruthy : Opcode::jumpIfTrue;
  const Opcode unless = byTruth ? Opcode::jumpIfFalsy : Opcode::jumpIfFalse;
  emitter_.jumpX(sense ? when : unless, value.reg, target);
  emitter_.dropTo(top);
}

// && and || skip their right side; & and | may where nobody can tell.
bool Body::bothSides(const Binary& node, bool sense, Label& target) {
  const bool logical = node.op == BinaryOperator::logicalAnd || node.op == BinaryOperator::logicalOr;
  const bool plain = (node.op == BinaryOperator::bitAnd || node.op == BinaryOperator::bitOr) &&
                     typeOf(*node.left) == Static::boolean && typeOf(*node.right) == Static::boolean &&
                     isHarmless(*node.right);
  if (!logical && !plain) return false;
  const bool isAnd = node.op == BinaryOperator::logicalAnd || node.op == BinaryOperator::bitAnd;
  if (isAnd != sense) {  // either side alone decides
    condition(*node.left, sense, target, logical);
    condition(*node.right, sense, target, logical);
    return true;
  }
  Label skip;
  condition(*node.left, !sense, skip, logical);
  condition(*node.right, sense, target, logical);
  emitter_.place(skip);
  return true;
}

bool Body::comparison(const Binary& node, bool sense, Label& target) {
  const GeneralRow* row = rowOf(generalRows, node.op);
  if (row == nullptr) return false;
  if (missingTest(node, sense, target) || booleanTest(node, sense, target) || wholeComparison(node, sense, target) ||
      comparisonWithNumber(node, sense, target) || realComparison(node, sense, target)) {
    return true;
  }
  const Operand left = leftOperand(*node.left, *node.right, 0);
  const Operand right = operand(*node.right);
  emitter_.at(node.opPosition);
  emitter_.jumpC(sense ? row->when : row->unless, left.reg, right.reg, target);
  return true;
}

// x == null
bool Body::missingTest(const Binary& node, bool sense, Label& target) {
  if (node.op != BinaryOperator::equal && node.op != BinaryOperator::notEqual) return false;
  if (!isMissingLiteral(*node.left) && !isMissingLiteral(*node.right)) return false;
  const Operand tested = operand(isMissingLiteral(*node.right) ? *node.left : *node.right);
  const bool missing = (node.op == BinaryOperator::equal) == sense;
  emitter_.jumpX(missing ? Opcode::jumpIfMissing : Opcode::jumpIfNotMissing, tested.reg, target);
  return true;
}

// b == true with a proven Boolean b
bool Body::booleanTest(const Binary& node, bool sense, Label& target) {
  const auto* literal = std::get_if<BooleanLiteral>(&node.right->node);
  const bool equality = node.op == BinaryOperator::equal || node.op == BinaryOperator::notEqual;
  if (literal == nullptr || !equality || typeOf(*node.left) != Static::boolean) return false;
  condition(*node.left, (literal->value == (node.op == BinaryOperator::equal)) == sense, target);
  return true;
}

bool Body::wholeComparison(const Binary& node, bool sense, Label& target) {
  if (!isWhole(*node.left) || !isWhole(*node.right)) return false;
  BinaryOperator op = sense ? node.op : negated(node.op);
  const Expression* left = node.left;
  const Expression* right = node.right;
  if (numberOf(*left)) {
    std::swap(left, right);
    op = mirrored(op);
  }
  const Operand a = wideOperand(*left);
  const auto number = smallNumberOf(*right);
  emitter_.at(node.opPosition);
  if (number) {
    const bool less = op == BinaryOperator::less || op == BinaryOperator::lessOrEqual;
    const bool greater = op == BinaryOperator::greater || op == BinaryOperator::greaterOrEqual;
    const int limit = op == BinaryOperator::lessOrEqual      ? *number + 1
                      : op == BinaryOperator::greaterOrEqual ? *number - 1
                                                             : *number;
    const Opcode equality =
        op == BinaryOperator::equal ? Opcode::jumpIfEqualIntegerNumber : Opcode::jumpUnlessEqualIntegerNumber;
    const Opcode jump = less      ? Opcode::jumpIfLessIntegerNumber
                        : greater ? Opcode::jumpIfGreaterIntegerNumber
                                  : equality;
    emitter_.jumpC(jump, a.reg, static_cast<std::uint16_t>(static_cast<std::int16_t>(limit)), target);
    return true;
  }
  const Operand b = wideOperand(*right);
  emitter_.at(node.opPosition);
  switch (op) {
    case BinaryOperator::less:
      emitter_.jumpC(Opcode::jumpIfLessInteger, a.reg, b.reg, target);
      break;
    case BinaryOperator::lessOrEqual:
      emitter_.jumpC(Opcode::jumpIfLessOrEqualInteger, a.reg, b.reg, target);
      break;
    case BinaryOperator::greater:
      emitter_.jumpC(Opcode::jumpIfLessInteger, b.reg, a.reg, target);
      break;
    case BinaryOperator::greaterOrEqual:
      emitter_.jumpC(Opcode::jumpIfLessOrEqualInteger, b.reg, a.reg, target);
      break;
    default:
      emitter_.jumpC(op == BinaryOperator::equal ? Opcode::jumpIfEqualInteger : Opcode::jumpUnlessEqualInteger, a.reg,
                     b.reg, target);
  }
  return true;
}

bool Body::comparisonWithNumber(const Binary& node, bool sense, Label& target) {
  const bool onRight = smallNumberOf(*node.right).has_value();
  const auto number = onRight ? smallNumberOf(*node.right) : smallNumberOf(*node.left);
  if (!number) return false;
  const GeneralRow* row = rowOf(generalRows, onRight ? node.op : mirrored(node.op));
  const Operand tested = operand(onRight ? *node.left : *node.right);
  emitter_.at(node.opPosition);
  emitter_.jumpC(sense ? row->whenNumber : row->unlessNumber, tested.reg, static_cast<std::uint16_t>(*number), target);
  return true;
}

bool Body::realComparison(const Binary& node, bool sense, Label& target) {
  if (typeOf(*node.left) != Static::real || typeOf(*node.right) != Static::real) return false;
  const TypedRow* row = rowOf(realRows, node.op);
  const Operand left = leftOperand(*node.left, *node.right, 0);
  const Operand right = operand(*node.right);
  emitter_.at(node.opPosition);
  emitter_.jumpC(sense ? row->when : row->unless, row->exchanged ? right.reg : left.reg,
                 row->exchanged ? left.reg : right.reg, target);
  return true;
}

}  // namespace qodly::script::compile
