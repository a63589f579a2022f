// Expressions: operators and their grouping, what follows an operand, arguments (language.md 5.3, 6.1, 29).
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "script/syntax/parser_state.h"

namespace qodly::script::syntax {

namespace {

struct OperatorRow {
  TokenKind token;
  BinaryOperator op;
  int level;  // language.md 6.1
};
constexpr auto operators = std::to_array<OperatorRow>({
    {TokenKind::caret, BinaryOperator::power, 13},
    {TokenKind::star, BinaryOperator::multiply, 12},
    {TokenKind::slash, BinaryOperator::divide, 12},
    {TokenKind::backslash, BinaryOperator::integerDivide, 12},
    {TokenKind::percent, BinaryOperator::modulo, 12},
    {TokenKind::starPlus, BinaryOperator::superimpose, 12},
    {TokenKind::starBar, BinaryOperator::verticalSuper, 12},
    {TokenKind::plus, BinaryOperator::add, 11},
    {TokenKind::minus, BinaryOperator::subtract, 11},
    {TokenKind::shiftLeft, BinaryOperator::shiftLeft, 10},
    {TokenKind::shiftRight, BinaryOperator::shiftRight, 10},
    {TokenKind::bitSet, BinaryOperator::bitSet, 10},
    {TokenKind::bitClear, BinaryOperator::bitClear, 10},
    {TokenKind::bitTest, BinaryOperator::bitTest, 10},
    {TokenKind::less, BinaryOperator::less, 9},
    {TokenKind::lessOrEqual, BinaryOperator::lessOrEqual, 9},
    {TokenKind::greater, BinaryOperator::greater, 9},
    {TokenKind::greaterOrEqual, BinaryOperator::greaterOrEqual, 9},
    {TokenKind::equalsEquals, BinaryOperator::equal, 8},  // .4qs
    {TokenKind::equals, BinaryOperator::equal, 8},        // .4dm
    {TokenKind::notEqual, BinaryOperator::notEqual, 8},
    {TokenKind::hash, BinaryOperator::notEqual, 8},
    {TokenKind::ampersand, BinaryOperator::bitAnd, 7},
    {TokenKind::caretBar, BinaryOperator::bitXor, 6},
    {TokenKind::bar, BinaryOperator::bitOr, 5},
    {TokenKind::doubleAmpersand, BinaryOperator::logicalAnd, 4},
    {TokenKind::doubleBar, BinaryOperator::logicalOr, 3},
});

const OperatorRow* rowOf(TokenKind kind) {
  const auto found = std::ranges::find(operators, kind, &OperatorRow::token);
  return found == operators.end() ? nullptr : &*found;
}

int levelOf(BinaryOperator op) { return std::ranges::find(operators, op, &OperatorRow::op)->level; }

// Whether `(...)` behind it is a call.
bool isCallable(const Expression& callee) {
  const auto& node = callee.node;
  return std::holds_alternative<Name>(node) || std::holds_alternative<Member>(node) ||
         std::holds_alternative<Element>(node) || std::holds_alternative<Call>(node) ||
         std::holds_alternative<Super>(node) || std::holds_alternative<Dereference>(node) ||
         std::holds_alternative<Formula>(node) || std::holds_alternative<BraceElement>(node) ||
         std::holds_alternative<ParameterNumber>(node) || std::holds_alternative<ParameterIndirect>(node) ||
         callee.parenthesised;
}

}  // namespace

// Counts how deep expressions nest; the one that goes too deep is an error.
class Parser::Nested {
 public:
  explicit Nested(Parser& parser) : parser_(parser) {
    if (++parser_.nesting_ > maximumNesting) {
      parser_.failAt(parser_.current().where, "nested-too-deep",
                     fmt::format("The expression nests deeper than {} levels.", maximumNesting));
    }
  }
  ~Nested() { --parser_.nesting_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

 private:
  Parser& parser_;
};

Expression* Parser::make(Expression::Node node, Position where, std::initializer_list<const Expression*> parts) {
  std::uint16_t height = 0;
  for (const Expression* part : parts) {
    if (part != nullptr) height = std::max(height, part->height);
  }
  if (height >= maximumHeight) {
    failAt(where, "expression-too-long",
           fmt::format("The expression chains more than {} operators or members.", maximumHeight));
    return placeholder();
  }
  Expression* made = tree_.arena.make(Expression{std::move(node), where, previousEnd(), 0, false});
  made->height = static_cast<std::uint16_t>(height + 1);
  tree_.nesting = std::max<std::uint32_t>(tree_.nesting, made->height);
  return made;
}

// Stands where an error left nothing.
Expression* Parser::placeholder() {
  return tree_.arena.make(Expression{UndefinedLiteral{}, current().where, current().where.offset, 1, false});
}

Expression* Parser::expression() {
  const Nested nested(*this);
  const Position where = current().where;
  Expression* left = fourD() && !options_.standardPrecedence ? leftToRight() : binary(0);
  if (!accept(TokenKind::question)) return left;
  const Expression* whenTrue = expression();
  expect(TokenKind::colon, "of the ternary '? :'");
  const Expression* whenFalse = expression();
  return make(Ternary{left, whenTrue, whenFalse}, where, {left, whenTrue, whenFalse});
}

// What the surface of the text knows as a binary operator.
std::optional<BinaryOperator> Parser::operatorAt(const Token& token) const {
  const OperatorRow* row = rowOf(token.kind);
  if (row == nullptr || token.kind == (fourD() ? TokenKind::equalsEquals : TokenKind::equals)) return std::nullopt;
  return row->op;
}

Expression* Parser::makeBinary(BinaryOperator op, Position where, const Expression* left, const Expression* right) {
  Expression* made = make(Binary{op, left, right, where}, left->where, {left, right});
  return made;
}

Expression* Parser::leftToRight() {
  Expression* left = unary();
  while (const auto op = operatorAt(current())) {
    const Position where = take().where;
    left = makeBinary(*op, where, left, unary());
  }
  return left;
}

// Operators of `lowest` level and above, by the table of 6.1. Only `^` groups to the right.
Expression* Parser::binary(int lowest) {
  Expression* left = unary();
  while (const auto op = operatorAt(current())) {
    const int level = levelOf(*op);
    if (level < lowest) break;
    const Position where = take().where;
    if (*op == BinaryOperator::power) {
      const Nested nested(*this);
      left = makeBinary(*op, where, left, binary(level));
    } else {
      left = makeBinary(*op, where, left, binary(level + 1));
    }
  }
  return left;
}

Expression* Parser::unary() {
  struct Prefix {
    TokenKind kind;
    Position where;
  };
  std::vector<Prefix> prefixes;
  while (is(TokenKind::minus) || is(TokenKind::plus) || is(TokenKind::arrow)) {
    const Token& token = take();
    prefixes.push_back({token.kind, token.where});
  }
  Expression* operand = postfix();
  for (std::size_t i = prefixes.size(); i-- > 0;) {
    const auto& [kind, where] = prefixes[i];
    if (kind == TokenKind::arrow) {
      operand = make(AddressOf{operand}, where, {operand});
    } else {
      const UnaryOperator op = kind == TokenKind::minus ? UnaryOperator::minus : UnaryOperator::plus;
      operand = make(Unary{op, operand}, where, {operand});
    }
  }
  return operand;
}

Expression* Parser::postfix() {
  Expression* left = primary();
  while (!panic_) {
    const Position where = left->where;
    switch (current().kind) {
      case TokenKind::dot: {
        ++at_;
        if (!is(TokenKind::word) || !current().afterDot) {
          fail("the name of a property behind '.'");
          return left;
        }
        const Token name = take();
        left = make(Member{left, name.text, name.where}, where, {left});
        break;
      }
      case TokenKind::leftBracket: {
        ++at_;
        const Expression* index = expression();
        expect(TokenKind::rightBracket);
        left = make(Element{left, index}, where, {left, index});
        break;
      }
      case TokenKind::leftDoubleBracket: {
        ++at_;
        const Expression* index = expression();
        if (expect(TokenKind::rightBracket, "(']]' closes '[[')"))
          expect(TokenKind::rightBracket, "(']]' closes '[[')");
        left = make(CharacterAt{left, index}, where, {left, index});
        break;
      }
      case TokenKind::leftBrace: {
        ++at_;
        const Expression* index = expression();
        expect(TokenKind::rightBrace);
        left = make(BraceElement{left, index}, where, {left, index});
        break;
      }
      case TokenKind::leftParen: {
        if (!isCallable(*left)) return left;
        if (NameUse* use = lastUse(left)) use->called = true;
        ++at_;
        const auto* name = std::get_if<Name>(&left->node);
        takesStatement_ = name != nullptr && equalsIgnoringAsciiCase(name->text, "APPLY TO SELECTION");
        const Expressions list = arguments(TokenKind::rightParen);
        const Expression* callee = left;
        left = make(Call{callee, list}, where, {callee});
        for (const Expression* each : list) {
          left->height = std::max(left->height, static_cast<std::uint16_t>(each->height + 1));
        }
        break;
      }
      case TokenKind::arrow: {
        ++at_;
        left = make(Dereference{left}, where, {left});
        if (is(TokenKind::word) && current().afterDot) {
          const Token name = take();
          left = make(Member{left, name.text, name.where}, where, {left});
        }
        break;
      }
      default:
        return left;
    }
  }
  return left;
}

// Up to and with the closing token.
Expressions Parser::arguments(TokenKind close) {
  const bool takesStatement = std::exchange(takesStatement_, false);
  std::vector<const Expression*> list;
  if (accept(close)) return {};
  do {
    list.push_back(close == TokenKind::rightParen ? argument() : expression());
    if (takesStatement && is(TokenKind::assign)) list.back() = assignedArgument(list.back());
  } while (acceptSeparator());
  if (!is(close)) {
    fail(fmt::format("'{}' or '{}'", fourD() ? ";" : ",", spelling(close)));
  } else {
    ++at_;
  }
  return tree_.arena.keep(list);
}

// A statement as argument is kept as a formula is.
Expression* Parser::assignedArgument(const Expression* target) {
  Formula content;
  const Position where = target->where;
  content.assignment = assignment(target, where);
  content.source = sourceBetween(where.offset, current().where.offset);
  Expression* made = make(content, where);
  made->height = static_cast<std::uint16_t>(target->height + 1);
  return made;
}

// An expression, or an operator where the argument's value would stand: `*`, `>` (5.3, 28).
Expression* Parser::argument() {
  const TokenKind next = ahead().kind;
  const bool alone = next == TokenKind::comma || next == TokenKind::semicolon || next == TokenKind::rightParen;
  const Token& token = current();
  if (alone && token.kind == TokenKind::star) {
    const Position where = take().where;
    return make(StarArgument{}, where);
  }
  if (const auto op = operatorAt(token); op && alone) {  // SORT ARRAY(a, >)
    const Position where = take().where;
    return make(OperatorArgument{*op}, where);
  }
  if (!fourD()) return expression();
  // `& [Table]Field=1`: how criteria of record commands are joined.
  if (next == TokenKind::tableReference &&
      (token.kind == TokenKind::ampersand || token.kind == TokenKind::bar || token.kind == TokenKind::hash)) {
    const Token sign = take();
    const Expression* criterion = expression();
    const UnaryOperator op = sign.kind == TokenKind::ampersand ? UnaryOperator::criterionAnd
                             : sign.kind == TokenKind::bar     ? UnaryOperator::criterionOr
                                                               : UnaryOperator::criterionExcept;
    return make(Unary{op, criterion}, sign.where, {criterion});
  }
  return expression();
}

}  // namespace qodly::script::syntax
