// Checking one body: first its variables and what they are given, then every expression and statement.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "query/syntax.h"
#include "script/check/knowledge.h"
#include "script/syntax/diagnostic.h"
#include "script/syntax/tree.h"

namespace qodly::script::check {

// Where all findings of a file go.
class Findings {
 public:
  explicit Findings(const syntax::Tree& tree) : tree_(tree) {}
  void warn(syntax::Position where, std::string_view code, std::string message) {
    add(syntax::Diagnostic::Level::warning, where, code, std::move(message));
  }
  void fail(syntax::Position where, std::string_view code, std::string message) {
    add(syntax::Diagnostic::Level::error, where, code, std::move(message));
  }
  syntax::Diagnostics take();

 private:
  void add(syntax::Diagnostic::Level level, syntax::Position where, std::string_view code, std::string message);
  const syntax::Tree& tree_;
  syntax::Diagnostics found_;
};

struct VariableFacts {
  std::string name;
  bool dollar = false;
  bool declared = false;
  bool isParameter = false;
  bool isResult = false;
  bool isMentioned = false;  // anywhere but in its declaration
  bool isAssigned = false;
  compile::DeclaredType declaredType;
  CheckType type;           // of the declaration, or of everything that is assigned
  bool isInferred = false;  // `type` comes from what is assigned
  bool isShared = false;    // everything assigned to it is a new shared object or collection
  syntax::Position where;
  syntax::Position firstUse;
};

class BodyCheck {
 public:
  // className: of the class that the body stands in, "" for methods.
  BodyCheck(const syntax::Tree& tree, const Knowledge& knowledge, std::string_view className, Findings& findings);
  void function(const syntax::Function& node);
  void initialiser(const syntax::Property& node);

 private:
  // --- variables.cpp
  void collect(const syntax::Function& node);
  void collectStatement(const syntax::Statement& node);
  void collectExpression(const syntax::Expression& node);
  void collectDeclaration(const syntax::VariableDeclaration& node);
  void collectCall(const syntax::Call& node);
  void assigned(const syntax::Expression* target, const syntax::Expression* value);
  void inferTypes();
  void reportVariables();
  void checkLength(std::string_view name, syntax::Position where);
  bool hidesBuiltIn(const VariableFacts& facts) const;
  VariableFacts* variable(const syntax::Name& name);
  VariableFacts& local(std::string_view name, bool dollar, syntax::Position where);

  // --- type_reader.cpp
  CheckType typeOf(const syntax::Expression& node);
  CheckType readType(const syntax::Expression& node);
  CheckType typeOfName(const syntax::Name& name);
  CheckType typeOfCall(const syntax::Call& node);
  CheckType typeOfBinary(const syntax::Binary& node);
  CheckType typeOfMember(const CheckType& object, std::string_view name);
  CheckType typeOfFunction(const CheckType& object, std::string_view name);
  struct TypeReader;

  // --- members.cpp
  void checkMember(const syntax::Expression& where, const syntax::Member& node, bool called);
  void checkFunctionCall(const syntax::Member& callee, const syntax::Call& node);
  bool hasMember(const CheckType& object, std::string_view name, bool called, std::vector<std::string_view>& known);
  const Header* functionOf(const CheckType& object, std::string_view name);
  static std::string_view rowsOf(const CheckType& object);
  void checkArguments(const Header& header, const syntax::Call& node, std::string_view title);
  void checkArguments(const vm::Signature& signature, const syntax::Call& node, std::string_view title);

  // --- queries.cpp
  void checkQuery(std::string_view function, const CheckType& object, const syntax::Call& node);
  void checkPath(const query::Path& path, const model::DataClass& first, syntax::Position where);

  // --- expressions.cpp
  void expression(const syntax::Expression& node);
  void checkName(const syntax::Expression& where, const syntax::Name& name, bool called);
  void checkCall(const syntax::Expression& where, const syntax::Call& node);
  void checkBinary(const syntax::Binary& node);
  void checkCondition(const syntax::Expression& node);
  bool mismatch(const CheckType& wanted, const syntax::Expression& value, bool parameter);
  struct ExpressionChecker;

  // --- statements.cpp
  bool block(syntax::Block statements);  // true: the end may be reached
  bool statement(const syntax::Statement& node);
  void assignment(const syntax::Assignment& node);
  void declaration(const syntax::VariableDeclaration& node);
  void sharedWrite(const syntax::Expression& target);
  struct Flow;

  const syntax::Tree& tree_;
  const Knowledge& knowledge_;
  std::string_view className_;
  Findings& findings_;
  const syntax::Function* function_ = nullptr;
  CheckType self_;
  std::unordered_map<std::string, VariableFacts> variables_;
  std::vector<std::pair<std::string, const syntax::Expression*>> given_;  // variable and a value it is assigned
  std::vector<std::pair<std::string, const syntax::Expression*>> items_;  // variable and what forEach gives it from
  std::unordered_map<const syntax::Expression*, CheckType> types_;
  bool usesResultNumber_ = false;  // $0
  bool settled_ = false;           // the variables' types are final: what is read may be remembered
  int useDepth_ = 0;
  int formulaDepth_ = 0;
  std::vector<bool> breaks_;  // of each loop around: whether it is left by break
};

}  // namespace qodly::script::check
