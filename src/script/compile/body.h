// Compiling one body. The rules that keep registers simple:
//
// - Every expression is written into a target register by its last instruction; what it needs on the way goes to
//   temporaries above. So a variable is changed only when its statement succeeds.
// - Variables are read where they are, without a copy. A temporary is read once, which uses it up.
// - A declared variable's register always holds its type; store() converts where that is not proven.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "script/compile/emitter.h"
#include "script/compile/environment.h"
#include "script/compile/scope.h"
#include "script/compile/static_type.h"

namespace qodly::script::compile {

// What all bodies of a file share while it is compiled.
struct UnitContext {
  const syntax::Tree& tree;
  const Environment& environment;
  Unit& unit;
};

// A value in a register: a variable's own (then it is only read), or a temporary.
struct Operand {
  Register reg = 0;
  Static type = Static::any;
};

// An assignable place whose parts have been evaluated once.
struct Location {
  enum class Kind : std::uint8_t {
    local,
    cell,
    process,
    interprocess,
    ok,
    argument,   // ${n}: `index` holds n
    member,     // object.name
    element,    // object[index]
    character,  // base[[index]]
    brace,      // base{index}
    pointed,    // object->
    none,       // cannot be assigned: raised already
  };
  Kind kind = Kind::none;
  Variable* variable = nullptr;              // local, cell
  std::string name;                          // process, interprocess, member
  Operand object;                            // member, element, pointed
  Operand index;                             // argument, element, character, brace
  const syntax::Expression* base = nullptr;  // character, brace
};

class Body {
 public:
  Body(UnitContext& context, Code& code, Body* outer, bool longJumps);

  // locksReceiver: a shared function of a shared class (language.md 14.9).
  void function(const syntax::Function& function, bool locksReceiver);
  void formula(const syntax::Formula& formula);
  void initialiser(const std::vector<const syntax::Property*>& properties);

  bool needsLongJumps() const { return emitter_.needsLongJumps(); }
  bool overflowed() const { return emitter_.overflowed(); }
  Emitter& emitter() { return emitter_; }

 private:
  // --- body_expression.cpp: values
  Operand operand(const syntax::Expression& node);                     // where it is, or in a temporary
  Static emit(const syntax::Expression& node, Register target);        // into the target
  Operand operandIn(const syntax::Expression& node, Register target);  // as operand(), the target if it is a temporary
  Static typeOf(const syntax::Expression& node);
  struct TypeReader;
  Static typeOfBinary(const syntax::Binary& node);
  Variable* localOf(const syntax::Expression& node);     // a variable in its own register
  Variable* variableOf(const syntax::Expression& node);  // also one in a cell
  void loadValue(const Value& value, Register target);
  std::optional<Value> constantOf(const syntax::Expression& node);  // folded at compile time
  std::optional<double> numberOf(const syntax::Expression& node);
  std::optional<std::int16_t> smallNumberOf(const syntax::Expression& node);
  void raise(int code, std::string message, Register target);

  struct ExpressionWriter;  // one function for each kind of node
  void emitName(const syntax::Expression& where, const syntax::Name& name, Register target);
  void emitVariable(Variable& variable, Register target);
  void emitMember(const syntax::Member& node, Register target);
  void emitElement(const syntax::Element& node, Register target);
  void emitTernary(const syntax::Ternary& node, Register target);
  void emitObject(const syntax::ObjectLiteral& node, Register target);
  void emitCollection(const syntax::CollectionLiteral& node, Register target);
  void emitTry(const syntax::TryExpression& node, Register target);
  void emitFormula(const syntax::Formula& node, Register target);
  void emitAddress(const syntax::AddressOf& node, Register target);
  void emitTable(const syntax::TableReference& node, Register target);

  // --- body_operators.cpp: arithmetic and comparison
  void emitUnary(const syntax::Unary& node, Register target);
  void emitBinary(const syntax::Expression& where, const syntax::Binary& node, Register target);
  bool emitRealArithmetic(const syntax::Binary& node, Register target);
  bool emitWithNumber(const syntax::Binary& node, Register target);
  void emitLogical(const syntax::Binary& node, Register target);
  void emitEquality(const syntax::Binary& node, Register target);
  void emitConcatenation(const syntax::Expression& where, Register target);
  // Whole-number arithmetic in 64 bits, for values that only a comparison, an index or an integer variable sees.
  int wideBits(const syntax::Expression& node);  // how many bits its value may need; 0: not possible
  int binaryBits(const syntax::Binary& node);
  bool isWhole(const syntax::Expression& node) { return wideBits(node) > 0; }
  Operand wideOperand(const syntax::Expression& node, Register target = 0);
  void emitWide(const syntax::Expression& node, Register target);
  void emitWhole(const syntax::Binary& node, Register target, bool checked);
  bool emitInteger(const syntax::Expression& node, Register target);  // a checked 32-bit result, when possible
  bool isOwnCall(const syntax::Call& node);
  bool writesVariables(const syntax::Expression& node);
  bool isHarmless(const syntax::Expression& node);  // cannot fail, has no effect
  Operand leftOperand(const syntax::Expression& left, const syntax::Expression& right, Register target);

  // --- body_conditions.cpp: jumping
  // Jumps to `target` when the condition is `sense`; falls through otherwise. truthy: by truthiness (&&, ||, ?:).
  void condition(const syntax::Expression& node, bool sense, Label& target, bool truthy = false);
  bool bothSides(const syntax::Binary& node, bool sense, Label& target);
  bool comparison(const syntax::Binary& node, bool sense, Label& target);
  bool booleanTest(const syntax::Binary& node, bool sense, Label& target);
  bool comparisonWithNumber(const syntax::Binary& node, bool sense, Label& target);
  bool wholeComparison(const syntax::Binary& node, bool sense, Label& target);
  bool realComparison(const syntax::Binary& node, bool sense, Label& target);
  bool missingTest(const syntax::Binary& node, bool sense, Label& target);

  // --- body_calls.cpp, body_commands.cpp
  Register window(Register target);
  void closeWindow(Register window, Register target);
  void emitArguments(syntax::Expressions arguments);
  void emitCall(const syntax::Expression& where, const syntax::Call& node, Register target);
  void emitNamedCall(const syntax::Expression& where, const syntax::Name& callee, syntax::Expressions arguments,
                     Register target);
  void emitMemberCall(const syntax::Member& callee, syntax::Expressions arguments, Register target);
  void emitElementCall(const syntax::Element& callee, syntax::Expressions arguments, Register target);
  void emitValueCall(const syntax::Expression& callee, syntax::Expressions arguments, Register target);
  void emitMethodCall(std::string_view method, syntax::Expressions arguments, Register target, bool own = false);
  void emitCommand(const syntax::Expression& where, const syntax::Name& callee, syntax::Expressions arguments,
                   Register target);
  void emitLibraryCall(std::uint32_t command, syntax::Expressions arguments, Register target);
  void withOwnText(std::uint32_t command, syntax::Expressions arguments, Register target);
  void storeArguments(std::vector<std::pair<std::size_t, Location>>& written, Register window, std::size_t count);
  struct SpecialCommands;  // commands that need more than a call

  // --- body_assign.cpp: locations
  Location locate(const syntax::Expression& target);
  Location locateElement(const syntax::Element& element);
  Location locateName(const syntax::Expression& where, const syntax::Name& name);
  void load(const Location& from, Register target);         // uses the location's temporaries up
  void loadKeeping(const Location& from, Register target);  // leaves them for a store that follows
  void store(const Location& to, Operand value);
  void storePart(const Location& part, Operand value);
  void assignLocal(Variable& variable, const syntax::Expression& value);
  void convertTo(Register target, Operand value, const DeclaredType& type);
  void assign(const syntax::Assignment& node);
  void compound(const syntax::Assignment& node);
  void compoundLocal(Variable& variable, const syntax::Assignment& node);
  bool appendInPlace(Variable& variable, const syntax::Expression& value);

  // --- body_statements.cpp, body_loops.cpp
  void block(syntax::Block statements);
  void statement(const syntax::Statement& node);
  struct StatementWriter;
  void declaration(const syntax::VariableDeclaration& node);
  void beginShared(const syntax::DeclaredName& name, syntax::TypeWord type);
  void ifStatement(const syntax::If& node);
  void switchStatement(const syntax::Switch& node);
  void whileLoop(const syntax::While& node);
  void repeatLoop(const syntax::Repeat& node);
  void forLoop(const syntax::For& node);
  void forTyped(const syntax::For& node, Variable& counter);
  bool mentions(const syntax::Expression& node, const Variable& variable);
  void forAny(const syntax::For& node);
  void forLimits(const syntax::For& node, Register limit);
  void forEachLoop(const syntax::ForEach& node);
  void forEachPasses(const syntax::ForEach& node, Register state, Label& exit);
  void useBlock(const syntax::Use& node);
  void tryBlock(const syntax::Try& node);
  void returnStatement(const syntax::Return& node);
  void leaveLoop(bool again);
  void drop(Register reg);  // a call statement's result

  void begin();
  void end();
  void returnResult();
  void leaveRegions(std::size_t downTo);

  // What break, continue and return have to leave.
  struct Region {
    enum class Kind : std::uint8_t { loop, attempt, use } kind;
    Label* leave = nullptr;  // loop: behind it
    Label* next = nullptr;   // loop: its next pass
  };

  UnitContext& context_;
  Code& code_;
  Body* outer_;
  Emitter emitter_;
  Scope scope_;
  std::vector<Region> regions_;
  std::uint16_t useDepth_ = 0;
  bool locked_ = false;  // a shared function: its whole body is in use(this)
  std::unordered_map<const syntax::Expression*, Static> types_;
  std::unordered_map<const syntax::Expression*, int> bits_;
  std::vector<Code*> formulas_;  // code_.children, until their captures are renumbered
};

}  // namespace qodly::script::compile
