// The variables of a body: which are declared, assigned, read, and what they hold.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "script/check/body_check.h"
#include "script/compile/scope.h"
#include "script/syntax/walk.h"

namespace qodly::script::check {

using namespace syntax;
using Kind = CheckType::Kind;

namespace {

constexpr std::size_t longestName = 31;  // language.md 4

std::string keyOf(const Name& name) { return compile::Scope::key(name.text, name.kind == NameKind::dollarLocal); }

bool isLocal(const Name& name) { return name.kind == NameKind::local || name.kind == NameKind::dollarLocal; }

std::size_t codePoints(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

// newSharedObject(...), newSharedCollection(...)
bool makesShared(const Expression& node) {
  const auto* call = std::get_if<Call>(&node.node);
  const auto* name = std::get_if<Name>(call == nullptr ? &node.node : &call->callee->node);
  return name != nullptr && (name->canonical == "newSharedObject" || name->canonical == "newSharedCollection");
}

}  // namespace

VariableFacts& BodyCheck::local(std::string_view name, bool dollar, Position where) {
  const auto [entry, isNew] = variables_.try_emplace(compile::Scope::key(name, dollar));
  if (isNew) {
    entry->second.name = std::string(name);
    entry->second.dollar = dollar;
    entry->second.where = where;
  }
  return entry->second;
}

VariableFacts* BodyCheck::variable(const Name& name) {
  if (!isLocal(name)) return nullptr;
  const auto found = variables_.find(keyOf(name));
  return found == variables_.end() ? nullptr : &found->second;
}

void BodyCheck::collect(const Function& node) {
  const auto declare = [this](const Parameter& each, bool isResult) {
    VariableFacts& facts = local(each.name, each.dollar, each.where);
    facts.declared = true;
    facts.isParameter = !isResult;
    facts.isResult = isResult;
    facts.declaredType = compile::declaredType(each.type);
    facts.type = knowledge_.typeOf(facts.declaredType);
    checkLength(each.name, each.where);
  };
  for (const Parameter& each : node.parameters) declare(each, false);
  if (!node.result.name.empty()) declare(node.result, true);
  for (const Statement* each : node.body) collectStatement(*each);
}

void BodyCheck::checkLength(std::string_view name, Position where) {
  if (name.size() <= longestName || codePoints(name) <= longestName) return;
  findings_.fail(
      where, "name-too-long",
      fmt::format("'{}' is longer than the {} characters that a variable's name may have.", name, longestName));
}

void BodyCheck::collectStatement(const Statement& node) {
  if (const auto* declaration = std::get_if<VariableDeclaration>(&node.node)) collectDeclaration(*declaration);
  if (const auto* assignment = std::get_if<Assignment>(&node.node)) {
    assigned(assignment->target, assignment->op == AssignOperator::assign ? assignment->value : nullptr);
  }
  if (const auto* loop = std::get_if<For>(&node.node)) assigned(loop->counter, nullptr);
  if (const auto* loop = std::get_if<ForEach>(&node.node)) {
    const auto* name = std::get_if<Name>(&loop->item->node);
    if (name != nullptr && isLocal(*name)) items_.emplace_back(keyOf(*name), loop->source);
    assigned(loop->item, loop->source);
  }
  forEachPart(
      node, [this](const Expression& each) { collectExpression(each); },
      [this](const Statement& each) { collectStatement(each); });
}

void BodyCheck::collectExpression(const Expression& node) {
  if (const auto* name = std::get_if<Name>(&node.node); name != nullptr && isLocal(*name)) {
    VariableFacts& facts = local(name->text, name->kind == NameKind::dollarLocal, node.where);
    facts.isMentioned = true;
    if (facts.firstUse.line == 0) facts.firstUse = node.where;
  }
  if (const auto* call = std::get_if<Call>(&node.node)) collectCall(*call);
  const auto* number = std::get_if<ParameterNumber>(&node.node);
  usesResultNumber_ = usesResultNumber_ || (number != nullptr && number->number == 0);
  if (const auto* address = std::get_if<AddressOf>(&node.node)) assigned(address->target, nullptr);
  forEachPart(
      node, [this](const Expression& each) { collectExpression(each); },
      [this](const Statement& each) { collectStatement(each); });
}

void BodyCheck::collectDeclaration(const VariableDeclaration& node) {
  const bool infers = node.type.word == TypeWord::none && node.initialiser != nullptr;
  const auto type = infers ? compile::inferredType(*node.initialiser) : compile::declaredType(node.type);
  for (const DeclaredName& each : node.names) {
    if (each.kind != DeclaredName::Kind::local && each.kind != DeclaredName::Kind::dollarLocal) continue;
    const bool dollar = each.kind == DeclaredName::Kind::dollarLocal;
    VariableFacts& facts = local(each.text, dollar, each.where);
    if (facts.declared && !(facts.declaredType.isVariant() && type.isVariant()) &&
        (facts.declaredType.word != type.word || facts.declaredType.className != type.className) &&
        !(infers && type.isVariant())) {
      findings_.fail(each.where, "redeclared",
                     fmt::format("'{}' is declared before with another type (line {}).", each.text, facts.where.line));
    }
    if (!facts.declared) {
      facts.declared = true;
      facts.where = each.where;
      facts.declaredType = type;
      facts.type = knowledge_.typeOf(type);
    }
    checkLength(each.text, each.where);
    if (node.initialiser != nullptr) {
      facts.isAssigned = true;
      given_.emplace_back(compile::Scope::key(each.text, dollar), node.initialiser);
    }
  }
}

// Arguments may be written by commands: nothing is known of such a variable any more, but that it has a value.
void BodyCheck::collectCall(const Call& node) {
  const auto* callee = std::get_if<Name>(&node.callee->node);
  if (callee == nullptr || callee->kind != NameKind::command) return;
  const auto* builtins = knowledge_.builtins();
  const auto index = builtins == nullptr ? std::nullopt : builtins->command(callee->canonical);
  for (std::size_t i = 0; i < node.arguments.size(); ++i) {
    bool written = !index.has_value();  // a command that does not run here: it may write anything
    if (index) {
      const auto& parameters = builtins->commands()[*index].signature.parameters;
      written = !parameters.empty() && parameters[std::min(i, parameters.size() - 1)].passing != vm::Passing::in;
    }
    if (written) assigned(node.arguments[i], nullptr);
  }
}

// value: nullptr when it is not known.
void BodyCheck::assigned(const Expression* target, const Expression* value) {
  const auto* name = target == nullptr ? nullptr : std::get_if<Name>(&target->node);
  if (name == nullptr || !isLocal(*name)) return;
  VariableFacts& facts = local(name->text, name->kind == NameKind::dollarLocal, target->where);
  facts.isAssigned = true;
  given_.emplace_back(keyOf(*name), value);
}

// A variable without telling type holds what is assigned to it, if that is always the same.
void BodyCheck::inferTypes() {
  std::unordered_map<std::string, std::vector<const Expression*>> values;
  for (const auto& [key, value] : given_) values[key].push_back(value);
  for (auto& [key, list] : values) {
    VariableFacts& facts = variables_.at(key);
    facts.isShared = !facts.isParameter && std::ranges::all_of(list, [](const Expression* each) {
      return each != nullptr && makesShared(*each);
    });
  }
  constexpr int rounds = 3;  // each follows one more assignment from variable to variable
  for (int round = 0; round < rounds; ++round) {
    for (auto& [key, list] : values) {
      VariableFacts& facts = variables_.at(key);
      const bool open = facts.isInferred || !facts.type.isKnown() || facts.type.is(Kind::object);
      if (facts.isParameter || !open) continue;
      CheckType joint{Kind::null, {}};
      for (const Expression* each : list) {
        const bool item = each != nullptr && std::ranges::find(items_, std::pair{key, each}) != items_.end();
        CheckType next = each == nullptr ? CheckType{} : typeOf(*each);
        if (item) next = next.is(Kind::selection) ? CheckType{Kind::entity, next.name} : CheckType{};
        joint = joined(joint, next);
      }
      if (joint.is(Kind::null) || (!joint.isKnown() && !facts.isInferred)) continue;
      if (facts.declared && facts.declaredType.word == TypeWord::object && !joint.isObject()) continue;
      facts.type = joint;
      facts.isInferred = true;
    }
  }
  settled_ = true;
  types_.clear();
}

// In the 4D surface locals have a "$" and hide nothing.
bool BodyCheck::hidesBuiltIn(const VariableFacts& facts) const {
  if (facts.dollar || tree_.surface == Surface::fourD || knowledge_.builtins() == nullptr) return false;
  const Names* names = knowledge_.builtins()->names();
  return names != nullptr && (names->find(NameSort::command, facts.name) != nullptr ||
                              names->find(NameSort::constant, facts.name) != nullptr);
}

void BodyCheck::reportVariables() {
  std::vector<std::string_view> names;
  for (const auto& [key, facts] : variables_) {
    if (facts.declared || facts.isAssigned) names.push_back(facts.name);
  }
  for (const auto& [key, facts] : variables_) {
    const std::string shown = (facts.dollar || tree_.surface == Surface::fourD ? "$" : "") + facts.name;
    if (facts.declared) {
      if (!facts.isMentioned && !facts.isParameter && !facts.isResult && !facts.isAssigned) {
        findings_.warn(facts.where, "unused-variable", fmt::format("'{}' is declared and never used.", shown));
      }
      if (hidesBuiltIn(facts)) {
        findings_.warn(
            facts.where, "hides-name",
            fmt::format("'{}' hides the {} of that name wherever no parenthesis follows.", shown,
                        knowledge_.builtins()->names()->find(NameSort::command, facts.name) != nullptr ? "command"
                                                                                                       : "constant"));
      }
      continue;
    }
    const std::string_view meant = nearest(facts.name, names);
    const std::string hint =
        meant.empty() || meant == facts.name ? std::string() : fmt::format("; did you mean '{}'?", meant);
    if (!facts.isAssigned) {
      findings_.warn(facts.firstUse, "unknown-variable",
                     fmt::format("'{}' is read and never assigned{}", shown, hint.empty() ? "." : hint));
    } else if (tree_.surface == Surface::qodlyScript) {
      findings_.warn(facts.firstUse.line == 0 ? facts.where : facts.firstUse, "undeclared-variable",
                     fmt::format("'{}' is not declared; declare it with var{}", shown, hint.empty() ? "." : hint));
    }
  }
}

}  // namespace qodly::script::check
