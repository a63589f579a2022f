// Statements, and the frame of a body around them (language.md 5.2, 8, 12.3, 18, 19.4).
#include <fmt/format.h>

#include "script/compile/body.h"

namespace qodly::script::compile {

using namespace syntax;

struct Body::StatementWriter {
  Body& body;
  const Statement& where;

  void operator()(const VariableDeclaration& node) const { body.declaration(node); }
  void operator()(const MethodInterface&) const {}
  void operator()(const Assignment& node) const { body.assign(node); }
  void operator()(const ExpressionStatement& node) const {
    const Register result = body.emitter_.temp();
    body.emit(*node.expression, result);
    body.drop(result);
  }
  void operator()(const If& node) const { body.ifStatement(node); }
  void operator()(const Switch& node) const { body.switchStatement(node); }
  void operator()(const While& node) const { body.whileLoop(node); }
  void operator()(const Repeat& node) const { body.repeatLoop(node); }
  void operator()(const For& node) const { body.forLoop(node); }
  void operator()(const ForEach& node) const { body.forEachLoop(node); }
  void operator()(const Use& node) const { body.useBlock(node); }
  void operator()(const Try& node) const { body.tryBlock(node); }
  void operator()(const Return& node) const { body.returnStatement(node); }
  void operator()(const Break&) const { body.leaveLoop(false); }
  void operator()(const Continue&) const { body.leaveLoop(true); }
  void operator()(const SqlBlock&) const {
    body.raise(-20027, "SQL blocks (Begin SQL ... End SQL) are not available on the server.", 0);
  }
};

void Body::block(Block statements) {
  for (const Statement* each : statements) statement(*each);
}

void Body::statement(const Statement& node) {
  const Register top = emitter_.top();
  const std::size_t range = code_.statements.size();
  code_.statements.push_back({emitter_.here(), 0, 0, node.where.line});
  emitter_.at(node.where);
  std::visit(StatementWriter{*this, node}, node.node);
  emitter_.dropTo(top);
  code_.statements[range].end = emitter_.here();
  code_.statements[range].resume = emitter_.here();
}

void Body::drop(Register reg) { emitter_.release(reg); }

void Body::declaration(const VariableDeclaration& node) {
  if (node.initialiser == nullptr) {
    for (const DeclaredName& name : node.names) beginShared(name, node.type.word);
    return;
  }
  if (node.names.empty()) return;
  const DeclaredName& name = node.names.front();
  Location place;
  place.name = name.text;
  switch (name.kind) {
    case DeclaredName::Kind::local:
    case DeclaredName::Kind::dollarLocal:
      place.variable = scope_.find(name);
      break;
    case DeclaredName::Kind::parameter:
      place.variable = scope_.parameter(name.number);
      break;
    case DeclaredName::Kind::process:
      place.kind = Location::Kind::process;
      break;
    case DeclaredName::Kind::interprocess:
      place.kind = Location::Kind::interprocess;
      break;
    case DeclaredName::Kind::variadic:
      return;
  }
  if (place.variable != nullptr) {
    if (!place.variable->inCell) return assignLocal(*place.variable, *node.initialiser);
    place.kind = Location::Kind::cell;
  }
  store(place, operand(*node.initialiser));
}

// A process or interprocess variable that nothing has set yet holds the default of its type from its declaration on.
void Body::beginShared(const DeclaredName& name, TypeWord type) {
  const bool process = name.kind == DeclaredName::Kind::process;
  const Value initial = defaultOf(type);
  if ((!process && name.kind != DeclaredName::Kind::interprocess) || initial.isUndefined()) return;
  Location place;
  place.name = name.text;
  place.kind = process ? Location::Kind::process : Location::Kind::interprocess;
  const Register value = emitter_.temp();
  load(place, value);
  const Register unset = emitter_.temp();
  emitter_.emit(Opcode::isUndefined, unset, value);
  Label isSet;
  emitter_.jumpX(Opcode::jumpIfFalse, unset, isSet);
  loadValue(initial, value);
  store(place, {value, Static::any});
  emitter_.place(isSet);
}

void Body::ifStatement(const If& node) {
  Label otherwise;
  Label end;
  condition(*node.condition, false, otherwise);
  block(node.then);
  if (!node.otherwise.empty()) {
    emitter_.jump(end);
    emitter_.place(otherwise);
    block(node.otherwise);
    emitter_.place(end);
  } else {
    emitter_.place(otherwise);
  }
}

void Body::switchStatement(const Switch& node) {
  Label end;
  for (const SwitchCase& each : node.cases) {
    Label next;
    condition(*each.condition, false, next);
    block(each.body);
    emitter_.jump(end);
    emitter_.place(next);
  }
  block(node.otherwise);
  emitter_.place(end);
}

void Body::useBlock(const Use& node) {
  const Operand object = operand(*node.object);
  emitter_.at(node.object->where);
  emitter_.emit(Opcode::useBegin, object.reg);
  if (isTemp(object.reg)) drop(object.reg);
  ++useDepth_;
  regions_.push_back({Region::Kind::use, nullptr, nullptr});
  block(node.body);
  regions_.pop_back();
  --useDepth_;
  emitter_.emit(Opcode::useEnd);
}

void Body::tryBlock(const Try& node) {
  emitter_.emit(Opcode::tryBegin, 0, 0);
  const std::size_t range = code_.handlers.size();
  code_.handlers.push_back({emitter_.here(), 0, 0, false, useDepth_, firstTemp});
  regions_.push_back({Region::Kind::attempt, nullptr, nullptr});
  block(node.body);
  regions_.pop_back();
  code_.handlers[range].end = emitter_.here();
  Label handler;
  Label end;
  emitter_.jumpX(Opcode::tryEnd, 0, handler);
  emitter_.jump(end);
  code_.handlers[range].handler = emitter_.here();
  emitter_.place(handler);
  block(node.handler);
  emitter_.place(end);
}

void Body::leaveRegions(std::size_t downTo) {
  for (std::size_t i = regions_.size(); i-- > downTo;) {
    if (regions_[i].kind == Region::Kind::attempt) emitter_.emit(Opcode::tryLeave);
    if (regions_[i].kind == Region::Kind::use) emitter_.emit(Opcode::useEnd);
  }
}

void Body::leaveLoop(bool again) {
  for (std::size_t i = regions_.size(); i-- > 0;) {
    if (regions_[i].kind != Region::Kind::loop) continue;
    leaveRegions(i + 1);
    return emitter_.jump(again ? *regions_[i].next : *regions_[i].leave);
  }
  raise(-20001, fmt::format("'{}' stands outside of every loop.", again ? "continue" : "break"), 0);
}

void Body::returnStatement(const Return& node) {
  const DeclaredType& type = scope_.resultType();
  const bool converts = scope_.hasResult() && !type.isVariant();
  const bool hasValue = node.value != nullptr && code_.kind != CodeKind::constructor;
  Register result = emitter_.top();
  if (hasValue && type.word == TypeWord::integer && isWhole(*node.value) && localOf(*node.value) == nullptr) {
    result = emitter_.temp();
    emitInteger(*node.value, result);
  } else if (hasValue) {
    Operand value = operand(*node.value);
    if (converts) {
      const Register converted = isTemp(value.reg) ? value.reg : emitter_.temp();
      const Static wanted = staticOf(type.word);
      if (wanted != value.type) {
        convertTo(converted, value, type);
        value.reg = converted;
      }
    }
    result = value.reg;
  } else if (node.value != nullptr) {
    const Register dropped = emitter_.temp();
    emit(*node.value, dropped);
    drop(dropped);
  } else if (converts) {
    result = emitter_.temp();
    loadValue(defaultOf(type.word), result);
  }
  leaveRegions(0);
  if (locked_) emitter_.emit(Opcode::useEnd);
  if (hasValue || (node.value == nullptr && converts)) {
    emitter_.emit(Opcode::returnValue, result);
  } else {
    emitter_.emit(Opcode::returnUndefined);
  }
}

// --- The whole body

// Variables whose address is taken move into cells; a shared function locks its object.
void Body::begin() {
  scope_.assignRegisters(emitter_, code_);
  for (const Variable* each : scope_.cells()) {
    emitter_.emit(Opcode::newCell, each->reg, static_cast<std::uint16_t>(each->type.word));
  }
  if (locked_) emitter_.emit(Opcode::useBegin, 0);
}

// Reaching the end gives the return variable. Also behind a return: an error method goes on here when that fails.
void Body::returnResult() {
  if (locked_) emitter_.emit(Opcode::useEnd);
  if (code_.kind == CodeKind::constructor) return emitter_.emit(Opcode::returnUndefined);
  if (Variable* result = scope_.result()) {
    if (!result->inCell) return emitter_.emit(Opcode::returnValue, result->reg);
    const Register value = emitter_.temp();
    emitter_.emit(Opcode::getCell, value, result->reg);
    return emitter_.emit(Opcode::returnValue, value);
  }
  if (scope_.hasResult() && !scope_.resultType().isVariant()) {
    const Register value = emitter_.temp();
    loadValue(defaultOf(scope_.resultType().word), value);
    return emitter_.emit(Opcode::returnValue, value);
  }
  emitter_.emit(Opcode::returnUndefined);
}

void Body::end() {
  code_.variadicType = scope_.variadicType();
  code_.usesArguments = code_.usesArguments || scope_.usesArguments();
  code_.result = scope_.resultType();
  code_.hasResult = scope_.hasResult();
  emitter_.finish(static_cast<std::uint16_t>(scope_.boxedParameters()), scope_.initial());
  for (Code* each : formulas_) {
    for (Capture& capture : each->captures) capture.from = emitter_.finalNumber(capture.from);
  }
}

void Body::function(const Function& function, bool locksReceiver) {
  scope_.readFunction(function);
  locked_ = locksReceiver;
  useDepth_ = locked_ ? 1 : 0;
  begin();
  block(function.body);
  emitter_.dropTo(firstTemp);
  returnResult();
  code_.variadic = function.variadic;
  end();
}

void Body::formula(const Formula& formula) {
  scope_.readFormula(formula, outer_ == nullptr ? nullptr : &outer_->scope_);
  code_.source = std::string(formula.source);
  begin();
  if (formula.assignment != nullptr) {
    statement(*formula.assignment);
  } else {
    const std::size_t range = code_.statements.size();
    code_.statements.push_back({0, 0, 0, formula.expression->where.line});
    const auto* method = std::get_if<Name>(&formula.expression->node);
    if (method != nullptr && method->kind == NameKind::method) {  // all arguments are passed on
      code_.usesArguments = true;
      const Register at = emitter_.temp();
      emitter_.emitX(Opcode::forwardMethod, at, emitter_.name(method->canonical));
      emitter_.emit(Opcode::returnValue, at);
    } else {
      emitter_.emit(Opcode::returnValue, operand(*formula.expression).reg);
    }
    code_.statements[range].end = code_.statements[range].resume = emitter_.here();
  }
  emitter_.emit(Opcode::returnUndefined);
  end();
}

void Body::initialiser(const std::vector<const Property*>& properties) {
  for (const Property* each : properties) {
    if (each->initialiser == nullptr) continue;
    for (const DeclaredName& name : each->names) {
      emitter_.at(each->where);
      const std::size_t range = code_.statements.size();
      code_.statements.push_back({emitter_.here(), 0, 0, each->where.line});
      const Operand value = operand(*each->initialiser);
      emitter_.emit(Opcode::initialiseProperty, 0, value.reg, emitter_.name(name.text));
      emitter_.dropTo(firstTemp);
      code_.statements[range].end = code_.statements[range].resume = emitter_.here();
    }
  }
  emitter_.emit(Opcode::returnUndefined);
  end();
}

}  // namespace qodly::script::compile
