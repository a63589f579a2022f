// Statements: what is assigned, which code is never reached, and whether a result is always returned.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "script/check/body_check.h"
#include "script/check/member_types.h"
#include "script/compile/scope.h"

namespace qodly::script::check {

using namespace syntax;
using Kind = CheckType::Kind;

BodyCheck::BodyCheck(const Tree& tree, const Knowledge& knowledge, std::string_view className, Findings& findings)
    : tree_(tree), knowledge_(knowledge), className_(className), findings_(findings) {
  if (!className.empty()) self_ = knowledge.typeOfThis(className);
}

// Each answers whether the statement behind it can be reached.
struct BodyCheck::Flow {
  BodyCheck& check;
  const Statement& where;

  bool operator()(const VariableDeclaration& node) const {
    check.declaration(node);
    return true;
  }
  bool operator()(const MethodInterface&) const { return true; }
  bool operator()(const Assignment& node) const {
    check.assignment(node);
    return true;
  }
  bool operator()(const ExpressionStatement& node) const {
    check.expression(*node.expression);
    const auto* call = std::get_if<Call>(&node.expression->node);
    const auto* name = std::get_if<Name>(call == nullptr ? &node.expression->node : &call->callee->node);
    if (name == nullptr || name->kind != NameKind::command) return true;
    // throw with an object may be deferred.
    const bool throws = name->canonical == "throw" && call != nullptr && !call->arguments.empty() &&
                        check.typeOf(*call->arguments[0]).is(Kind::number);
    return !throws && name->canonical != "abort";
  }
  bool operator()(const If& node) const {
    check.checkCondition(*node.condition);
    check.expression(*node.condition);
    const bool then = check.block(node.then);
    const bool otherwise = check.block(node.otherwise);
    return then || otherwise || !node.hasElse;
  }
  bool operator()(const Switch& node) const {
    bool reached = !node.hasElse;
    for (const SwitchCase& each : node.cases) {
      check.checkCondition(*each.condition);
      check.expression(*each.condition);
      reached = check.block(each.body) || reached;
    }
    return check.block(node.otherwise) || reached;
  }
  bool operator()(const While& node) const {
    check.checkCondition(*node.condition);
    check.expression(*node.condition);
    const auto* literal = std::get_if<BooleanLiteral>(&node.condition->node);
    return loop(node.body) || literal == nullptr || !literal->value;
  }
  bool operator()(const Repeat& node) const {
    const bool broken = loop(node.body);
    check.checkCondition(*node.until);
    check.expression(*node.until);
    const auto* literal = std::get_if<BooleanLiteral>(&node.until->node);
    return broken || literal == nullptr || literal->value;
  }
  bool operator()(const For& node) const {
    for (const Expression* each : {node.counter, node.from, node.to, node.step}) {
      if (each != nullptr) check.expression(*each);
    }
    loop(node.body);
    return true;
  }
  bool operator()(const ForEach& node) const {
    for (const Expression* each : {node.item, node.source, node.begin, node.end, node.condition}) {
      if (each != nullptr) check.expression(*each);
    }
    if (node.condition != nullptr) check.checkCondition(*node.condition);
    const CheckType source = check.typeOf(*node.source);
    if (source.isKnown() && !source.isObject() && !source.is(Kind::collection) && !source.is(Kind::null)) {
      check.findings_.warn(
          node.source->where, "wrong-type",
          fmt::format("forEach goes through collections, selections and objects; this is {}.", source.described()));
    }
    loop(node.body);
    return true;
  }
  bool operator()(const Use& node) const {
    check.expression(*node.object);
    ++check.useDepth_;
    const bool reached = check.block(node.body);
    --check.useDepth_;
    return reached;
  }
  bool operator()(const Try& node) const {
    const bool body = check.block(node.body);
    const bool handler = check.block(node.handler);
    return body || handler;
  }
  bool operator()(const Return& node) const {
    if (node.value == nullptr) return false;
    check.expression(*node.value);
    if (check.function_ == nullptr || !check.function_->hasResult) return false;
    const CheckType wanted = check.knowledge_.typeOf(compile::declaredType(check.function_->result.type));
    if (check.mismatch(wanted, *node.value, false)) {
      check.findings_.warn(node.value->where, "wrong-type",
                           fmt::format("The result is declared as {}; this is {}.", wanted.described(),
                                       check.typeOf(*node.value).described()));
    }
    return false;
  }
  bool operator()(const Break&) const {
    if (check.breaks_.empty()) return outside("break");
    check.breaks_.back() = true;
    return false;
  }
  bool operator()(const Continue&) const { return check.breaks_.empty() ? outside("continue") : false; }
  bool operator()(const SqlBlock&) const { return true; }

 private:
  // True when the loop is left by break.
  bool loop(Block body) const {
    check.breaks_.push_back(false);
    check.block(body);
    const bool broken = check.breaks_.back();
    check.breaks_.pop_back();
    return broken;
  }

  bool outside(std::string_view word) const {
    check.findings_.fail(where.where, "outside-loop", fmt::format("'{}' stands outside of every loop.", word));
    return true;
  }
};

bool BodyCheck::block(Block statements) {
  bool reached = true;
  bool told = false;
  for (const Statement* each : statements) {
    if (!reached && !told) {
      findings_.warn(each->where, "unreachable-code", "This code is never reached.");
      told = true;
    }
    reached = statement(*each) && reached;
  }
  return reached;
}

bool BodyCheck::statement(const Statement& node) { return std::visit(Flow{*this, node}, node.node); }

void BodyCheck::declaration(const VariableDeclaration& node) {
  if (node.type.word == TypeWord::userClass && node.type.className.find('.') == std::string_view::npos &&
      !knowledge_.hasClass(node.type.className)) {
    std::vector<std::string_view> known;
    for (const auto& [name, header] : knowledge_.classes()) known.push_back(name);
    const std::string_view meant = nearest(node.type.className, known);
    findings_.warn(node.type.where, "unknown-class",
                   fmt::format("There is no class '{}'{}", node.type.className,
                               meant.empty() ? "." : fmt::format("; did you mean '{}'?", meant)));
  }
  if (node.initialiser == nullptr) return;
  expression(*node.initialiser);
  if (node.type.word == TypeWord::none || node.names.empty()) return;
  const CheckType wanted = knowledge_.typeOf(compile::declaredType(node.type));
  if (!mismatch(wanted, *node.initialiser, false)) return;
  findings_.warn(node.initialiser->where, "wrong-type",
                 fmt::format("'{}' is declared as {}; this is {}.", node.names[0].text, wanted.described(),
                             typeOf(*node.initialiser).described()));
}

void BodyCheck::assignment(const Assignment& node) {
  expression(*node.target);
  expression(*node.value);
  sharedWrite(*node.target);
  if (node.op != AssignOperator::assign) return;
  CheckType wanted;
  std::string_view title;
  if (const auto* name = std::get_if<Name>(&node.target->node)) {
    const VariableFacts* facts = variable(*name);
    if (facts != nullptr) wanted = knowledge_.typeOf(facts->declaredType);
    title = name->text;
  } else if (const auto* member = std::get_if<Member>(&node.target->node)) {
    const CheckType object = typeOf(*member->object);
    const ClassHeader* header = classFileOf(knowledge_, object);
    const auto property =
        header == nullptr ? decltype(header->properties.end()){} : header->properties.find(member->name);
    const bool declared = object.is(Kind::instance) && header != nullptr && property != header->properties.end();
    wanted = declared ? knowledge_.typeOf(property->second) : typeOfMember(object, member->name);
    // An attribute takes null, and converts what it is given; only a literal of another type is told.
    const auto& value = node.value->node;
    const bool literal = std::holds_alternative<NumberLiteral>(value) || std::holds_alternative<TextLiteral>(value) ||
                         std::holds_alternative<BooleanLiteral>(value) || std::holds_alternative<DateLiteral>(value) ||
                         std::holds_alternative<TimeLiteral>(value);
    if (!literal || wanted.is(Kind::object)) return;
    title = member->name;
  }
  if (!mismatch(wanted, *node.value, false)) return;
  findings_.warn(node.value->where, "wrong-type",
                 fmt::format("'{}' holds {}; this is {}.", title, wanted.described(), typeOf(*node.value).described()));
}

// Writing into something that is certainly shared needs use around it (language.md 18).
void BodyCheck::sharedWrite(const Expression& target) {
  if (useDepth_ > 0 || formulaDepth_ > 0) return;
  const Expression* root = &target;
  bool part = false;
  while (true) {
    if (const auto* member = std::get_if<Member>(&root->node)) {
      root = member->object;
    } else if (const auto* element = std::get_if<Element>(&root->node)) {
      root = element->object;
    } else {
      break;
    }
    part = true;
  }
  if (!part) return;
  const auto* call = std::get_if<Call>(&root->node);
  const auto* name = std::get_if<Name>(call == nullptr ? &root->node : &call->callee->node);
  const VariableFacts* facts = name == nullptr ? nullptr : variable(*name);
  const bool storage = name != nullptr && name->kind == NameKind::command && name->canonical == "storage";
  const bool shared = facts != nullptr && facts->isShared;
  bool self = false;
  if (std::holds_alternative<This>(root->node) && function_ != nullptr && self_.is(Kind::instance)) {
    const ClassHeader* header = knowledge_.userClass(className_);
    self = header != nullptr && header->isShared && function_->kind != FunctionKind::constructor &&
           !function_->modifiers.shared;
  }
  if (!storage && !shared && !self) return;
  findings_.warn(target.where, "shared-write",
                 self ? "A shared object is changed outside of use(this); declare the function shared, or use it."
                      : "A shared object is changed outside of use(...).");
}

void BodyCheck::function(const Function& node) {
  if (node.broken) return;
  function_ = &node;
  if (node.modifiers.shared) useDepth_ = 1;
  collect(node);
  inferTypes();
  reportVariables();
  const bool reached = block(node.body);
  // An event that returns nothing says "go on" (orda.md 20); only a data filter has to answer.
  const bool mayEnd = node.kind == FunctionKind::constructor ||
                      (node.kind == FunctionKind::event && !equalsIgnoringAsciiCase(node.name, "restrict"));
  const bool wantsResult = node.hasResult && node.result.name.empty() && !mayEnd &&
                           node.result.type.word != TypeWord::none && !node.body.empty();
  if (wantsResult && reached && !usesResultNumber_) {
    findings_.warn(node.where, "missing-return",
                   fmt::format("{} does not return a value on every way; the result is then the default of its type.",
                               node.name.empty() ? std::string("The method") : fmt::format("'{}'", node.name)));
  }
}

void BodyCheck::initialiser(const Property& node) {
  if (node.initialiser == nullptr) return;
  settled_ = true;
  expression(*node.initialiser);
  if (node.type.word == TypeWord::none) return;
  const CheckType wanted = knowledge_.typeOf(compile::declaredType(node.type));
  if (!mismatch(wanted, *node.initialiser, false)) return;
  findings_.warn(node.initialiser->where, "wrong-type",
                 fmt::format("'{}' is declared as {}; this is {}.", node.names[0].text, wanted.described(),
                             typeOf(*node.initialiser).described()));
}

}  // namespace qodly::script::check
