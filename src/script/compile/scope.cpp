// Looking variables up and giving them registers.
#include "script/compile/scope.h"

#include <algorithm>

namespace qodly::script::compile {

using syntax::TypeWord;

DeclaredType declaredType(const syntax::TypeRef& type) { return {type.word, std::string(type.className)}; }

namespace {

// X.new() of a class store.
bool isInstantiation(const syntax::Expression& value) {
  const auto* call = std::get_if<syntax::Call>(&value.node);
  const auto* function = call == nullptr ? nullptr : std::get_if<syntax::Member>(&call->callee->node);
  if (function == nullptr || function->name != "new") return false;
  const auto* owner = std::get_if<syntax::Member>(&function->object->node);
  return owner != nullptr && std::holds_alternative<syntax::ClassStore>(owner->object->node);
}

struct LiteralType {
  template <class Other>
  TypeWord operator()(const Other&) const {
    return TypeWord::none;
  }
  TypeWord operator()(const syntax::NumberLiteral&) const { return TypeWord::real; }
  TypeWord operator()(const syntax::TextLiteral&) const { return TypeWord::text; }
  TypeWord operator()(const syntax::DateLiteral&) const { return TypeWord::date; }
  TypeWord operator()(const syntax::TimeLiteral&) const { return TypeWord::time; }
  TypeWord operator()(const syntax::BooleanLiteral&) const { return TypeWord::boolean; }
  TypeWord operator()(const syntax::ObjectLiteral&) const { return TypeWord::object; }
  TypeWord operator()(const syntax::CollectionLiteral&) const { return TypeWord::collection; }
};

}  // namespace

DeclaredType inferredType(const syntax::Expression& value) {
  if (isInstantiation(value)) return {TypeWord::object, {}};
  const auto* sign = std::get_if<syntax::Unary>(&value.node);
  if (sign != nullptr && std::holds_alternative<syntax::NumberLiteral>(sign->operand->node))
    return {TypeWord::real, {}};
  return {std::visit(LiteralType{}, value.node), {}};
}

std::string Scope::key(std::string_view name, bool dollar) {
  std::string key = syntax::foldName(name);
  if (dollar) key.insert(key.begin(), '$');
  return key;
}

Variable& Scope::add(std::string key, std::string_view name, bool dollar) {
  Variable& made = variables_.emplace_back();
  made.name = std::string(name);
  made.dollar = dollar;
  byKey_.emplace(std::move(key), &made);
  return made;
}

// The variable of this body, or a copy of the outer body's.
Variable* Scope::lookUp(const std::string& key) {
  const auto found = byKey_.find(key);
  if (found != byKey_.end()) return found->second;
  return isFormula_ ? capture(key) : nullptr;
}

Variable* Scope::capture(const std::string& key) {
  Variable* source = outer_ == nullptr ? nullptr : outer_->lookUp(key);
  if (source == nullptr) return nullptr;
  Variable& made = add(key, source->name, source->dollar);
  made.type = source->type;
  captured_.push_back(&made);
  captureSources_.push_back(source);
  return &made;
}

Variable* Scope::find(const syntax::Name& name) {
  if (name.kind != syntax::NameKind::local && name.kind != syntax::NameKind::dollarLocal) return nullptr;
  const auto found = byKey_.find(key(name.text, name.kind == syntax::NameKind::dollarLocal));
  return found == byKey_.end() ? nullptr : found->second;
}

Variable* Scope::find(const syntax::DeclaredName& name) {
  const auto found = byKey_.find(key(name.text, name.kind == syntax::DeclaredName::Kind::dollarLocal));
  return found == byKey_.end() ? nullptr : found->second;
}

Variable* Scope::parameter(std::uint32_t number) {
  if (number == 0) return result_;
  return number <= parameters_.size() ? parameters_[number - 1] : nullptr;
}

std::uint32_t Scope::boxedParameters() const {
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i]->inCell || !isUnboxed(parameters_[i]->type.word)) last = i + 1;
  }
  return last;
}

std::vector<Variable*> Scope::cells() {
  std::vector<Variable*> found;
  for (Variable& each : variables_) {
    if (each.inCell) found.push_back(&each);
  }
  return found;
}

void Scope::assignRegisters(Emitter& emitter, Code& code) {
  for (Variable* each : parameters_) {
    each->reg = emitter.boxed();
    code.parameters.push_back({each->name, each->type, each->inCell});
  }
  for (std::size_t i = 0; i < captured_.size(); ++i) {
    captured_[i]->reg = emitter.boxed();
    // The outer body's register is provisional; its own finish() is still to come: see Body::formula.
    code.captures.push_back({captured_[i]->name, captureSources_[i]->reg, captureSources_[i]->inCell});
  }
  for (Variable* each : locals_) {
    each->reg = !each->inCell && isUnboxed(each->type.word) ? emitter.unboxed() : emitter.boxed();
    initial_.emplace_back(each->reg, defaultOf(each->type.word));
  }
  for (const auto* list : {&parameters_, &captured_, &locals_}) {
    for (const Variable* each : *list) {
      code.locals.push_back({each->name, each->dollar, each->reg, each->type, each->inCell});
    }
  }
}

}  // namespace qodly::script::compile
