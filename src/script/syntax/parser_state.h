// The parser's inside, shared by its files. Not for others.
//
// Errors: fail() reports the first error of a logical line and moves to its end; every function called until then sees
// a line end, finds nothing it expects, and returns. So no function checks for errors of the ones it calls.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "script/syntax/keywords.h"
#include "script/syntax/lexer.h"
#include "script/syntax/parser.h"

namespace qodly::script::syntax {

enum class Construct : std::uint8_t {
  ifBlock,
  switchBlock,
  whileLoop,
  repeatLoop,
  forLoop,
  forEachLoop,
  useBlock,
  tryBlock
};

class Parser {
 public:
  Parser(Tree& tree, const Names& names, const ParseOptions& options);
  void run();

 private:
  // --- parser.cpp: tokens, errors, names
  const Token& current() const { return tokens_[at_]; }
  const Token& ahead(std::size_t count = 1) const { return tokens_[std::min(at_ + count, tokens_.size() - 1)]; }
  bool is(TokenKind kind) const { return current().kind == kind; }
  bool isSeparator() const { return is(TokenKind::comma) || is(TokenKind::semicolon); }
  bool accept(TokenKind kind);
  bool acceptSeparator();
  bool expect(TokenKind kind, std::string_view purpose = {});
  const Token& take() { return tokens_[at_++]; }  // never of endOfText or newline, except by line handling
  Keyword keyword() const { return keywordAt(0); }
  Keyword keywordAt(std::size_t count) const;
  bool adjacentWord(std::size_t count) const;
  void splitWord();
  void fail(std::string_view expected);
  void failAt(Position where, std::string_view code, std::string message);
  void report(Diagnostic::Level level, Position where, std::string_view code, std::string message);
  void endLine();
  void skipLine();
  void skipNewlines();
  std::uint32_t previousEnd() const { return at_ == 0 ? 0 : tokens_[at_ - 1].end; }
  bool fourD() const { return tree_.surface == Surface::fourD; }
  // Words without `$` that nothing declares or knows are process variables.
  bool sharesNames() const { return fourD() || options_.processVariables; }
  std::uint32_t nestingOfTokens() const;
  void parseUnit();
  void parseFormulaUnit();
  void settleDiagnostics();

  // --- parse_expression.cpp, parse_primary.cpp
  class Nested;
  Expression* expression();
  Expression* binary(int lowest);
  Expression* leftToRight();
  Expression* unary();
  Expression* postfix();
  Expression* primary();
  Expression* word();
  Expression* reservedWord(std::string_view lower, const Token& token);
  Expression* nullTest(const Token& token);
  Expression* joinedWords();
  Expression* formula(const Token& token);
  Formula formulaContent();
  Expression* collectionLiteral();
  Expression* objectLiteral();
  std::string_view objectKey();
  Expression* parenthesised();
  Expressions arguments(TokenKind close);
  Expression* argument();
  Expression* assignedArgument(const Expression* target);
  std::string_view sourceBetween(std::uint32_t from, std::uint32_t to);
  bool startsTableReference() const;
  Expression* make(Expression::Node node, Position where, std::initializer_list<const Expression*> parts = {});
  Expression* placeholder();
  std::optional<BinaryOperator> operatorAt(const Token& token) const;
  Expression* makeBinary(BinaryOperator op, Position where, const Expression* left, const Expression* right);

  // --- parse_statement.cpp, parse_structure.cpp
  Block block();
  const Statement* statement();
  const Statement* simpleStatement();
  const Statement* variableDeclaration();
  const Statement* directive(TypeWord type);
  const Statement* returnStatement();
  std::optional<AssignOperator> assignOperator() const;
  const Statement* assignment(const Expression* target, Position where);
  bool checkTarget(const Expression& target);
  void checkExpressionStatement(const Expression& expression);
  std::optional<DeclaredName> declaredName();
  const Statement* ifStatement();
  const Statement* switchStatement();
  const Statement* whileStatement();
  const Statement* repeatStatement();
  const Statement* forStatement();
  const Statement* forEachStatement();
  const Statement* useStatement();
  const Statement* tryStatement();
  const Expression* condition();
  const Expression* loopVariable();
  struct Open {
    Construct construct;
    Position where;
    bool elseAllowed = false;
    bool catchAllowed = false;
  };
  struct Closer {
    enum class Kind : std::uint8_t { none, end, otherwise, caseLine, until, handler };
    Kind kind = Kind::none;
    std::optional<Construct> construct;  // of an `end` with its word
    std::size_t tokens = 0;
  };
  Closer closer() const;
  bool accepts(const Open& open, const Closer& closer) const;
  bool closerIsExpected(const Closer& closer) const;
  bool opened(Construct construct, Position where);
  Position close();
  bool acceptCloser(Closer::Kind kind);
  Statement* makeStatement(Statement::Node node, Position where, Position closing);
  std::string_view openingWord(Construct construct) const;
  std::string closingWord(Construct construct) const;

  // --- parse_members.cpp
  void parseMethod();
  void parseClass();
  bool atExtendsLine() const;
  void extendsLine();
  void member(std::vector<ClassMember>& members);
  bool atMemberHeader() const;
  bool atPropertyLine() const;
  Modifiers modifiers();
  void functionName(Function& function);
  void signature(Function& function);
  void parameterList(Function& function);
  void resultSpec(Function& function);
  void declareParameter(const Parameter& parameter, bool dollar);
  void body(Function& function);
  const Property* propertyLine();
  const Alias* aliasLine(bool exposed, Position where);
  void checkModifiers(const Function& function);
  void checkDuplicates(const std::vector<ClassMember>& members);
  TypeRef typeRef();

  // --- parse_scope.cpp: which variable a name is, decided at the end of a body
  struct NameUse {
    Expression* node;
    const KnownName* known;
    bool dollar = false;
    bool called = false;
    bool assigned = false;
    bool wholeStatement = false;
  };
  void useName(Expression* node, const KnownName* known, bool dollar);
  NameUse* lastUse(const Expression* node);
  void declare(std::string_view name, bool dollar);
  void resolveNames();
  void resolve(const NameUse& use);
  std::string scopeKey(std::string_view name, bool dollar) const;

  Tree& tree_;
  const Names& names_;
  ParseOptions options_;
  std::vector<Token> tokens_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> suffixes_;
  std::size_t at_ = 0;
  bool panic_ = false;
  std::uint32_t nesting_ = 0;    // of expressions
  bool takesStatement_ = false;  // the call whose arguments come takes an assignment, too
  std::vector<Open> open_;       // structures around the current statement
  std::vector<NameUse> uses_;
  std::unordered_set<std::string> declared_;
  std::vector<Function*> functions_;
};

}  // namespace qodly::script::syntax
