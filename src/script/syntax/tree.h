// The syntax tree of the language (language.md 5 and 28): one tree for both surfaces, QodlyScript (.4qs) and 4D (.4dm).
// The parser has already decided grouping (6.1 against 29), multi-word names, token suffixes and which names are
// variables of which scope; nothing behind the tree needs to know which surface a file was written in, except where
// Tree::surface says how new source text is read (formulas from strings).
//
// Nodes are plain structs in the tree's arena; pointers, spans and texts in them live as long as their Tree. A node is
// a position plus a variant: walk it with std::visit or std::get_if.
//
// Height: blocks and brackets nest at most `maximumNesting` deep, and no expression is higher than
// `maximumHeight` nodes (a chain a+b+c+... or a.b.c.d... is as high as it is long). A recursive walk is therefore
// bounded; one that must run on a small stack follows Binary::left and Member::object in a loop.
//
// Thread-safety: immutable after parsing; may be read from many threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/calendar.h"
#include "script/syntax/arena.h"
#include "script/syntax/diagnostic.h"

namespace qodly::script::syntax {

inline constexpr std::uint32_t maximumNesting = 512;  // language.md 11
inline constexpr std::uint32_t maximumHeight = 2048;

enum class Surface : std::uint8_t { qodlyScript, fourD };

struct Expression;
struct Statement;
using Expressions = std::span<const Expression* const>;
using Block = std::span<const Statement* const>;

// ---------------------------------------------------------------------------------------------------------------------
// Types and names

enum class TypeWord : std::uint8_t {
  none,  // no type written: variant
  text,
  real,
  integer,
  boolean,
  date,
  time,
  object,
  collection,
  picture,
  blob,
  variant,
  pointer,
  userClass,     // cs.Name
  builtInClass,  // 4D.Name
};

struct TypeRef {
  TypeWord word = TypeWord::none;
  std::string_view className;  // behind "cs." / "4D."; may contain dots (cs.Component.Name); "" for the words
  Position where;              // line 0 when no type is written
};

enum class NameKind : std::uint8_t {
  // A local variable or parameter: `$name` in .4dm, or a name declared in this body; in .4qs also every word that is
  // neither known nor declared (an implicit local, or a method that came into being after the file was parsed: look it
  // up again when it is not assigned in the body).
  local,
  // .4qs only: a local written `$name`. `$name` and `name` are two variables (language.md 4).
  dollarLocal,
  // .4dm: a word without `$` that is not known: process variable, or a method that came into being later.
  process,
  interprocess,  // <>name
  command,       // `canonical` is its QodlyScript name, or its 4D name when it has no other
  constant,      // `canonical` likewise
  method,        // a project method known at parse time; `canonical` is its name as the project spells it
  systemOk,      // the system variable OK
};

// A name in an expression, without `$` and `<>` and token suffix.
struct Name {
  std::string_view text;       // as written (case kept; variables match without regard to case)
  std::string_view canonical;  // command, constant, method: see NameKind; "" otherwise
  NameKind kind = NameKind::local;
  // A variable of this body that is declared by parameter, return variable, `var` or directive (language.md 24: the
  // checker warns about the others).
  bool declared = false;
  std::string_view token;  // ":C123", ":K1:2" of a command or constant that no table knows; "" otherwise
};

// ---------------------------------------------------------------------------------------------------------------------
// Expressions

enum class UnaryOperator : std::uint8_t {
  minus,
  plus,
  // Written before a criterion in arguments of record commands of the 4D surface (`QUERY([T]; & [T]F=1)`): parse only.
  criterionAnd,
  criterionOr,
  criterionExcept,
};

enum class BinaryOperator : std::uint8_t {
  power,           // ^
  multiply,        // *
  divide,          // /
  integerDivide,   // '\'
  modulo,          // % (number) or keyword search (text)
  superimpose,     // *+  (pictures)
  verticalSuper,   // *|  (pictures)
  add,             // +
  subtract,        // -
  shiftLeft,       // <<
  shiftRight,      // >>
  bitSet,          // ?+
  bitClear,        // ?-
  bitTest,         // ??
  less,            // <
  lessOrEqual,     // <=
  greater,         // >
  greaterOrEqual,  // >=
  equal,           // == (.4qs), = (.4dm)
  notEqual,        // !=, #
  bitAnd,          // &
  bitXor,          // ^|
  bitOr,           // |
  logicalAnd,      // && skips its right operand
  logicalOr,       // || skips its right operand
};

struct NumberLiteral {
  double value = 0;
  bool integral = false;  // written without point and exponent and inside the 32-bit range (hexadecimal: always)
  std::string_view text;  // as written: "0x0F00", "1.50"
};
struct TextLiteral {
  std::string_view value;  // escapes decoded
};
struct DateLiteral {
  Date value;
};
struct TimeLiteral {
  Duration value;
};
struct BooleanLiteral {
  bool value = false;
};
struct NullLiteral {};
struct UndefinedLiteral {};

struct ParameterNumber {  // $0 (result), $1...
  std::uint32_t number = 0;
};
struct ParameterIndirect {  // ${number}
  const Expression* number = nullptr;
};
struct This {};
struct Super {};  // super(...), super.f(...)
struct ClassStore {
  enum class Kind : std::uint8_t { user, builtIn };  // cs, 4D
  Kind kind = Kind::user;
};
struct Unary {
  UnaryOperator op = UnaryOperator::minus;
  const Expression* operand = nullptr;
};
struct Binary {
  BinaryOperator op = BinaryOperator::add;
  const Expression* left = nullptr;
  const Expression* right = nullptr;
  Position opPosition;
};
struct Ternary {
  const Expression* condition = nullptr;
  const Expression* whenTrue = nullptr;
  const Expression* whenFalse = nullptr;
};
struct Member {  // object.name
  const Expression* object = nullptr;
  std::string_view name;
  Position namePosition;
};
struct Element {  // object[index]: element of a collection, property by name, entity of a selection
  const Expression* object = nullptr;
  const Expression* index = nullptr;
};
struct CharacterAt {  // text[[index]]
  const Expression* text = nullptr;
  const Expression* index = nullptr;
};
struct BraceElement {  // value{index}: byte of a blob, element of an array; value{row}{column} nests
  const Expression* object = nullptr;
  const Expression* index = nullptr;
};
// callee(arguments). The callee decides: Name (command, method, local holding a function), Member (function of an
// object), Element (o["f"](1)), Super, anything else (a function value). A command or method named without
// parentheses stays a bare Name: it is called where its value or effect is wanted.
struct Call {
  const Expression* callee = nullptr;
  Expressions arguments;
};
struct StarArgument {};  // a bare `*` as argument
// A bare operator as argument: SORT ARRAY(a; >), QUERY([T]; [T]F; =; 1).
struct OperatorArgument {
  BinaryOperator op = BinaryOperator::greater;
};
struct ObjectPair {
  std::string_view key;
  Position where;
  const Expression* value = nullptr;
};
struct ObjectLiteral {  // a key may occur more than once: the last one wins
  std::span<const ObjectPair> pairs;
};
struct CollectionLiteral {
  Expressions elements;
};
struct TryExpression {  // try(expression)
  const Expression* operand = nullptr;
};
// formula(...): not evaluated where it stands. Exactly one of expression and assignment is set.
struct Formula {
  const Expression* expression = nullptr;
  const Statement* assignment = nullptr;
  bool hasReturn = false;   // written "return expression"
  std::string_view source;  // text between the parentheses, trimmed, token suffixes removed: f.source
};
struct AddressOf {  // ->target
  const Expression* target = nullptr;
};
struct Dereference {  // pointer->
  const Expression* pointer = nullptr;
};
struct TableReference {           // [Table], [Table:7], [Table]Field
  std::string_view table;         // as the model spells it when it is known
  std::string_view field;         // "" for the table itself
  std::uint32_t number = 0;       // of the table: token, else from the model; 0 unknown
  std::uint32_t fieldNumber = 0;  // from the token; 0 unknown
};

struct Expression {
  using Node =
      std::variant<NumberLiteral, TextLiteral, DateLiteral, TimeLiteral, BooleanLiteral, NullLiteral, UndefinedLiteral,
                   Name, ParameterNumber, ParameterIndirect, This, Super, ClassStore, Unary, Binary, Ternary, Member,
                   Element, CharacterAt, BraceElement, Call, StarArgument, OperatorArgument, ObjectLiteral,
                   CollectionLiteral, TryExpression, Formula, AddressOf, Dereference, TableReference>;
  Node node;
  Position where;              // first character; of a Binary, Member, Call...: of its leftmost part
  std::uint32_t end = 0;       // offset behind its last character
  std::uint16_t height = 1;    // at most maximumHeight
  bool parenthesised = false;  // written in parentheses; no meaning of its own
};

// ---------------------------------------------------------------------------------------------------------------------
// Statements

// What `var` and directives declare. In an interface directive of `Compiler_*` methods see MethodInterface.
struct DeclaredName {
  enum class Kind : std::uint8_t {
    local,         // name, $name of .4dm
    dollarLocal,   // $name of .4qs
    process,       // C_TEXT(name) or var name in .4dm
    interprocess,  // C_TEXT(<>name)
    parameter,     // $0, $1...: `number`
    variadic,      // ${n}: the nth and every further parameter: `number`
  };
  Kind kind = Kind::local;
  std::string_view text;  // without `$`, `<>`; "" for parameter and variadic
  std::uint32_t number = 0;
  Position where;
};
struct VariableDeclaration {
  std::span<const DeclaredName> names;  // exactly one when there is an initialiser
  TypeRef type;                         // none and an initialiser: inferred (language.md 4)
  const Expression* initialiser = nullptr;
  bool directive = false;  // written as C_XXX(...)
};
struct MethodInterface {  // C_TEXT(method; $0; $1): describes another method; no effect (language.md 32)
  std::string_view method;
  std::span<const DeclaredName> names;
  TypeRef type;
};
enum class AssignOperator : std::uint8_t { assign, add, subtract, multiply, divide };
struct Assignment {
  // One of Name, ParameterNumber, ParameterIndirect, Member, Element, CharacterAt, BraceElement, Dereference,
  // TableReference; CharacterAt and BraceElement in .4qs only with `assign`.
  const Expression* target = nullptr;
  AssignOperator op = AssignOperator::assign;
  const Expression* value = nullptr;
};
struct ExpressionStatement {  // a call; the value is dropped
  const Expression* expression = nullptr;
};
struct If {
  const Expression* condition = nullptr;
  Block then;
  Block otherwise;
  bool hasElse = false;
  Position elsePosition;
};
struct SwitchCase {
  const Expression* condition = nullptr;
  Position where;  // of the colon
  Block body;
};
struct Switch {
  std::span<const SwitchCase> cases;
  Block otherwise;
  bool hasElse = false;
  Position elsePosition;
};
struct While {
  const Expression* condition = nullptr;
  Block body;
};
struct Repeat {
  Block body;
  const Expression* until = nullptr;
};
struct For {
  const Expression* counter = nullptr;  // Name, ParameterNumber (or in .4dm any assignable expression)
  const Expression* from = nullptr;
  const Expression* to = nullptr;
  const Expression* step = nullptr;  // nullptr: 1
  Block body;
};
struct ForEach {
  enum class Condition : std::uint8_t { none, whileTrue, untilTrue };
  const Expression* item = nullptr;  // as For::counter
  const Expression* source = nullptr;
  const Expression* begin = nullptr;  // nullptr when not given
  const Expression* end = nullptr;
  Condition conditionKind = Condition::none;
  const Expression* condition = nullptr;
  Block body;
};
struct Use {
  const Expression* object = nullptr;
  Block body;
};
struct Try {
  Block body;
  Block handler;
  Position catchPosition;
};
struct Return {
  const Expression* value = nullptr;  // nullptr: plain return
};
struct Break {};
struct Continue {};
struct SqlBlock {  // Begin SQL ... End SQL: executing it is an error (language.md 35.1)
  std::string_view text;
};

struct Statement {
  using Node = std::variant<VariableDeclaration, MethodInterface, Assignment, ExpressionStatement, If, Switch, While,
                            Repeat, For, ForEach, Use, Try, Return, Break, Continue, SqlBlock>;
  Node node;
  Position where;
  Position closing;  // of the word that closes it (end, End if, until...); of the statement itself when it has none
  std::uint32_t end = 0;  // offset behind its last character
};

// ---------------------------------------------------------------------------------------------------------------------
// Functions, classes, files

struct Parameter {
  std::string_view name;  // without `$`
  bool dollar = false;    // .4qs: written with `$`, so that the variable is NameKind::dollarLocal
  TypeRef type;           // none: variant
  Position where;
};

struct Modifiers {
  bool exposed = false;
  bool local = false;
  bool shared = false;
  bool onHttpGet = false;
  bool singleton = false;
  bool session = false;
  bool server = false;  // accepted, no effect

  bool operator==(const Modifiers&) const = default;
};

enum class FunctionKind : std::uint8_t { method, constructor, function, getter, setter, query, orderBy, event };

// A project method, constructor or class function.
struct Function {
  FunctionKind kind = FunctionKind::method;
  Modifiers modifiers;
  std::string_view name;       // function or property; of an event: "restrict", "saving"...; "" for method, constructor
  std::string_view attribute;  // of an event at attribute level; "" otherwise
  bool hasHeader = true;       // false: a method without declare line
  std::span<const Parameter> parameters;
  bool variadic = false;
  TypeRef variadicType;
  Parameter result;        // name "" when there is no return variable; type none when nothing is declared
  bool hasResult = false;  // "-> r", "-> r : T" or ": T" is written
  Block body;
  Position where;               // of the first word of the header; of a method without header: of the text
  std::uint32_t bodyBegin = 0;  // offsets of the body's text: f.source
  std::uint32_t bodyEnd = 0;
  // Index into Tree::diagnostics of the first error in header or body. Such a function raises -20001 with that message
  // when it is called (language.md 37); what could be read of its body is there for completion only.
  std::optional<std::uint32_t> broken;
};

struct Property {  // property a, b : T  |  property a : T = expression
  std::span<const DeclaredName> names;
  TypeRef type;
  const Expression* initialiser = nullptr;
  Position where;
  std::uint32_t end = 0;
};

struct Alias {  // exposed alias name path.of.attributes
  bool exposed = false;
  std::string_view name;
  std::string_view path;
  Position where;
  std::uint32_t end = 0;
};

using ClassMember = std::variant<const Property*, const Function*, const Alias*>;

// A comment, kept for the printer. Sorted by position.
struct Comment {
  std::string_view text;  // with its marks
  Position where;
  std::uint32_t end = 0;
  bool ownLine = false;  // nothing but blanks stands before it on its line
  bool block = false;    // /* */
};

enum class UnitKind : std::uint8_t {
  method,  // project method, database method, trigger: `function`
  classFile,
  formula,  // text of formulaFromString, or an expression to be evaluated in a frame: `formula`
};

// One parsed file. Movable, not copyable.
struct Tree {
  std::string file;
  Surface surface = Surface::qodlyScript;
  UnitKind kind = UnitKind::method;
  std::unique_ptr<const std::string> text;  // the source as it was read: UTF-8, line ends LF, no byte-order mark
  std::vector<std::uint32_t> lineStarts;    // offset of each line
  Arena arena;                              // owns every node below

  std::string_view attributesLine;     // "//%attributes = {...}", "" when there is none
  const Function* function = nullptr;  // kind method
  std::string_view extends;            // kind classFile: name of the parent class, "" when there is none
  Position extendsPosition;
  std::span<const ClassMember> members;
  const Formula* formula = nullptr;  // kind formula; nullptr when it has errors

  std::span<const Comment> comments;
  Diagnostics diagnostics;  // sorted by position
  // Index into diagnostics of the first error outside every function (class header, property lines).
  std::optional<std::uint32_t> headerBroken;

  std::uint32_t lineOf(std::uint32_t offset) const;  // from 1
  // An upper bound of the depth of a recursive walk over structures, and over expressions: see deep_stack.h.
  std::uint32_t nesting = 0;
};

}  // namespace qodly::script::syntax
