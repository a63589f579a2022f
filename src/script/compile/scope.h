// The variables of one body (language.md 4, 11.1, 12, 13, 32): found before any code is written, because `var` counts
// for the whole body wherever it stands, and because a variable whose address is taken lives in a reference cell.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "script/compile/emitter.h"
#include "script/compile/environment.h"
#include "script/compile/static_type.h"
#include "script/syntax/names.h"

namespace qodly::script::compile {

struct Variable {
  std::string name;
  bool dollar = false;
  Register reg = 0;
  DeclaredType type;
  bool inCell = false;   // its register holds a reference cell
  bool isArray = false;  // an ARRAY command of this body makes it an array
  bool isParameter = false;

  Static staticType() const { return staticOf(type.word); }
};

// Lives while its body is compiled.
class Scope {
 public:
  Scope(const syntax::Tree& tree, const Environment& environment) : tree_(tree), environment_(environment) {}

  void readFunction(const syntax::Function& function);
  // `outer`: the body that the formula stands in, nullptr for a text.
  void readFormula(const syntax::Formula& formula, Scope* outer);

  // Every variable of this body that lives in a cell.
  std::vector<Variable*> cells();
  // Gives every variable its register and describes them in `code`.
  void assignRegisters(Emitter& emitter, Code& code);

  // nullptr: no variable of this body (a method or process variable of which nothing is known).
  Variable* find(const syntax::Name& name);
  Variable* find(const syntax::DeclaredName& name);  // kinds local and dollarLocal
  Variable* parameter(std::uint32_t number);         // $1...: nullptr far out (see readFunction); $0: the result
  Variable* result() { return result_; }             // nullptr when the body has no return variable

  const DeclaredType& resultType() const { return resultType_; }
  bool hasResult() const { return hasResult_; }
  bool usesArguments() const { return usesArguments_; }
  // Some command of the body writes its arguments: locals may change in the middle of an expression.
  bool writesArguments() const { return writesArguments_; }
  bool isFormula() const { return isFormula_; }
  bool assignsProcess(std::string_view name) const { return processNames_.contains(syntax::foldName(name)); }
  const DeclaredType& variadicType() const { return variadicType_; }
  std::uint32_t boxedParameters() const;
  const std::vector<std::pair<Register, Value>>& initial() const { return initial_; }

  static std::string key(std::string_view name, bool dollar);

 private:
  friend class ScopeReader;
  Variable& add(std::string key, std::string_view name, bool dollar);
  Variable* lookUp(const std::string& key);
  Variable* capture(const std::string& key);

  const syntax::Tree& tree_;
  const Environment& environment_;
  Scope* outer_ = nullptr;
  bool isFormula_ = false;
  std::deque<Variable> variables_;     // stable addresses
  std::vector<Variable*> parameters_;  // [0] is $1
  std::vector<Variable*> captured_;
  std::vector<Variable*> captureSources_;  // variables of outer_
  std::vector<Variable*> locals_;
  Variable* result_ = nullptr;
  DeclaredType resultType_;
  bool hasResult_ = false;
  bool usesArguments_ = false;
  bool writesArguments_ = false;
  DeclaredType variadicType_;
  std::unordered_map<std::string, Variable*> byKey_;
  std::unordered_set<std::string> processNames_;  // process variables that the body assigns
  std::vector<std::pair<Register, Value>> initial_;
};

DeclaredType declaredType(const syntax::TypeRef& type);
// The type that `var x = value` gives x (language.md 4); variant when nothing can be inferred.
DeclaredType inferredType(const syntax::Expression& value);

}  // namespace qodly::script::compile
