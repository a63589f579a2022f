// Values: where they are, how they come into a register.
#include <cmath>

#include <fmt/format.h>

#include "script/compile/body.h"
#include "script/compile/fold.h"

namespace qodly::script::compile {

using namespace syntax;

Body::Body(UnitContext& context, Code& code, Body* outer, bool longJumps)
    : context_(context),
      code_(code),
      outer_(outer),
      emitter_(code, longJumps),
      scope_(context.tree, context.environment) {}

// A variable that can be read where it is.
Variable* Body::localOf(const Expression& node) {
  Variable* found = nullptr;
  if (const auto* name = std::get_if<Name>(&node.node)) found = scope_.find(*name);
  if (const auto* number = std::get_if<ParameterNumber>(&node.node)) found = scope_.parameter(number->number);
  return found != nullptr && !found->inCell ? found : nullptr;
}

Operand Body::operand(const Expression& node) { return operandIn(node, 0); }

Operand Body::operandIn(const Expression& node, Register target) {
  if (const Variable* variable = localOf(node)) return {variable->reg, variable->staticType()};
  if (std::holds_alternative<This>(node.node)) return {0, Static::any};
  if (!isTemp(target)) target = emitter_.temp();
  return {target, emit(node, target)};
}

std::optional<Value> Body::constantOf(const Expression& node) { return foldConstant(node, context_.environment); }

std::optional<double> Body::numberOf(const Expression& node) {
  const auto value = constantOf(node);
  if (!value || !value->isNumber()) return std::nullopt;
  return value->asNumber();
}

std::optional<std::int16_t> Body::smallNumberOf(const Expression& node) {
  const auto number = numberOf(node);
  if (!number || !(*number >= INT16_MIN + 1 && *number <= INT16_MAX - 1)) return std::nullopt;
  const auto small = static_cast<std::int16_t>(*number);
  if (small != *number || (small == 0 && std::signbit(*number))) return std::nullopt;
  return small;
}

void Body::loadValue(const Value& value, Register target) {
  switch (value.type()) {
    case Type::undefined:
      return emitter_.emit(Opcode::loadUndefined, target);
    case Type::null:
      return emitter_.emit(Opcode::loadNull, target);
    case Type::boolean:
      return emitter_.emit(Opcode::loadBoolean, target, value.asBoolean() ? 1 : 0);
    case Type::real: {
      const double number = value.asReal();
      const bool fits = number >= INT32_MIN && number <= INT32_MAX && std::trunc(number) == number;
      if (fits && !(number == 0 && std::signbit(number))) {
        return emitter_.emitX(Opcode::loadNumber, target, static_cast<std::int32_t>(number));
      }
      break;
    }
    default:
      break;
  }
  emitter_.emitX(Opcode::loadConstant, target, static_cast<std::int32_t>(emitter_.constant(value)));
}

void Body::raise(int code, std::string message, Register target) {
  emitter_.emitX(Opcode::raise, 0, static_cast<std::int32_t>(emitter_.raise(code, std::move(message))));
  // Never reached; what stands behind may rely on the register.
  if (isTemp(target)) emitter_.emit(Opcode::loadUndefined, target);
}

// One function for each kind of node.
struct Body::ExpressionWriter {
  Body& body;
  const Expression& where;
  Register target;

  Emitter& emitter() const { return body.emitter_; }

  void operator()(const NumberLiteral& node) const { body.loadValue(Value::real(node.value), target); }
  void operator()(const TextLiteral& node) const { body.loadValue(Value::text(node.value), target); }
  void operator()(const DateLiteral& node) const { body.loadValue(Value::date(node.value), target); }
  void operator()(const TimeLiteral& node) const { body.loadValue(Value::time(node.value), target); }
  void operator()(const BooleanLiteral& node) const { body.loadValue(Value::boolean(node.value), target); }
  void operator()(const NullLiteral&) const { body.loadValue(Value::null(), target); }
  void operator()(const UndefinedLiteral&) const { body.loadValue(Value(), target); }
  void operator()(const Name& node) const { body.emitName(where, node, target); }
  void operator()(const ParameterNumber& node) const {
    if (Variable* variable = body.scope_.parameter(node.number)) return body.emitVariable(*variable, target);
    const Register number = emitter().temp();
    body.loadValue(Value::real(node.number), number);
    emitter().emit(Opcode::getParameter, target, number);
  }
  void operator()(const ParameterIndirect& node) const {
    const Operand number = body.operand(*node.number);
    emitter().emit(Opcode::getParameter, target, number.reg);
  }
  void operator()(const This&) const { emitter().emit(Opcode::move, target, 0); }
  void operator()(const Super&) const { emitter().emit(Opcode::move, target, 0); }
  void operator()(const ClassStore& node) const {
    emitter().emit(Opcode::loadClassStore, target, node.kind == ClassStore::Kind::user ? 0 : 1);
  }
  void operator()(const Unary& node) const { body.emitUnary(node, target); }
  void operator()(const Binary& node) const { body.emitBinary(where, node, target); }
  void operator()(const Ternary& node) const { body.emitTernary(node, target); }
  void operator()(const Member& node) const { body.emitMember(node, target); }
  void operator()(const Element& node) const { body.emitElement(node, target); }
  void operator()(const CharacterAt& node) const {
    const Operand text = body.operandIn(*node.text, target);
    const Operand index = body.operand(*node.index);
    emitter().at(where.where);
    emitter().emit(Opcode::getCharacter, target, text.reg, index.reg);
  }
  void operator()(const BraceElement& node) const {
    const Operand object = body.operandIn(*node.object, target);
    const Operand index = body.operand(*node.index);
    emitter().at(where.where);
    emitter().emit(Opcode::getBrace, target, object.reg, index.reg);
  }
  void operator()(const Call& node) const { body.emitCall(where, node, target); }
  void operator()(const StarArgument&) const { emitter().emit(Opcode::loadStar, target); }
  void operator()(const OperatorArgument& node) const {
    emitter().emitX(Opcode::loadOperator, target, emitter().name(signOf(node.op)));
  }
  void operator()(const ObjectLiteral& node) const { body.emitObject(node, target); }
  void operator()(const CollectionLiteral& node) const { body.emitCollection(node, target); }
  void operator()(const TryExpression& node) const { body.emitTry(node, target); }
  void operator()(const Formula& node) const { body.emitFormula(node, target); }
  void operator()(const AddressOf& node) const { body.emitAddress(node, target); }
  void operator()(const Dereference& node) const {
    const Operand pointer = body.operandIn(*node.pointer, target);
    emitter().at(where.where);
    emitter().emit(Opcode::getPointed, target, pointer.reg);
  }
  void operator()(const TableReference& node) const { body.emitTable(node, target); }

  static std::string_view signOf(BinaryOperator op) {
    switch (op) {
      case BinaryOperator::less:
        return "<";
      case BinaryOperator::lessOrEqual:
        return "<=";
      case BinaryOperator::greater:
        return ">";
      case BinaryOperator::greaterOrEqual:
        return ">=";
      case BinaryOperator::equal:
        return "=";
      case BinaryOperator::notEqual:
        return "#";
      case BinaryOperator::modulo:
        return "%";
      case BinaryOperator::bitAnd:
        return "&";
      case BinaryOperator::bitOr:
        return "|";
      default:
        return "*";
    }
  }
};

Static Body::emit(const Expression& node, Register target) {
  const Register top = emitter_.top();
  emitter_.at(node.where);
  const bool mayFold = std::holds_alternative<Unary>(node.node) || std::holds_alternative<Binary>(node.node);
  const auto constant = mayFold ? constantOf(node) : std::nullopt;
  if (constant) {
    loadValue(*constant, target);
  } else {
    std::visit(ExpressionWriter{*this, node, target}, node.node);
  }
  emitter_.dropTo(top);
  return typeOf(node);
}

void Body::emitVariable(Variable& variable, Register target) {
  if (variable.inCell) return emitter_.emit(Opcode::getCell, target, variable.reg);
  emitter_.emitMove(target, variable.reg);
}

void Body::emitName(const Expression& where, const Name& name, Register target) {
  switch (name.kind) {
    case NameKind::local:
    case NameKind::dollarLocal:
      if (Variable* variable = scope_.find(name)) return emitVariable(*variable, target);
      break;
    case NameKind::process:
      // In .4qs they come from a console, whose lines share them.
      if (scope_.assignsProcess(name.text) || context_.tree.surface == syntax::Surface::qodlyScript) {
        return emitter_.emitX(Opcode::getProcess, target, emitter_.name(name.text));
      }
      break;
    case NameKind::interprocess:
      return emitter_.emitX(Opcode::getInterprocess, target, emitter_.name(name.text));
    case NameKind::systemOk:
      return emitter_.emit(Opcode::getOk, target);
    case NameKind::constant: {
      if (const auto value = constantOf(where)) return loadValue(*value, target);
      return raise(-20008, fmt::format("The constant '{}' is not known.", name.text), target);
    }
    case NameKind::command:
    case NameKind::method:
      return emitNamedCall(where, name, {}, target);
  }
  const Register at = window(target);
  emitter_.emitX(Opcode::getWord, at, emitter_.name(name.text));
  closeWindow(at, target);
}

void Body::emitMember(const Member& node, Register target) {
  const auto position = node.namePosition;
  if (const auto* store = std::get_if<ClassStore>(&node.object->node)) {
    emitter_.at(position);
    const bool user = store->kind == ClassStore::Kind::user;
    return emitter_.emitX(user ? Opcode::loadClass : Opcode::loadNativeClass, target, emitter_.name(node.name));
  }
  if (std::holds_alternative<Super>(node.object->node)) {
    return emitter_.emit(Opcode::getSuperMember, target, 0, emitter_.name(node.name));
  }
  const Operand object = operandIn(*node.object, target);
  emitter_.at(position);
  emitter_.emit(Opcode::getMember, target, object.reg, emitter_.name(node.name));
}

void Body::emitElement(const Element& node, Register target) {
  const Operand object = operandIn(*node.object, target);
  const auto key = constantOf(*node.index);
  if (key && key->isText()) return emitter_.emit(Opcode::getMember, target, object.reg, emitter_.name(key->asText()));
  const auto small = smallNumberOf(*node.index);
  if (small && *small >= 0) {
    return emitter_.emit(Opcode::getElementNumber, target, object.reg, static_cast<std::uint16_t>(*small));
  }
  if (isWhole(*node.index)) {
    const Operand index = wideOperand(*node.index);
    emitter_.at(node.index->where);
    return emitter_.emit(Opcode::getElementInteger, target, object.reg, index.reg);
  }
  const Operand index = operand(*node.index);
  emitter_.at(node.index->where);
  emitter_.emit(Opcode::getElement, target, object.reg, index.reg);
}

void Body::emitTernary(const Ternary& node, Register target) {
  Label otherwise;
  Label end;
  condition(*node.condition, false, otherwise, true);
  emit(*node.whenTrue, target);
  emitter_.jump(end);
  emitter_.place(otherwise);
  emit(*node.whenFalse, target);
  emitter_.place(end);
}

void Body::emitTry(const TryExpression& node, Register target) {
  const Register value = isTemp(target) ? target : emitter_.temp();
  emitter_.emit(Opcode::tryBegin, 0, 1);
  const std::size_t range = code_.handlers.size();
  code_.handlers.push_back({emitter_.here(), 0, 0, true, useDepth_, value});
  emit(*node.operand, value);
  code_.handlers[range].end = emitter_.here();
  Label failed;
  Label end;
  emitter_.jumpX(Opcode::tryEnd, 0, failed);
  emitter_.jump(end);
  code_.handlers[range].handler = emitter_.here();
  emitter_.place(failed);
  emitter_.emit(Opcode::loadUndefined, value);
  emitter_.place(end);
  emitter_.emitMove(target, value);
}

void Body::emitTable(const TableReference& node, Register target) {
  if (!node.field.empty()) {
    return raise(-20027,
                 fmt::format("Fields of tables ('[{}]{}') are not available on the server; use the dataclass.",
                             node.table, node.field),
                 target);
  }
  emitter_.emitX(Opcode::loadTable, target, emitter_.name(node.table));
}

}  // namespace qodly::script::compile
