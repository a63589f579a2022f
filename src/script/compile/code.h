// Compiled code: what compile() makes from a tree and the machine runs. See opcodes.def for the instructions.
//
// Registers of a running body (its frame):
//
//   0                               the receiver, `this`; null when there is none
//   1 .. parameters.size()          parameters, numbered ones ($1) included
//   .. + captures.size()            formulas: copies of outer variables
//   .. boxedEnd - 1                 variables that may hold boxed values
//   boxedEnd .. firstTemporary - 1  variables of unboxed types (integer, real, boolean, date, time)
//   firstTemporary ..               temporaries and call windows, in stack order
//
// boxedEnd is at least 1 and may lie inside the parameters when the last of them are unboxed; then it is lower than the
// first variable. At entry the machine copies `initial` (Values: an empty blob is boxed) into the variables behind
// parameters and captures; at the end it releases registers 0 .. boxedEnd - 1. Nothing else needs to be cleared:
// temporaries are used up by the instruction that reads them. When an error leaves the middle of a statement (to a
// catch part, or to the statement behind), the registers from HandlerRange::clearFrom or firstTemporary on are released
// by the machine.
//
// Thread-safety: immutable after compile(), but for the cache words, which are accessed atomically.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/syntax/tree.h"
#include "value/value.h"

namespace qodly::script::compile {

enum class Opcode : std::uint16_t {
#define OPCODE(name, shape, description) name,
#include "script/compile/opcodes.def"
#undef OPCODE
};

struct OpcodeRow {
  std::string_view name;
  std::string_view shape;
  std::string_view description;

  bool cached() const { return shape.ends_with('*'); }  // a cache word follows
};
const OpcodeRow& row(Opcode op);
std::size_t opcodeCount();

// One word of code: an instruction, or the cache word behind one.
struct Word {
  mutable std::uint64_t bits = 0;  // mutable for the cache words: access them through std::atomic_ref

  Opcode op() const { return static_cast<Opcode>(bits & 0xFFFF); }
  std::uint16_t a() const { return static_cast<std::uint16_t>(bits >> 16); }
  std::uint16_t b() const { return static_cast<std::uint16_t>(bits >> 32); }
  std::uint16_t c() const { return static_cast<std::uint16_t>(bits >> 48); }
  std::int16_t signedB() const { return static_cast<std::int16_t>(b()); }
  std::int16_t signedC() const { return static_cast<std::int16_t>(c()); }
  std::int32_t bx() const { return static_cast<std::int32_t>(bits >> 32); }

  static Word abc(Opcode op, std::uint16_t a, std::uint16_t b, std::uint16_t c) {
    return {static_cast<std::uint64_t>(op) | std::uint64_t{a} << 16 | std::uint64_t{b} << 32 | std::uint64_t{c} << 48};
  }
  static Word abx(Opcode op, std::uint16_t a, std::int32_t bx) {
    return {static_cast<std::uint64_t>(op) | std::uint64_t{a} << 16 |
            static_cast<std::uint64_t>(static_cast<std::uint32_t>(bx)) << 32};
  }
};

// A type as declared: TypeWord::none and variant are the same thing.
struct DeclaredType {
  syntax::TypeWord word = syntax::TypeWord::none;
  std::string className;  // behind cs. or 4D.

  bool isVariant() const { return word == syntax::TypeWord::none || word == syntax::TypeWord::variant; }
};
// The value of a declared variable before its first assignment (language.md 3): "" of text, 0, null, undefined...
Value defaultOf(syntax::TypeWord word);
// Values of that type never need releasing.
bool isUnboxed(syntax::TypeWord word);
// The code that type() gives: 2 for text, 38 for objects, 12 for variants...
std::int32_t typeCode(syntax::TypeWord word);

struct ParameterInfo {
  std::string name;  // without `$`; "" of a numbered parameter ($3) that has no name
  DeclaredType type;
  bool inCell = false;  // the body keeps it in a reference cell (it runs newCell at its start)
};

// A named local variable, for the debugger and for evaluating in a frame.
struct LocalInfo {
  std::string name;     // without `$`
  bool dollar = false;  // .4qs: written `$name`
  std::uint16_t reg = 0;
  DeclaredType type;
  bool inCell = false;  // the register holds a reference cell
};

// A formula's copy of a variable of the body around it: taken from register `from` of that body when newFormula runs
// (from the cell in it when inCell), given to the formula's register parameters.size() + 1 + place in the list.
struct Capture {
  std::string name;
  std::uint16_t from = 0;
  bool inCell = false;
};

// Words [begin, end) belong to one statement, structures inside it excepted: of overlapping entries the last that
// covers a word is the innermost. `resume`: where to go on when the statement fails and an error method says so.
struct StatementRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t resume = 0;
  std::uint32_t line = 0;
  std::uint16_t clearFrom = 0;  // temporaries of the statement: registers from here on are released; 0: firstTemporary
};

// Words [begin, end) are the body of a try; an error that leaves a word of it goes to `handler`. Of overlapping entries
// the last that covers a word is the innermost.
struct HandlerRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t handler = 0;
  bool expression = false;      // try(...): the code at `handler` gives undefined
  std::uint16_t useDepth = 0;   // uses of this body that stay open; deeper ones are given back
  std::uint16_t clearFrom = 0;  // registers from here on are released
};

struct LineEntry {  // from this word on, until the next entry
  std::uint32_t word = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct RaisedError {  // for the instruction `raise`
  int code = 0;
  std::string message;
};

enum class CodeKind : std::uint8_t {
  method,    // project method; also database methods and triggers
  function,  // class function; getters, setters, query, orderBy and event functions too
  constructor,
  initialiser,  // property lines with a value, run before the constructor
  formula,
};

struct Unit;

// One compiled body.
struct Code {
  CodeKind kind = CodeKind::method;
  // As traces and currentMethodName show it: "sendMail", "Invoice.total", "Invoice:constructor", "formula".
  std::string name;
  const Unit* unit = nullptr;  // owns this

  std::vector<Word> words;
  std::vector<Value> constants;                  // immutable: numbers, texts, dates
  std::vector<std::string> names;                // members, methods, variables, classes
  std::vector<std::vector<std::string>> shapes;  // names of object literals
  std::vector<RaisedError> raises;
  std::vector<const Code*> children;  // formulas

  std::vector<ParameterInfo> parameters;
  bool variadic = false;
  DeclaredType variadicType;  // of every argument behind `parameters`; variant: nothing is checked
  // Arguments behind `parameters` are looked at (${n}, countParameters, copyParameters, forwardMethod): keep them.
  bool usesArguments = false;
  DeclaredType result;  // the code converts to it before it returns
  bool hasResult = false;
  // A constructor gives its receiver whatever it returns.

  std::uint16_t boxedEnd = 1;
  std::uint16_t firstTemporary = 1;
  std::uint16_t registers = 1;  // highest register used + 1, call windows included (callees need more of their own)
  std::vector<Value> initial;   // of the registers from parameters.size() + captures.size() + 1 to firstTemporary - 1

  std::vector<Capture> captures;
  std::vector<LocalInfo> locals;
  std::vector<StatementRange> statements;  // by begin
  std::vector<HandlerRange> handlers;      // by begin
  std::vector<LineEntry> lines;            // by word

  std::string source;      // f.source: text of the body, of the formula
  std::uint32_t line = 0;  // of its header
  // The body has a syntax error: calling it raises -20001 with this message (file, line and column are in it).
  std::string broken;

  // Class functions
  syntax::Modifiers modifiers;
  syntax::FunctionKind function = syntax::FunctionKind::function;

  // The statement that covers the word; nullptr when none does.
  const StatementRange* statementAt(std::uint32_t word) const;
  const HandlerRange* handlerAt(std::uint32_t word) const;
  LineEntry lineAt(std::uint32_t word) const;  // line 0 when unknown
};

struct ClassFunction {
  std::string name;       // of function, property, or event ("restrict")
  std::string attribute;  // of an event at attribute level
  syntax::FunctionKind kind = syntax::FunctionKind::function;
  syntax::Modifiers modifiers;
  const Code* code = nullptr;
};

struct ClassProperty {
  std::string name;
  DeclaredType type;
};

struct ClassAlias {
  std::string name;
  std::string path;
  bool exposed = false;
};

// What a class file says.
struct ClassLayout {
  std::string name;
  std::string extends;                   // "" when it has no extends line
  std::vector<ClassFunction> functions;  // in source order, without the constructor
  std::vector<ClassProperty> properties;
  std::vector<ClassAlias> aliases;
  const Code* constructor = nullptr;
  const Code* initialiser = nullptr;       // nullptr when no property line has a value
  syntax::Modifiers constructorModifiers;  // shared, singleton, session
  std::string broken;                      // first error outside every function; "" when there is none
};

// Everything compiled from one file. Lives as long as any of its code is referred to.
struct Unit {
  std::string file;  // as given to the parser
  syntax::Surface surface = syntax::Surface::qodlyScript;
  syntax::UnitKind kind = syntax::UnitKind::method;
  std::string name;            // of the method or class; "" of a formula
  std::deque<Code> codes;      // all bodies: addresses are stable
  const Code* main = nullptr;  // of a method or formula
  ClassLayout layout;          // of a class file
};

}  // namespace qodly::script::compile
