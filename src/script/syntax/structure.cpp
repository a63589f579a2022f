// One comparison a node kind; locals are matched one to one within a function.
#include "script/syntax/structure.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "script/syntax/deep_stack.h"
#include "script/syntax/names.h"

namespace qodly::script::syntax {

namespace {

class Comparison {
 public:
  bool same(const Tree& a, const Tree& b);

 private:
  bool same(const Function& a, const Function& b);
  bool same(const Property& a, const Property& b);
  bool same(const ClassMember& a, const ClassMember& b);
  bool same(const Parameter& a, const Parameter& b) {
    return local(a.name, a.dollar, b.name, b.dollar) && same(a.type, b.type);
  }
  bool same(const TypeRef& a, const TypeRef& b) const { return a.word == b.word && a.className == b.className; }
  bool same(const DeclaredName& a, const DeclaredName& b);
  bool same(const Expression& a, const Expression& b);
  bool same(const Statement& a, const Statement& b);
  bool same(const Expression* a, const Expression* b) { return (a == nullptr || b == nullptr) ? a == b : same(*a, *b); }
  bool same(const Statement* a, const Statement* b) { return (a == nullptr || b == nullptr) ? a == b : same(*a, *b); }
  bool same(const ObjectPair& a, const ObjectPair& b) { return a.key == b.key && same(a.value, b.value); }
  bool same(const SwitchCase& a, const SwitchCase& b) { return same(a.condition, b.condition) && same(a.body, b.body); }
  template <class T>
  bool same(std::span<const T> a, std::span<const T> b) {
    return std::ranges::equal(a, b, [this](const T& x, const T& y) { return same(x, y); });
  }

  // One a node kind; kinds without content are equal.
  template <class T>
  bool node(const T&, const T&) {
    return true;
  }
  bool node(const NumberLiteral& a, const NumberLiteral& b) { return a.value == b.value && a.integral == b.integral; }
  bool node(const TextLiteral& a, const TextLiteral& b) { return a.value == b.value; }
  bool node(const DateLiteral& a, const DateLiteral& b) { return a.value == b.value; }
  bool node(const TimeLiteral& a, const TimeLiteral& b) { return a.value == b.value; }
  bool node(const BooleanLiteral& a, const BooleanLiteral& b) { return a.value == b.value; }
  bool node(const Name& a, const Name& b);
  bool node(const ParameterNumber& a, const ParameterNumber& b) { return a.number == b.number; }
  bool node(const ParameterIndirect& a, const ParameterIndirect& b) { return same(a.number, b.number); }
  bool node(const ClassStore& a, const ClassStore& b) { return a.kind == b.kind; }
  bool node(const Unary& a, const Unary& b) { return a.op == b.op && same(a.operand, b.operand); }
  bool node(const Binary& a, const Binary& b) { return a.op == b.op && same(a.left, b.left) && same(a.right, b.right); }
  bool node(const Ternary& a, const Ternary& b) {
    return same(a.condition, b.condition) && same(a.whenTrue, b.whenTrue) && same(a.whenFalse, b.whenFalse);
  }
  bool node(const Member& a, const Member& b) { return a.name == b.name && same(a.object, b.object); }
  bool node(const Element& a, const Element& b) { return same(a.object, b.object) && same(a.index, b.index); }
  bool node(const CharacterAt& a, const CharacterAt& b) { return same(a.text, b.text) && same(a.index, b.index); }
  bool node(const BraceElement& a, const BraceElement& b) { return same(a.object, b.object) && same(a.index, b.index); }
  bool node(const Call& a, const Call& b) { return same(a.callee, b.callee) && same(a.arguments, b.arguments); }
  bool node(const OperatorArgument& a, const OperatorArgument& b) { return a.op == b.op; }
  bool node(const ObjectLiteral& a, const ObjectLiteral& b) { return same(a.pairs, b.pairs); }
  bool node(const CollectionLiteral& a, const CollectionLiteral& b) { return same(a.elements, b.elements); }
  bool node(const TryExpression& a, const TryExpression& b) { return same(a.operand, b.operand); }
  bool node(const Formula& a, const Formula& b) {
    return a.hasReturn == b.hasReturn && same(a.expression, b.expression) && same(a.assignment, b.assignment);
  }
  bool node(const AddressOf& a, const AddressOf& b) { return same(a.target, b.target); }
  bool node(const Dereference& a, const Dereference& b) { return same(a.pointer, b.pointer); }
  bool node(const TableReference& a, const TableReference& b) { return a.table == b.table && a.field == b.field; }

  bool node(const VariableDeclaration& a, const VariableDeclaration& b) {
    return same(a.names, b.names) && same(a.type, b.type) && same(a.initialiser, b.initialiser);
  }
  bool node(const MethodInterface& a, const MethodInterface& b) {
    return a.method == b.method && same(a.names, b.names) && same(a.type, b.type);
  }
  bool node(const Assignment& a, const Assignment& b) {
    return a.op == b.op && same(a.target, b.target) && same(a.value, b.value);
  }
  bool node(const ExpressionStatement& a, const ExpressionStatement& b) { return same(a.expression, b.expression); }
  bool node(const If& a, const If& b) {
    return a.hasElse == b.hasElse && same(a.condition, b.condition) && same(a.then, b.then) &&
           same(a.otherwise, b.otherwise);
  }
  bool node(const Switch& a, const Switch& b) {
    return a.hasElse == b.hasElse && same(a.cases, b.cases) && same(a.otherwise, b.otherwise);
  }
  bool node(const While& a, const While& b) { return same(a.condition, b.condition) && same(a.body, b.body); }
  bool node(const Repeat& a, const Repeat& b) { return same(a.body, b.body) && same(a.until, b.until); }
  bool node(const For& a, const For& b) {
    return same(a.counter, b.counter) && same(a.from, b.from) && same(a.to, b.to) && same(a.step, b.step) &&
           same(a.body, b.body);
  }
  bool node(const ForEach& a, const ForEach& b) {
    return a.conditionKind == b.conditionKind && same(a.item, b.item) && same(a.source, b.source) &&
           same(a.begin, b.begin) && same(a.end, b.end) && same(a.condition, b.condition) && same(a.body, b.body);
  }
  bool node(const Use& a, const Use& b) { return same(a.object, b.object) && same(a.body, b.body); }
  bool node(const Try& a, const Try& b) { return same(a.body, b.body) && same(a.handler, b.handler); }
  bool node(const Return& a, const Return& b) { return same(a.value, b.value); }
  bool node(const SqlBlock& a, const SqlBlock& b) { return a.text == b.text; }

  bool local(std::string_view a, bool dollarA, std::string_view b, bool dollarB);

  std::unordered_map<std::string, std::string> toB_, toA_;  // locals of the function being compared
};

bool Comparison::local(std::string_view a, bool dollarA, std::string_view b, bool dollarB) {
  std::string keyA = foldName(a), keyB = foldName(b);
  if (dollarA) keyA.insert(keyA.begin(), '$');
  if (dollarB) keyB.insert(keyB.begin(), '$');
  return toB_.try_emplace(keyA, keyB).first->second == keyB && toA_.try_emplace(keyB, keyA).first->second == keyA;
}

bool isLocal(NameKind kind) { return kind == NameKind::local || kind == NameKind::dollarLocal; }

bool Comparison::node(const Name& a, const Name& b) {
  if (isLocal(a.kind) && isLocal(b.kind)) {
    return a.declared == b.declared &&
           local(a.text, a.kind == NameKind::dollarLocal, b.text, b.kind == NameKind::dollarLocal);
  }
  if (a.kind != b.kind) return false;
  return a.canonical.empty() ? foldName(a.text) == foldName(b.text) : foldName(a.canonical) == foldName(b.canonical);
}

bool Comparison::same(const DeclaredName& a, const DeclaredName& b) {
  const auto kindOf = [](DeclaredName::Kind kind) {
    return kind == DeclaredName::Kind::dollarLocal ? DeclaredName::Kind::local : kind;
  };
  if (kindOf(a.kind) != kindOf(b.kind) || a.number != b.number) return false;
  if (kindOf(a.kind) != DeclaredName::Kind::local) return foldName(a.text) == foldName(b.text);
  return local(a.text, a.kind == DeclaredName::Kind::dollarLocal, b.text, b.kind == DeclaredName::Kind::dollarLocal);
}

bool Comparison::same(const Expression& a, const Expression& b) {
  return a.node.index() == b.node.index() && std::visit(
                                                 [&](const auto& x) {
                                                   using Node = std::remove_cvref_t<decltype(x)>;
                                                   return node(x, std::get<Node>(b.node));
                                                 },
                                                 a.node);
}

bool Comparison::same(const Statement& a, const Statement& b) {
  return a.node.index() == b.node.index() && std::visit(
                                                 [&](const auto& x) {
                                                   using Node = std::remove_cvref_t<decltype(x)>;
                                                   return node(x, std::get<Node>(b.node));
                                                 },
                                                 a.node);
}

bool Comparison::same(const Function& a, const Function& b) {
  toA_.clear();
  toB_.clear();
  return a.kind == b.kind && a.modifiers == b.modifiers && a.name == b.name && a.attribute == b.attribute &&
         a.hasHeader == b.hasHeader && same(a.parameters, b.parameters) && a.variadic == b.variadic &&
         same(a.variadicType, b.variadicType) && a.hasResult == b.hasResult && same(a.result, b.result) &&
         same(a.body, b.body);
}

bool Comparison::same(const Property& a, const Property& b) {
  toA_.clear();
  toB_.clear();
  const auto sameName = [](const DeclaredName& x, const DeclaredName& y) { return x.text == y.text; };
  return std::ranges::equal(a.names, b.names, sameName) && same(a.type, b.type) && same(a.initialiser, b.initialiser);
}

bool Comparison::same(const ClassMember& a, const ClassMember& b) {
  if (a.index() != b.index()) return false;
  if (const auto* function = std::get_if<const Function*>(&a)) return same(**function, *std::get<const Function*>(b));
  if (const auto* property = std::get_if<const Property*>(&a)) return same(**property, *std::get<const Property*>(b));
  const Alias& x = *std::get<const Alias*>(a);
  const Alias& y = *std::get<const Alias*>(b);
  return x.exposed == y.exposed && x.name == y.name && x.path == y.path;
}

bool Comparison::same(const Tree& a, const Tree& b) {
  if (a.kind != b.kind || a.attributesLine != b.attributesLine || a.extends != b.extends) return false;
  if ((a.function == nullptr) != (b.function == nullptr) || (a.formula == nullptr) != (b.formula == nullptr))
    return false;
  if (a.function != nullptr && !same(*a.function, *b.function)) return false;
  if (a.formula != nullptr && !node(*a.formula, *b.formula)) return false;
  return same(a.members, b.members);
}

}  // namespace

bool sameStructure(const Tree& a, const Tree& b) {
  bool same = false;
  onDeepStack(std::max(a.nesting, b.nesting), [&] { same = Comparison().same(a, b); });
  return same;
}

}  // namespace qodly::script::syntax
