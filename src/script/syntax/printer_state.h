// The printer's inside, shared by its files. Not for others.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "script/syntax/printer.h"

namespace qodly::script::syntax {

class Printer {
 public:
  Printer(const Tree& tree, Surface target, const Names& names)
      : tree_(tree), names_(names), target_(target), fourD_(target == Surface::fourD) {}
  Printed run();

 private:
  // printer.cpp: lines, comments, files and members
  void unit();
  void member(const ClassMember& member);
  void header(const Function& function);
  void signature(const Function& function);
  void parameter(const Parameter& parameter);
  void property(const Property& property);
  void alias(const Alias& alias);
  void type(const TypeRef& type);
  void write(std::string_view text) { out_ += text; }
  void startLine(Position where);
  void flushComments(std::uint32_t offset);
  void startComment(const Comment& comment);
  void blankLines(std::uint32_t line);
  void endLine(std::uint32_t offset);
  void breakBefore(Position where);
  void breakBeforeEnd(std::uint32_t end);
  void loss(Position where, std::string message);
  std::string_view separator() const { return fourD_ ? "; " : ", "; }

  // print_names.cpp: spelling of names, and of locals in the surface
  void collectLocals(const Function& function);
  void collectLocals(const Expression* expression);
  void chooseLocals();
  bool isTaken(const std::string& key) const;
  std::string localSpelling(std::string_view text, bool dollar) const;
  void name(const Name& name, Position where);
  void declaredName(const DeclaredName& name);
  std::string_view knownSpelling(NameSort sort, std::string_view canonical) const;
  class LocalCollector;

  // print_expression.cpp
  void expression(const Expression& expression);
  void grouped(const Expression& expression, bool parentheses);
  void operand(const Expression& expression);
  void number(const NumberLiteral& literal);
  void text(std::string_view value);
  void list(Expressions items, std::uint32_t end);
  void formula(const Formula& formula);
  bool needsParentheses(const Expression& child, BinaryOperator parent, bool right) const;
  void node(const NumberLiteral& literal, const Expression&) { number(literal); }
  void node(const TextLiteral& literal, const Expression&) { text(literal.value); }
  void node(const DateLiteral& literal, const Expression&);
  void node(const TimeLiteral& literal, const Expression&);
  void node(const BooleanLiteral& literal, const Expression&);
  void node(const NullLiteral&, const Expression&) { write(fourD_ ? "Null" : "null"); }
  void node(const UndefinedLiteral&, const Expression&) { write(fourD_ ? "Undefined" : "undefined"); }
  void node(const Name& printed, const Expression& whole) { name(printed, whole.where); }
  void node(const ParameterNumber& parameter, const Expression&);
  void node(const ParameterIndirect& parameter, const Expression&);
  void node(const This&, const Expression&) { write(fourD_ ? "This" : "this"); }
  void node(const Super&, const Expression&) { write(fourD_ ? "Super" : "super"); }
  void node(const ClassStore& store, const Expression&) { write(store.kind == ClassStore::Kind::user ? "cs" : "4D"); }
  void criterion(std::string_view sign, const Unary& unary);
  void node(const Unary& unary, const Expression&);
  void node(const Binary& binary, const Expression&);
  void node(const Ternary& ternary, const Expression&);
  void node(const Member& member, const Expression&);
  void node(const Element& element, const Expression&);
  void node(const CharacterAt& character, const Expression&);
  void node(const BraceElement& element, const Expression&);
  void node(const Call& call, const Expression& whole);
  void node(const StarArgument&, const Expression&) { write("*"); }
  void node(const OperatorArgument& argument, const Expression& whole);
  void node(const ObjectLiteral& literal, const Expression& whole);
  void node(const CollectionLiteral& literal, const Expression& whole);
  void node(const TryExpression& attempt, const Expression&);
  void node(const Formula& printed, const Expression&) { formula(printed); }
  void node(const AddressOf& address, const Expression&);
  void node(const Dereference& dereference, const Expression&);
  void node(const TableReference& reference, const Expression& whole);

  // print_statement.cpp
  void block(Block statements);
  void statement(const Statement& statement);
  void body(Block statements);
  void closing(std::string_view fourD, const Statement& whole);
  void divider(std::string_view word, Position where);
  void assignment(const Assignment& assignment);
  void node(const VariableDeclaration& declaration, const Statement& whole);
  void node(const MethodInterface& interface, const Statement& whole);
  void node(const Assignment& assigned, const Statement& whole);
  void node(const ExpressionStatement& call, const Statement& whole);
  void node(const If& structure, const Statement& whole);
  void node(const Switch& structure, const Statement& whole);
  void node(const While& structure, const Statement& whole);
  void node(const Repeat& structure, const Statement& whole);
  void node(const For& structure, const Statement& whole);
  void node(const ForEach& structure, const Statement& whole);
  void node(const Use& structure, const Statement& whole);
  void node(const Try& structure, const Statement& whole);
  void node(const Return& statement, const Statement& whole);
  void node(const Break&, const Statement& whole);
  void node(const Continue&, const Statement& whole);
  void node(const SqlBlock& block, const Statement& whole);

  const Tree& tree_;
  const Names& names_;
  Surface target_;
  bool fourD_;
  std::string out_;
  Diagnostics losses_;
  std::size_t indent_ = 0;
  std::size_t nextComment_ = 0;
  std::uint32_t line_ = 0;    // source line of what was printed last
  std::size_t brackets_ = 0;  // open in the current statement

  struct LocalName {
    std::string text;
    bool dollar = false;
    bool keepsDollar = false;
    std::string spelling;
  };
  std::vector<LocalName> localNames_;                        // in order of appearance
  std::unordered_map<std::string, std::size_t> localIndex_;  // by key: folded name, "$" before dollar names
  std::set<std::string> otherNames_;                         // folded: process variables of the function
};

}  // namespace qodly::script::syntax
