// Finding the variables of a body: declarations, numbered parameters, names that are assigned, loop counters,
// addresses taken, arrays made.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "script/compile/scope.h"
#include "script/syntax/walk.h"

namespace qodly::script::compile {

using namespace syntax;

namespace {

// A value that is certainly a whole number, so that a counter which starts with it is an integer.
bool isWhole(const Expression& value) {
  if (const auto* number = std::get_if<NumberLiteral>(&value.node)) return number->integral;
  const auto* sign = std::get_if<Unary>(&value.node);
  return sign != nullptr && isWhole(*sign->operand);
}

std::uint32_t numberedParameter(const Expression& expression) {
  const auto* parameter = std::get_if<ParameterNumber>(&expression.node);
  return parameter == nullptr ? 0 : parameter->number;
}

}  // namespace

// One pass over a body. Names of formulas inside it belong to the formula.
class ScopeReader {
 public:
  ScopeReader(Scope& scope, bool inFormula) : scope_(scope), inFormula_(inFormula) {}

  void block(Block statements) {
    for (const Statement* each : statements) statement(*each);
  }

  void statement(const Statement& node) {
    std::visit([this](const auto& each) { this->visit(each); }, node.node);
    forEachPart(
        node, [this](const Expression& each) { expression(each); }, [this](const Statement& each) { statement(each); });
  }

  void expression(const Expression& node) {
    std::visit([this](const auto& each) { this->visit(each); }, node.node);
    if (std::holds_alternative<Formula>(node.node)) return;
    forEachPart(
        node, [this](const Expression& each) { expression(each); }, [this](const Statement& each) { statement(each); });
  }

  // Loop counters that nothing declares: after the whole body is known.
  void finish() {
    for (const Counter& each : counters_) {
      const std::string key = nameKey(*each.name);
      if (scope_.byKey_.contains(key)) continue;
      Variable& made = local(key, *each.name);
      const bool onlyCounter = !assigned_.contains(key) && std::ranges::all_of(counters_, [&](const Counter& other) {
        return nameKey(*other.name) != key || other.whole;
      });
      if (onlyCounter) made.type.word = TypeWord::integer;
    }
    for (const auto& [key, name] : assignments_) {
      if (!scope_.byKey_.contains(key)) local(key, *name);
    }
    for (const auto& [key, name] : addresses_) {
      if (Variable* found = scope_.lookUp(key)) {
        found->inCell = true;
      } else {
        local(key, *name).inCell = true;
      }
    }
    for (const std::uint32_t number : addressedParameters_) {
      if (Variable* found = scope_.parameter(number)) found->inCell = true;
    }
    for (const std::string& key : arrays_) {
      if (Variable* found = scope_.lookUp(key)) found->isArray = true;
    }
  }

  void needParameter(std::uint32_t number) {
    // `$30000` must not make thirty thousand registers: what is that far out is reached as ${n}.
    constexpr std::uint32_t mostNumbered = 128;
    if (number == 0) return needResult();
    while (number <= mostNumbered && scope_.parameters_.size() < number) {
      Variable& made = scope_.variables_.emplace_back();
      made.dollar = true;
      made.isParameter = true;
      scope_.parameters_.push_back(&made);
    }
    if (number > mostNumbered) scope_.usesArguments_ = true;
  }

 private:
  struct Counter {
    const Name* name;
    bool whole;
  };

  static std::string nameKey(const Name& name) { return Scope::key(name.text, name.kind == NameKind::dollarLocal); }
  static bool isLocal(const Name& name) { return name.kind == NameKind::local || name.kind == NameKind::dollarLocal; }
  static const Name* localName(const Expression* expression) {
    const auto* name = expression == nullptr ? nullptr : std::get_if<Name>(&expression->node);
    return name != nullptr && isLocal(*name) ? name : nullptr;
  }

  Variable& local(const std::string& key, const Name& name) {
    Variable& made = scope_.add(key, name.text, name.kind == NameKind::dollarLocal);
    scope_.locals_.push_back(&made);
    return made;
  }

  void needResult() {
    if (scope_.result_ != nullptr) return;
    Variable& made = scope_.variables_.emplace_back();
    made.name = "0";
    made.dollar = true;
    made.type = scope_.resultType_;
    scope_.locals_.push_back(&made);
    scope_.result_ = &made;
  }

  template <class Other>
  void visit(const Other&) {}

  void visit(const Name& name) {
    if (!isLocal(name)) return;
    if (inFormula_) scope_.lookUp(nameKey(name));  // captures it
  }

  void visit(const ParameterNumber& node) { needParameter(node.number); }
  void visit(const ParameterIndirect&) { scope_.usesArguments_ = true; }

  // A formula's names are copies of this body's variables; those of a formula in a formula come through it.
  void visit(const Formula& node) {
    if (!inFormula_) return;
    if (node.expression != nullptr) nestedNames(*node.expression);
    if (node.assignment != nullptr) nestedNames(*node.assignment);
  }

  template <class Node>
  void nestedNames(const Node& node) {
    if constexpr (std::is_same_v<Node, Expression>) {
      if (const auto* name = std::get_if<Name>(&node.node)) visit(*name);
    }
    forEachPart(
        node, [this](const Expression& each) { nestedNames(each); },
        [this](const Statement& each) { nestedNames(each); });
  }

  void visit(const VariableDeclaration& node) {
    const DeclaredType type = node.type.word == TypeWord::none && node.initialiser != nullptr
                                  ? inferredType(*node.initialiser)
                                  : declaredType(node.type);
    for (const DeclaredName& each : node.names) declare(each, type);
  }

  void declare(const DeclaredName& name, const DeclaredType& type) {
    switch (name.kind) {
      case DeclaredName::Kind::local:
      case DeclaredName::Kind::dollarLocal: {
        const bool dollar = name.kind == DeclaredName::Kind::dollarLocal;
        const std::string key = Scope::key(name.text, dollar);
        if (scope_.byKey_.contains(key)) return;  // declared again: the first counts
        Variable& made = scope_.add(key, name.text, dollar);
        made.type = type;
        scope_.locals_.push_back(&made);
        return;
      }
      case DeclaredName::Kind::parameter: {
        needParameter(name.number);
        Variable* found = scope_.parameter(name.number);
        if (found != nullptr && found->type.isVariant()) found->type = type;
        if (name.number == 0 && !scope_.hasResult_) {
          scope_.resultType_ = type;
          scope_.hasResult_ = true;
        }
        return;
      }
      case DeclaredName::Kind::variadic:
        scope_.variadicType_ = type;
        return;
      case DeclaredName::Kind::process:
      case DeclaredName::Kind::interprocess:
        return;
    }
  }

  void assigned(const Expression* target) {
    if (const Name* name = localName(target)) {
      const std::string key = nameKey(*name);
      assigned_.insert(key);
      assignments_.emplace_back(key, name);
      return;
    }
    if (target == nullptr) return;
    const auto* other = std::get_if<Name>(&target->node);
    if (other != nullptr && other->kind == NameKind::process) scope_.processNames_.insert(foldName(other->text));
    // A character or byte of a variable: the variable is written.
    if (const auto* character = std::get_if<CharacterAt>(&target->node)) assigned(character->text);
    if (const auto* brace = std::get_if<BraceElement>(&target->node)) assigned(brace->object);
  }

  void visit(const Assignment& node) { assigned(node.target); }
  void visit(const ForEach& node) { assigned(node.item); }
  void visit(const For& node) {
    if (localName(node.counter) == nullptr) return assigned(node.counter);
    if (const Name* name = localName(node.counter)) {
      counters_.push_back({name, isWhole(*node.from) && (node.step == nullptr || isWhole(*node.step))});
    }
  }

  void visit(const AddressOf& node) {
    if (const Name* name = localName(node.target)) addresses_.emplace_back(nameKey(*name), name);
    if (const std::uint32_t number = numberedParameter(*node.target)) addressedParameters_.push_back(number);
  }

  void visit(const Call& node) {
    const auto* callee = std::get_if<Name>(&node.callee->node);
    if (callee == nullptr || callee->kind != NameKind::command) return;
    command(*callee, node.arguments);
  }

  void command(const Name& callee, Expressions arguments) {
    if (callee.canonical.starts_with("ARRAY ") && !arguments.empty()) {
      if (const Name* name = localName(arguments[0])) arrays_.push_back(nameKey(*name));
      assigned(arguments[0]);
    }
    const auto index = scope_.environment_.command(callee.canonical);
    if (!index) return;
    const vm::Signature& signature = scope_.environment_.commandSignature(*index);
    for (std::size_t i = 0; i < arguments.size() && !signature.parameters.empty(); ++i) {
      if (i >= signature.parameters.size() && !signature.variadic) break;
      const auto& parameter = signature.parameters[std::min(i, signature.parameters.size() - 1)];
      if (parameter.passing == vm::Passing::in) continue;
      assigned(arguments[i]);
      scope_.writesArguments_ = true;
    }
  }

  Scope& scope_;
  bool inFormula_;
  std::unordered_set<std::string> assigned_;
  std::vector<std::pair<std::string, const Name*>> assignments_;
  std::vector<std::pair<std::string, const Name*>> addresses_;
  std::vector<std::uint32_t> addressedParameters_;
  std::vector<std::string> arrays_;
  std::vector<Counter> counters_;
};

void Scope::readFunction(const Function& function) {
  for (const Parameter& each : function.parameters) {
    Variable& made = add(key(each.name, each.dollar), each.name, each.dollar);
    made.type = declaredType(each.type);
    made.isParameter = true;
    parameters_.push_back(&made);
  }
  hasResult_ = function.hasResult;
  resultType_ = declaredType(function.result.type);
  if (!function.result.name.empty()) {
    Variable& made =
        add(key(function.result.name, function.result.dollar), function.result.name, function.result.dollar);
    made.type = resultType_;
    locals_.push_back(&made);
    result_ = &made;
  }
  usesArguments_ = function.variadic;
  variadicType_ = declaredType(function.variadicType);
  ScopeReader reader(*this, false);
  reader.block(function.body);
  reader.finish();
  for (Variable* each : parameters_) {
    if (each->name.empty() && each->type.isVariant()) each->type = variadicType_;
  }
  // `var $0 : T` may stand behind the first use of $0.
  if (result_ != nullptr && result_->type.isVariant()) result_->type = resultType_;
}

void Scope::readFormula(const Formula& formula, Scope* outer) {
  outer_ = outer;
  isFormula_ = true;
  ScopeReader reader(*this, true);
  if (formula.expression != nullptr) reader.expression(*formula.expression);
  if (formula.assignment != nullptr) reader.statement(*formula.assignment);
  reader.finish();
}

}  // namespace qodly::script::compile
