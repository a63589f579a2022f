// What is proven about an expression's value: its type, whether it is a whole number, whether reading it can matter.
#include <algorithm>
#include <bit>
#include <cmath>

#include "base/text.h"
#include "script/compile/body.h"
#include "script/syntax/walk.h"

namespace qodly::script::compile {

using namespace syntax;

namespace {

constexpr int widest = 62;  // bits: sums and products of such numbers fit 64 bits without overflow
constexpr int exact = 53;   // bits that a real keeps: dividing gives what dividing reals would

bool isMinusZero(double number) { return number == 0 && std::signbit(number); }

bool writes(const vm::Signature& signature) {
  return std::ranges::any_of(signature.parameters,
                             [](const vm::Parameter& each) { return each.passing != vm::Passing::in; });
}

bool isComparison(BinaryOperator op) { return op >= BinaryOperator::less && op <= BinaryOperator::notEqual; }

}  // namespace

struct Body::TypeReader {
  Body& body;

  template <class Other>
  Static operator()(const Other&) const {
    return Static::any;
  }
  Static operator()(const NumberLiteral&) const { return Static::real; }
  Static operator()(const TextLiteral&) const { return Static::text; }
  Static operator()(const DateLiteral&) const { return Static::date; }
  Static operator()(const TimeLiteral&) const { return Static::time; }
  Static operator()(const BooleanLiteral&) const { return Static::boolean; }
  Static operator()(const NullLiteral&) const { return Static::null; }
  Static operator()(const UndefinedLiteral&) const { return Static::undefined; }
  Static operator()(const ObjectLiteral&) const { return Static::object; }
  Static operator()(const CollectionLiteral&) const { return Static::collection; }
  Static operator()(const Formula&) const { return Static::object; }
  Static operator()(const AddressOf&) const { return Static::any; }
  Static operator()(const Name& node) const {
    if (const Variable* variable = body.scope_.find(node)) return variable->staticType();
    if (node.kind != NameKind::constant) return Static::any;
    const auto value = body.context_.environment.constant(node.canonical);
    if (!value) return Static::any;
    return value->isNumber() ? Static::real : value->isText() ? Static::text : Static::any;
  }
  Static operator()(const ParameterNumber& node) const {
    const Variable* variable = body.scope_.parameter(node.number);
    return variable == nullptr ? Static::any : variable->staticType();
  }
  Static operator()(const Unary& node) const {
    return isNumeric(body.typeOf(*node.operand)) ? Static::real : Static::any;
  }
  Static operator()(const Ternary& node) const {
    return common(body.typeOf(*node.whenTrue), body.typeOf(*node.whenFalse));
  }
  Static operator()(const CharacterAt& node) const {
    return body.typeOf(*node.text) == Static::text ? Static::text : Static::any;
  }
  Static operator()(const Binary& node) const { return body.typeOfBinary(node); }
  Static operator()(const Call& node) const {
    return body.isOwnCall(node) ? staticOf(body.scope_.resultType().word) : Static::any;
  }
};

// A method that calls itself: running code stays with the version it began with, so its types are known.
bool Body::isOwnCall(const Call& node) {
  const auto* name = std::get_if<Name>(&node.callee->node);
  return name != nullptr && name->kind == NameKind::method && code_.kind == CodeKind::method && scope_.hasResult() &&
         equalsIgnoringAsciiCase(name->canonical, code_.name);
}

Static Body::typeOf(const Expression& node) {
  const auto known = types_.find(&node);
  if (known != types_.end()) return known->second;
  const Static type = std::visit(TypeReader{*this}, node.node);
  types_.emplace(&node, type);
  return type;
}

Static Body::typeOfBinary(const Binary& node) {
  if (isComparison(node.op)) return Static::boolean;
  const Static left = typeOf(*node.left);
  const Static right = typeOf(*node.right);
  const bool numbers = isNumeric(left) && isNumeric(right);
  switch (node.op) {
    case BinaryOperator::logicalAnd:
    case BinaryOperator::logicalOr:
      return common(left, right);
    case BinaryOperator::add:
      if (left == Static::text && right == Static::text) return Static::text;
      if (left == Static::date && isNumeric(right)) return Static::date;
      if (left == Static::time && right == Static::time) return Static::time;
      break;
    case BinaryOperator::subtract:
      if (left == Static::date)
        return right == Static::date ? Static::real : isNumeric(right) ? Static::date : Static::any;
      if (left == Static::time && right == Static::time) return Static::time;
      break;
    case BinaryOperator::multiply:
      if (left == Static::text && isNumeric(right)) return Static::text;
      break;
    case BinaryOperator::divide:
    case BinaryOperator::integerDivide:
    case BinaryOperator::modulo:
    case BinaryOperator::power:
      break;
    case BinaryOperator::bitTest:
      return numbers ? Static::boolean : Static::any;
    case BinaryOperator::bitAnd:
    case BinaryOperator::bitOr:
      if (left == Static::boolean && right == Static::boolean) return Static::boolean;
      return numbers ? Static::integer : Static::any;
    case BinaryOperator::bitXor:
    case BinaryOperator::shiftLeft:
    case BinaryOperator::shiftRight:
    case BinaryOperator::bitSet:
    case BinaryOperator::bitClear:
      return numbers ? Static::integer : Static::any;
    default:
      return Static::any;
  }
  return numbers ? Static::real : Static::any;
}

int Body::wideBits(const Expression& node) {
  const auto known = bits_.find(&node);
  if (known != bits_.end()) return known->second;
  int bits = 0;
  if (const Variable* variable = localOf(node)) {
    bits = variable->staticType() == Static::integer ? 32 : 0;
  } else if (const auto number = numberOf(node)) {
    const bool whole = std::trunc(*number) == *number && std::abs(*number) <= INT32_MAX && !isMinusZero(*number);
    bits = whole ? std::bit_width(static_cast<std::uint32_t>(std::abs(*number))) + 1 : 0;
  } else if (std::holds_alternative<Call>(node.node)) {
    bits = typeOf(node) == Static::integer ? 32 : 0;
  } else if (const auto* unary = std::get_if<Unary>(&node.node)) {
    const int inner = unary->op == UnaryOperator::minus ? wideBits(*unary->operand) : 0;
    bits = inner > 0 ? inner + 1 : 0;
  } else if (const auto* binary = std::get_if<Binary>(&node.node)) {
    bits = binaryBits(*binary);
  }
  if (bits > widest) bits = 0;
  bits_.emplace(&node, bits);
  return bits;
}

int Body::binaryBits(const Binary& node) {
  if (node.op > BinaryOperator::shiftRight && node.op < BinaryOperator::bitAnd) return 0;
  const int right = wideBits(*node.right);
  const int left = right == 0 ? 0 : wideBits(*node.left);
  if (left == 0) return 0;
  switch (node.op) {
    case BinaryOperator::add:
    case BinaryOperator::subtract:
      return std::max(left, right) + 1;
    case BinaryOperator::multiply:
      return left + right;
    case BinaryOperator::integerDivide:
      return left <= exact && right <= exact ? left : 0;
    case BinaryOperator::modulo:
      return left <= exact && right <= exact ? std::min(left, right) : 0;
    case BinaryOperator::bitAnd:
    case BinaryOperator::bitOr:
    case BinaryOperator::bitXor:
    case BinaryOperator::shiftLeft:
    case BinaryOperator::shiftRight:
      return left <= 32 && right <= 32 ? 32 : 0;
    default:
      return 0;
  }
}

// A command inside it writes a variable that is its argument.
bool Body::writesVariables(const Expression& node) {
  const auto* call = std::get_if<Call>(&node.node);
  const auto* name = call == nullptr ? nullptr : std::get_if<Name>(&call->callee->node);
  if (name != nullptr && name->kind == NameKind::command) {
    const auto command = context_.environment.command(name->canonical);
    if (command && writes(context_.environment.commandSignature(*command))) return true;
  }
  bool found = false;
  forEachPart(
      node, [&](const Expression& each) { found = found || writesVariables(each); }, [](const Statement&) {});
  return found;
}

// Evaluating it cannot fail and changes nothing, so nobody can tell whether it was done.
bool Body::isHarmless(const Expression& node) {
  if (localOf(node) != nullptr || std::holds_alternative<This>(node.node)) return true;
  if (const auto* binary = std::get_if<Binary>(&node.node)) {
    const Static left = typeOf(*binary->left);
    const Static right = typeOf(*binary->right);
    const bool equality = binary->op == BinaryOperator::equal || binary->op == BinaryOperator::notEqual;
    const bool ordering = isComparison(binary->op) && !equality &&
                          (left == right || (isNumeric(left) && isNumeric(right))) && left >= Static::boolean &&
                          left <= Static::time;
    const bool logic = (binary->op == BinaryOperator::bitAnd || binary->op == BinaryOperator::bitOr) &&
                       left == Static::boolean && right == Static::boolean;
    return (equality || ordering || logic) && isHarmless(*binary->left) && isHarmless(*binary->right);
  }
  return constantOf(node).has_value() || std::holds_alternative<NullLiteral>(node.node) ||
         std::holds_alternative<UndefinedLiteral>(node.node);
}

}  // namespace qodly::script::compile
