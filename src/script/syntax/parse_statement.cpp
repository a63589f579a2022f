// Statements without a body: declarations, assignments, calls, return (language.md 5.2, 28, 32).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/syntax/parser_state.h"

namespace qodly::script::syntax {

namespace {

struct AssignRow {
  TokenKind token;
  AssignOperator op;
};
constexpr auto assignments = std::to_array<AssignRow>({{TokenKind::assign, AssignOperator::assign},
                                                       {TokenKind::equals, AssignOperator::assign},
                                                       {TokenKind::addAssign, AssignOperator::add},
                                                       {TokenKind::subAssign, AssignOperator::subtract},
                                                       {TokenKind::mulAssign, AssignOperator::multiply},
                                                       {TokenKind::divAssign, AssignOperator::divide}});

}  // namespace

Statement* Parser::makeStatement(Statement::Node node, Position where, Position closing) {
  return tree_.arena.make(Statement{std::move(node), where, closing, previousEnd()});
}

// The assignment sign that stands here; `=` assigns in .4qs only.
std::optional<AssignOperator> Parser::assignOperator() const {
  if (is(TokenKind::equals) && fourD()) return std::nullopt;
  const auto found = std::ranges::find(assignments, current().kind, &AssignRow::token);
  if (found == assignments.end()) return std::nullopt;
  return found->op;
}

const Statement* Parser::statement() {
  const Token& token = current();
  const bool parenFollows = ahead().kind == TokenKind::leftParen;
  switch (keyword()) {
    case Keyword::ifWord:
      return ifStatement();
    case Keyword::whileWord:
      return whileStatement();
    case Keyword::repeatWord:
      return repeatStatement();
    case Keyword::forEachWord:
      return forEachStatement();
    case Keyword::forWord:
      return keywordAt(1) == Keyword::eachWord ? forEachStatement() : forStatement();
    case Keyword::varWord:
      return variableDeclaration();
    case Keyword::returnWord:
      return returnStatement();
    case Keyword::switchWord:
      if (!fourD()) return switchStatement();
      break;
    case Keyword::caseWord:
      if (fourD() && equalsIgnoringAsciiCase(ahead().text, "of")) return switchStatement();
      break;
    case Keyword::useWord:
      if (parenFollows || !fourD()) return useStatement();
      break;
    case Keyword::tryWord:
      if (!parenFollows) return tryStatement();
      break;
    case Keyword::breakWord:
      ++at_;
      return makeStatement(Break{}, token.where, token.where);
    case Keyword::continueWord:
      ++at_;
      return makeStatement(Continue{}, token.where, token.where);
    case Keyword::declareWord:
      if (parenFollows || ahead().kind == TokenKind::arrow || ahead().kind == TokenKind::colon) {
        failAt(token.where, "misplaced-declare", "The declare line must be the first line of code of a method.");
        return nullptr;
      }
      break;
    default:
      break;
  }
  if (token.kind == TokenKind::hash && keywordAt(1) == Keyword::declareWord) {
    failAt(token.where, "misplaced-declare", "The #DECLARE line must be the first line of code of a method.");
    return nullptr;
  }
  return simpleStatement();
}

const Statement* Parser::simpleStatement() {
  const Token token = current();
  if (token.kind == TokenKind::sql) {
    ++at_;
    return makeStatement(SqlBlock{token.text}, token.where, token.where);
  }
  if (token.kind == TokenKind::word && !token.afterDot && ahead().kind == TokenKind::leftParen) {
    if (const auto type = directiveTypeOf(token.text)) return directive(*type);
    // Under the name of another language, which the number tells: C_ENTIER LONG:C283(...).
    if (token.known != nullptr && token.hasSuffix) {
      if (const auto type = directiveTypeOf(token.known->canonical())) return directive(*type);
    }
  }
  const Expression* left = expression();
  if (assignOperator()) return assignment(left, token.where);
  if (panic_) return nullptr;
  if (NameUse* use = lastUse(left)) use->wholeStatement = true;
  if (!options_.anyExpressionStatement) checkExpressionStatement(*left);
  return makeStatement(ExpressionStatement{left}, token.where, token.where);
}

// What stands alone must be a call: an operator at its top is a slip of the pen (language.md 37).
void Parser::checkExpressionStatement(const Expression& expression) {
  const auto* binary = std::get_if<Binary>(&expression.node);
  if (binary != nullptr && !expression.parenthesised && binary->op == BinaryOperator::equal) {
    // The 4D surface makes the comparison and forgets it: code that was converted by hand relies on it.
    if (fourD()) {
      const bool call = std::holds_alternative<Call>(binary->right->node);
      return report(Diagnostic::Level::warning, binary->opPosition, "comparison-as-statement",
                    call ? "The call runs, what it returns is compared and forgotten; to assign, use ':='."
                         : "The values are compared and the result is forgotten; to assign, use ':='.");
    }
    return failAt(binary->opPosition, "unexpected-token", "Found a comparison as a statement; to assign, use '='.");
  }
  if (binary != nullptr || std::holds_alternative<Ternary>(expression.node) ||
      std::holds_alternative<Unary>(expression.node)) {
    failAt(expression.where, "unused-value",
           "Found an expression whose value is not used; expected a call or an assignment.");
  }
}

bool Parser::checkTarget(const Expression& target) {
  const auto& node = target.node;
  const auto* table = std::get_if<TableReference>(&node);
  const bool assignable = std::holds_alternative<Name>(node) || std::holds_alternative<ParameterNumber>(node) ||
                          std::holds_alternative<ParameterIndirect>(node) || std::holds_alternative<Member>(node) ||
                          std::holds_alternative<Element>(node) || std::holds_alternative<CharacterAt>(node) ||
                          std::holds_alternative<BraceElement>(node) || std::holds_alternative<Dereference>(node) ||
                          (table != nullptr && !table->field.empty());
  if (assignable && (fourD() || !target.parenthesised)) return true;  // ($f->):=1
  failAt(target.where, "not-assignable",
         "This cannot be assigned; expected a variable, a parameter, a property or an element.");
  return false;
}

const Statement* Parser::assignment(const Expression* target, Position where) {
  if (panic_ || !checkTarget(*target)) return nullptr;
  const AssignOperator op = *assignOperator();
  const bool part = std::holds_alternative<CharacterAt>(target->node) ||
                    (std::holds_alternative<BraceElement>(target->node) && !fourD());
  if (part && op != AssignOperator::assign) {
    fail(fourD() ? "':='" : "'='");
    return nullptr;
  }
  if (NameUse* use = lastUse(target)) use->assigned = true;
  ++at_;
  const Expression* value = expression();
  return makeStatement(Assignment{target, op, value}, where, where);
}

// A name where one is declared. Remembers it for the body.
std::optional<DeclaredName> Parser::declaredName() {
  splitWord();
  const Token token = current();
  DeclaredName name;
  name.where = token.where;
  name.text = token.text;
  switch (token.kind) {
    case TokenKind::word:
      if ((!fourD() && isReserved(keyword())) || token.text.find('$') != std::string_view::npos) break;
      name.kind = sharesNames() ? DeclaredName::Kind::process : DeclaredName::Kind::local;
      if (!sharesNames()) declare(token.text, false);
      ++at_;
      return name;
    case TokenKind::dollarName:
      name.kind = fourD() ? DeclaredName::Kind::local : DeclaredName::Kind::dollarLocal;
      declare(token.text, true);
      ++at_;
      return name;
    case TokenKind::interprocess:
      name.kind = DeclaredName::Kind::interprocess;
      ++at_;
      return name;
    case TokenKind::parameter:
      name.kind = DeclaredName::Kind::parameter;
      name.text = {};
      name.number = token.number;
      ++at_;
      return name;
    case TokenKind::parameterBrace: {
      name.kind = DeclaredName::Kind::variadic;
      name.text = {};
      ++at_;
      const Token number = current();
      if (!expect(TokenKind::number, "as in ${2}")) return std::nullopt;
      name.number = static_cast<std::uint32_t>(parseInteger(number.text).value_or(0));
      expect(TokenKind::rightBrace);
      return name;
    }
    default:
      break;
  }
  fail("the name of a variable");
  return std::nullopt;
}

const Statement* Parser::variableDeclaration() {
  const Position where = take().where;
  std::vector<DeclaredName> names;
  do {
    const auto name = declaredName();
    if (!name) return nullptr;
    if (name->kind == DeclaredName::Kind::variadic) {
      failAt(name->where, "unexpected-token",
             "Found '${n}'; expected the name of a variable, which a var line declares.");
      return nullptr;
    }
    names.push_back(*name);
  } while (acceptSeparator());

  VariableDeclaration declaration;
  if (accept(TokenKind::colon)) declaration.type = typeRef();
  const Token sign = current();
  if (accept(TokenKind::assign) || (!fourD() && accept(TokenKind::equals))) {
    if (names.size() > 1) {
      failAt(sign.where, "several-names",
             "Several variables cannot share one initial value; declare them on lines of their own.");
      return nullptr;
    }
    declaration.initialiser = expression();
  } else if (fourD() && sign.kind == TokenKind::equals) {
    fail("':='");
    return nullptr;
  }
  declaration.names = tree_.arena.keep(names);
  return makeStatement(declaration, where, where);
}

// C_TEXT($a; $b), and C_TEXT(method; $0; $1), which describes another method's interface (language.md 32).
const Statement* Parser::directive(TypeWord type) {
  const Token word = take();
  ++at_;  // (
  std::string_view method;
  if (is(TokenKind::word)) {
    const TokenKind second = ahead(2).kind;
    const bool describesParameters = ahead().kind != TokenKind::rightParen &&
                                     (second == TokenKind::parameter || second == TokenKind::parameterBrace);
    const KnownName* known = current().known;
    if (describesParameters || (known != nullptr && known->sort == NameSort::method)) {
      method = take().text;
      acceptSeparator();
    }
  } else if (is(TokenKind::number)) {  // C_STRING(length; ...)
    ++at_;
    acceptSeparator();
  }
  std::vector<DeclaredName> names;
  while (!is(TokenKind::rightParen) && !panic_) {
    if (const auto name = declaredName()) names.push_back(*name);
    if (!acceptSeparator()) break;
  }
  expect(TokenKind::rightParen);
  const TypeRef ref{type, {}, word.where};
  if (!method.empty())
    return makeStatement(MethodInterface{method, tree_.arena.keep(names), ref}, word.where, word.where);
  return makeStatement(VariableDeclaration{tree_.arena.keep(names), ref, nullptr, true}, word.where, word.where);
}

const Statement* Parser::returnStatement() {
  const Position where = take().where;
  const bool empty = is(TokenKind::newline) || is(TokenKind::endOfText);
  const Expression* value = empty ? nullptr : expression();
  return makeStatement(Return{value}, where, where);
}

}  // namespace qodly::script::syntax
