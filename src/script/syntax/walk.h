// Walking a tree without knowing every kind of node: the parts of an expression and of a statement, in source order.
#pragma once

#include <type_traits>
#include <variant>

#include "script/syntax/tree.h"

namespace qodly::script::syntax {

template <class OnExpression, class OnStatement>
class PartVisitor {
 public:
  PartVisitor(OnExpression& onExpression, OnStatement& onStatement)
      : onExpression_(onExpression), onStatement_(onStatement) {}

  template <class Leaf>
  void operator()(const Leaf&) {}
  void operator()(const ParameterIndirect& node) { part(node.number); }
  void operator()(const Unary& node) { part(node.operand); }
  void operator()(const Binary& node) { part(node.left), part(node.right); }
  void operator()(const Ternary& node) { part(node.condition), part(node.whenTrue), part(node.whenFalse); }
  void operator()(const Member& node) { part(node.object); }
  void operator()(const Element& node) { part(node.object), part(node.index); }
  void operator()(const CharacterAt& node) { part(node.text), part(node.index); }
  void operator()(const BraceElement& node) { part(node.object), part(node.index); }
  void operator()(const Call& node) { part(node.callee), parts(node.arguments); }
  void operator()(const ObjectLiteral& node) {
    for (const ObjectPair& pair : node.pairs) part(pair.value);
  }
  void operator()(const CollectionLiteral& node) { parts(node.elements); }
  void operator()(const TryExpression& node) { part(node.operand); }
  void operator()(const Formula& node) {
    part(node.expression);
    if (node.assignment != nullptr) onStatement_(*node.assignment);
  }
  void operator()(const AddressOf& node) { part(node.target); }
  void operator()(const Dereference& node) { part(node.pointer); }

  void operator()(const VariableDeclaration& node) { part(node.initialiser); }
  void operator()(const Assignment& node) { part(node.target), part(node.value); }
  void operator()(const ExpressionStatement& node) { part(node.expression); }
  void operator()(const If& node) { part(node.condition), block(node.then), block(node.otherwise); }
  void operator()(const Switch& node) {
    for (const SwitchCase& each : node.cases) part(each.condition), block(each.body);
    block(node.otherwise);
  }
  void operator()(const While& node) { part(node.condition), block(node.body); }
  void operator()(const Repeat& node) { block(node.body), part(node.until); }
  void operator()(const For& node) {
    part(node.counter), part(node.from), part(node.to), part(node.step), block(node.body);
  }
  void operator()(const ForEach& node) {
    part(node.item), part(node.source), part(node.begin), part(node.end), part(node.condition), block(node.body);
  }
  void operator()(const Use& node) { part(node.object), block(node.body); }
  void operator()(const Try& node) { block(node.body), block(node.handler); }
  void operator()(const Return& node) { part(node.value); }

 private:
  void part(const Expression* expression) {
    if (expression != nullptr) onExpression_(*expression);
  }
  void parts(Expressions expressions) {
    for (const Expression* each : expressions) part(each);
  }
  void block(Block statements) {
    for (const Statement* each : statements) onStatement_(*each);
  }

  OnExpression& onExpression_;
  OnStatement& onStatement_;
};

// Calls the functions with each direct part of `node` (an Expression or a Statement), nothing deeper.
template <class Node, class OnExpression, class OnStatement>
void forEachPart(const Node& node, OnExpression&& onExpression, OnStatement&& onStatement) {
  std::visit(PartVisitor<std::remove_reference_t<OnExpression>, std::remove_reference_t<OnStatement>>(onExpression,
                                                                                                      onStatement),
             node.node);
}

}  // namespace qodly::script::syntax
