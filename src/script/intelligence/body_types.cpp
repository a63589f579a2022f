#include "script/intelligence/body_types.h"

#include <algorithm>

#include "script/check/literal_types.h"
#include "script/check/member_types.h"
#include "script/compile/scope.h"
#include "script/syntax/walk.h"

namespace qodly::script::intelligence {

using namespace syntax;
using Kind = CheckType::Kind;

struct BodyTypes::Reader : check::LiteralTypes {
  const BodyTypes& body;
  explicit Reader(const BodyTypes& of) : body(of) {}

  using LiteralTypes::operator();
  CheckType operator()(const Formula&) const { return {Kind::native, "Function"}; }
  CheckType operator()(const This&) const { return body.self_; }
  CheckType operator()(const Super&) const {
    const check::ClassHeader* own = body.knowledge_.userClass(body.className_);
    return own == nullptr || own->extends.empty() ? CheckType{} : body.knowledge_.typeOfClass(own->extends);
  }
  CheckType operator()(const Name& node) const { return body.typeOfName(node); }
  CheckType operator()(const Call& node) const { return body.typeOfCall(node); }
  CheckType operator()(const Binary& node) const { return body.typeOfBinary(node); }
  CheckType operator()(const Unary& node) const { return body.typeOf(*node.operand); }
  CheckType operator()(const TryExpression& node) const { return body.typeOf(*node.operand); }
  CheckType operator()(const Ternary& node) const {
    return check::joined(body.typeOf(*node.whenTrue), body.typeOf(*node.whenFalse));
  }
  CheckType operator()(const Element& node) const {
    const CheckType object = body.typeOf(*node.object);
    return object.is(Kind::selection) ? CheckType{Kind::entity, object.name} : CheckType{};
  }
  CheckType operator()(const Member& node) const { return body.typeOfMember(node); }
};

BodyTypes::BodyTypes(const Knowledge& knowledge, std::string_view className, const Function* function)
    : knowledge_(knowledge), className_(className) {
  if (!className.empty()) self_ = knowledge.typeOfThis(className);
  if (function != nullptr) collect(*function);
  infer();
}

const LocalVariable* BodyTypes::find(const Name& name) const {
  if (name.kind != NameKind::local && name.kind != NameKind::dollarLocal) return nullptr;
  const auto found = variables_.find(compile::Scope::key(name.text, name.kind == NameKind::dollarLocal));
  return found == variables_.end() ? nullptr : &found->second;
}

CheckType BodyTypes::typeOf(const Expression& node) const {
  if (const auto known = types_.find(&node); known != types_.end()) return known->second;
  CheckType type = std::visit(Reader(*this), node.node);
  if (settled_) types_.emplace(&node, type);
  return type;
}

LocalVariable& BodyTypes::local(std::string_view name, bool dollar) {
  const auto [entry, isNew] = variables_.try_emplace(compile::Scope::key(name, dollar));
  if (isNew) {
    entry->second.name = std::string(name);
    entry->second.dollar = dollar;
  }
  return entry->second;
}

void BodyTypes::declare(const Parameter& parameter, bool isParameter) {
  if (parameter.name.empty()) return;
  LocalVariable& variable = local(parameter.name, parameter.dollar);
  variable.isParameter = isParameter;
  variable.declared = true;
  variable.declaredType = parameter.type;
  variable.type = knowledge_.typeOf(compile::declaredType(parameter.type));
}

void BodyTypes::collect(const Function& function) {
  for (const Parameter& each : function.parameters) declare(each, true);
  declare(function.result, false);
  for (const Statement* each : function.body) collect(*each);
}

void BodyTypes::collect(const Statement& node) {
  if (const auto* declaration = std::get_if<VariableDeclaration>(&node.node)) {
    for (const DeclaredName& each : declaration->names) {
      if (each.kind != DeclaredName::Kind::local && each.kind != DeclaredName::Kind::dollarLocal) continue;
      LocalVariable& variable = local(each.text, each.kind == DeclaredName::Kind::dollarLocal);
      if (!variable.declared) {
        variable.declared = true;
        variable.declaredType = declaration->type;
        variable.type = knowledge_.typeOf(compile::declaredType(declaration->type));
      }
      if (declaration->initialiser != nullptr) variable.given.push_back(declaration->initialiser);
    }
  }
  if (const auto* assignment = std::get_if<Assignment>(&node.node)) {
    assign(assignment->target, assignment->op == AssignOperator::assign ? assignment->value : nullptr, false);
  }
  if (const auto* loop = std::get_if<For>(&node.node)) assign(loop->counter, loop->from, false);
  if (const auto* loop = std::get_if<ForEach>(&node.node)) assign(loop->item, loop->source, true);
  forEachPart(
      node, [this](const Expression& each) { collect(each); }, [this](const Statement& each) { collect(each); });
}

void BodyTypes::collect(const Expression& node) {
  const auto* name = std::get_if<Name>(&node.node);
  if (name != nullptr && (name->kind == NameKind::local || name->kind == NameKind::dollarLocal)) {
    local(name->text, name->kind == NameKind::dollarLocal);
  }
  forEachPart(
      node, [this](const Expression& each) { collect(each); }, [this](const Statement& each) { collect(each); });
}

void BodyTypes::assign(const Expression* target, const Expression* value, bool isItem) {
  const auto* name = target == nullptr ? nullptr : std::get_if<Name>(&target->node);
  if (name == nullptr || value == nullptr) return;
  if (name->kind != NameKind::local && name->kind != NameKind::dollarLocal) return;
  LocalVariable& variable = local(name->text, name->kind == NameKind::dollarLocal);
  (isItem ? variable.items : variable.given).push_back(value);
}

// A variable without telling type holds what is assigned to it, if that is always the same.
void BodyTypes::infer() {
  constexpr int rounds = 3;  // each follows one more assignment from variable to variable
  std::vector<LocalVariable*> open;
  for (auto& [key, variable] : variables_) {
    const bool telling = variable.type.isKnown() && !variable.type.is(Kind::object);
    if (!telling && !variable.isParameter && variable.given.size() + variable.items.size() > 0) {
      open.push_back(&variable);
    }
  }
  for (int round = 0; round < rounds; ++round) {
    for (LocalVariable* each : open) {
      CheckType joint{Kind::null, {}};
      for (const Expression* value : each->given) joint = check::joined(joint, typeOf(*value));
      for (const Expression* source : each->items) {
        const CheckType from = typeOf(*source);
        joint = check::joined(joint, from.is(Kind::selection) ? CheckType{Kind::entity, from.name} : CheckType{});
      }
      if (joint.isKnown() && !joint.is(Kind::null)) each->type = joint;
    }
  }
  settled_ = true;
}

CheckType BodyTypes::typeOfName(const Name& name) const {
  const LocalVariable* variable = find(name);
  return variable != nullptr ? variable->type : check::typeOfNamed(knowledge_, name);
}

CheckType BodyTypes::typeOfCall(const Call& node) const {
  if (const auto* name = std::get_if<Name>(&node.callee->node)) {
    if (name->canonical == "ds" && !node.arguments.empty()) return {};  // another datastore
    return find(*name) != nullptr ? CheckType{} : typeOfName(*name);
  }
  const auto* member = std::get_if<Member>(&node.callee->node);
  return member == nullptr ? CheckType{} : typeOfMember(*member);
}

CheckType BodyTypes::typeOfBinary(const Binary& node) const {
  if (node.op >= BinaryOperator::less && node.op <= BinaryOperator::notEqual) return {Kind::boolean, {}};
  const CheckType left = typeOf(*node.left);
  if (left.is(Kind::selection)) return left;  // and, or, minus of selections
  const CheckType right = typeOf(*node.right);
  if (node.op == BinaryOperator::logicalAnd || node.op == BinaryOperator::logicalOr) return check::joined(left, right);
  if (left.is(Kind::text) || left.is(Kind::number) || left.is(Kind::time) || left.is(Kind::boolean)) return left;
  const bool days = left.is(Kind::date) && node.op == BinaryOperator::subtract && right.is(Kind::date);
  return days ? CheckType{Kind::number, {}} : left.is(Kind::date) ? left : CheckType{};
}

std::optional<MemberFact> BodyTypes::factOf(const Member& node) const {
  const CheckType object = typeOf(*node.object);
  if (!object.isKnown()) return std::nullopt;
  for (const MemberFact& each : membersOf(knowledge_, object)) {
    if (each.name == node.name) return each;
  }
  return std::nullopt;
}

CheckType BodyTypes::typeOfMember(const Member& node) const {
  if (const auto* store = std::get_if<ClassStore>(&node.object->node)) {
    if (store->kind == ClassStore::Kind::builtIn) return {Kind::nativeClass, std::string(node.name)};
    const CheckType self = knowledge_.typeOfThis(node.name);
    return self.is(Kind::dataClass) ? self : CheckType{Kind::classValue, std::string(node.name)};
  }
  const auto fact = factOf(node);
  return fact ? intelligence::typeOf(knowledge_, typeOf(*node.object), *fact) : CheckType{};
}

}  // namespace qodly::script::intelligence
