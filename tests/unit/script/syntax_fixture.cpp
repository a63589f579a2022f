// Expressions with all their parentheses: how a test sees grouping.
#include "tests/unit/script/syntax_fixture.h"

namespace qodly::script::syntax::test {

namespace {

constexpr std::string_view signs[] = {"^",  "*", "/",  "\\", "%",  "*+", "*|", "+", "-",  "<<", ">>", "?+", "?-",
                                      "??", "<", "<=", ">",  ">=", "==", "!=", "&", "^|", "|",  "&&", "||"};

}  // namespace

std::string grouping(const Expression& expression) {
  if (const auto* binary = std::get_if<Binary>(&expression.node)) {
    return "(" + grouping(*binary->left) + std::string(signs[static_cast<std::size_t>(binary->op)]) +
           grouping(*binary->right) + ")";
  }
  if (const auto* unary = std::get_if<Unary>(&expression.node)) {
    return (unary->op == UnaryOperator::minus ? "-" : "+") + grouping(*unary->operand);
  }
  if (const auto* ternary = std::get_if<Ternary>(&expression.node)) {
    return "(" + grouping(*ternary->condition) + "?" + grouping(*ternary->whenTrue) + ":" +
           grouping(*ternary->whenFalse) + ")";
  }
  if (const auto* member = std::get_if<Member>(&expression.node)) {
    return grouping(*member->object) + "." + std::string(member->name);
  }
  if (const auto* number = std::get_if<NumberLiteral>(&expression.node)) return std::string(number->text);
  if (const auto* name = std::get_if<Name>(&expression.node)) return std::string(name->text);
  if (const auto* call = std::get_if<Call>(&expression.node)) return grouping(*call->callee) + "()";
  if (std::holds_alternative<NullLiteral>(expression.node)) return "null";
  return "?";
}

std::string grouping(std::string_view expression, Surface surface) {
  const Tree tree = parse(UnitKind::formula, "f", expression, surface, projectNames());
  if (tree.formula == nullptr || tree.formula->expression == nullptr) return "error: " + found(tree);
  return grouping(*tree.formula->expression);
}

}  // namespace qodly::script::syntax::test
