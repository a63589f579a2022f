#include "script/compile/fold.h"

#include <cmath>

namespace qodly::script::compile {

using namespace syntax;

namespace {

constexpr std::size_t longestText = 4096;  // of texts joined here; longer ones are joined when the code runs

struct Folder {
  const Environment& environment;

  std::optional<Value> fold(const Expression& node) const { return std::visit(*this, node.node); }

  template <class Other>
  std::optional<Value> operator()(const Other&) const {
    return std::nullopt;
  }
  std::optional<Value> operator()(const NumberLiteral& node) const { return Value::real(node.value); }
  std::optional<Value> operator()(const TextLiteral& node) const { return Value::text(node.value); }
  std::optional<Value> operator()(const DateLiteral& node) const { return Value::date(node.value); }
  std::optional<Value> operator()(const TimeLiteral& node) const { return Value::time(node.value); }
  std::optional<Value> operator()(const BooleanLiteral& node) const { return Value::boolean(node.value); }
  std::optional<Value> operator()(const NullLiteral&) const { return Value::null(); }
  std::optional<Value> operator()(const Name& node) const {
    if (node.kind != NameKind::constant) return std::nullopt;
    auto value = environment.constant(node.canonical);
    if (value && value->type() == Type::integer) return Value::real(value->asNumber());
    return value;
  }
  std::optional<Value> operator()(const Unary& node) const {
    const auto value = fold(*node.operand);
    if (!value || value->type() != Type::real) return std::nullopt;
    if (node.op == UnaryOperator::minus) return Value::real(-value->asReal());
    return node.op == UnaryOperator::plus ? value : std::nullopt;
  }
  std::optional<Value> operator()(const Binary& node) const {
    const auto right = fold(*node.right);  // first: of a long chain mostly the right end is no constant
    if (!right) return std::nullopt;
    const auto left = fold(*node.left);
    if (!left || left->type() != right->type()) return std::nullopt;
    if (left->type() == Type::real) return number(node.op, left->asReal(), right->asReal());
    if (left->isText() && node.op == BinaryOperator::add) return text(left->asText(), right->asText());
    return std::nullopt;
  }

  static std::optional<Value> number(BinaryOperator op, double left, double right) {
    double result = NAN;
    if (op == BinaryOperator::add) result = left + right;
    if (op == BinaryOperator::subtract) result = left - right;
    if (op == BinaryOperator::multiply) result = left * right;
    if (op == BinaryOperator::divide) result = left / right;
    if (!std::isfinite(result)) return std::nullopt;
    return Value::real(result);
  }

  static std::optional<Value> text(std::string_view left, std::string_view right) {
    if (left.size() + right.size() > longestText) return std::nullopt;
    return Value::text(std::string(left).append(right));
  }
};

}  // namespace

std::optional<Value> foldConstant(const Expression& node, const Environment& environment) {
  return Folder{environment}.fold(node);
}

}  // namespace qodly::script::compile
