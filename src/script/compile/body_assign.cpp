// Assignment (language.md 5.2, 6.5, 9.3): into variables with conversion, into places whose parts are evaluated once.
#include <array>

#include <fmt/format.h>

#include "script/compile/body.h"

namespace qodly::script::compile {

using namespace syntax;

namespace {

BinaryOperator operatorOf(AssignOperator op) {
  switch (op) {
    case AssignOperator::subtract:
      return BinaryOperator::subtract;
    case AssignOperator::multiply:
      return BinaryOperator::multiply;
    case AssignOperator::divide:
      return BinaryOperator::divide;
    default:
      return BinaryOperator::add;
  }
}

Opcode generalOf(AssignOperator op) {
  constexpr std::array codes{Opcode::add, Opcode::add, Opcode::subtract, Opcode::multiply, Opcode::divide};
  return codes.at(static_cast<std::size_t>(op));
}

// The value may be written into a register of that type as it is.
bool fits(Static value, const DeclaredType& type) {
  const Static wanted = staticOf(type.word);
  if (wanted == Static::any) return true;
  if (wanted == value) return true;
  const bool takesNull = wanted == Static::object || wanted == Static::collection || wanted == Static::picture ||
                         wanted == Static::pointer;
  return value == Static::null && takesNull;
}

}  // namespace

void Body::convertTo(Register target, Operand value, const DeclaredType& type) {
  const Static wanted = staticOf(type.word);
  if (fits(value.type, type)) return emitter_.emitMove(target, value.reg);
  if (wanted == Static::integer) {
    const Opcode op = value.type == Static::real   ? Opcode::realToInteger
                      : value.type == Static::wide ? Opcode::checkInteger
                                                   : Opcode::convertInteger;
    return emitter_.emit(op, target, value.reg);
  }
  if (wanted == Static::real) {
    const bool whole = value.type == Static::integer || value.type == Static::wide;
    return emitter_.emit(whole ? Opcode::integerToReal : Opcode::convertReal, target, value.reg);
  }
  emitter_.emit(Opcode::convert, target, value.reg, static_cast<std::uint16_t>(type.word));
}

void Body::assignLocal(Variable& variable, const Expression& value) {
  const Register top = emitter_.top();
  if (variable.isArray) {
    const Operand given = operand(value);
    emitter_.emit(Opcode::assignArray, variable.reg, given.reg);
  } else if (variable.staticType() == Static::integer && emitInteger(value, variable.reg)) {
    // done
  } else if (variable.staticType() == Static::text && appendInPlace(variable, value)) {
    // done
  } else if (fits(typeOf(value), variable.type)) {
    emit(value, variable.reg);
  } else {
    const Operand given = operand(value);
    emitter_.at(value.where);
    convertTo(variable.reg, given, variable.type);
  }
  emitter_.dropTo(top);
}

// t = t + a + b with a text variable t: a + b is appended to it where it lies. Whatever a and b are, the result is the
// same: only texts can be added to a text, and undefined stays undefined.
bool Body::appendInPlace(Variable& variable, const Expression& value) {
  std::vector<const Expression*> parts;
  const Expression* at = &value;
  while (const auto* sum = std::get_if<Binary>(&at->node)) {
    if (sum->op != BinaryOperator::add) return false;
    parts.push_back(sum->right);
    at = sum->left;
  }
  if (parts.empty() || localOf(*at) != &variable) return false;
  if (parts.size() == 1) {
    const Operand only = operand(*parts[0]);
    emitter_.emit(Opcode::appendText, variable.reg, only.reg);
    return true;
  }
  const Register joined = emitter_.temp();
  Operand first = operandIn(*parts.back(), joined);
  for (std::size_t i = parts.size() - 1; i-- > 0;) {
    const Register top = emitter_.top();
    const Operand next = operand(*parts[i]);
    emitter_.emit(Opcode::add, joined, first.reg, next.reg);
    emitter_.dropTo(top);
    first.reg = joined;
  }
  emitter_.emit(Opcode::appendText, variable.reg, joined);
  return true;
}

// --- Places

Location Body::locateName(const Expression& where, const Name& name) {
  Location place;
  place.name = name.text;
  switch (name.kind) {
    case NameKind::process:
      place.kind = Location::Kind::process;
      return place;
    case NameKind::interprocess:
      place.kind = Location::Kind::interprocess;
      return place;
    case NameKind::systemOk:
      place.kind = Location::Kind::ok;
      return place;
    default:
      break;
  }
  if (Variable* variable = scope_.find(name)) {
    place.kind = variable->inCell ? Location::Kind::cell : Location::Kind::local;
    place.variable = variable;
    return place;
  }
  emitter_.at(where.where);
  raise(-20002, fmt::format("'{}' cannot be assigned.", name.text), 0);
  return place;
}

Location Body::locate(const Expression& target) {
  Location place;
  if (const auto* name = std::get_if<Name>(&target.node)) return locateName(target, *name);
  if (const auto* number = std::get_if<ParameterNumber>(&target.node)) {
    if (Variable* variable = scope_.parameter(number->number)) {
      place.kind = variable->inCell ? Location::Kind::cell : Location::Kind::local;
      place.variable = variable;
      return place;
    }
    place.kind = Location::Kind::argument;
    place.index = {emitter_.temp(), Static::real};
    loadValue(Value::real(number->number), place.index.reg);
    return place;
  }
  if (const auto* argument = std::get_if<ParameterIndirect>(&target.node)) {
    place.kind = Location::Kind::argument;
    place.index = operand(*argument->number);
    return place;
  }
  if (const auto* member = std::get_if<Member>(&target.node)) {
    place.kind = Location::Kind::member;
    place.object = operand(*member->object);
    place.name = member->name;
    return place;
  }
  if (const auto* element = std::get_if<Element>(&target.node)) return locateElement(*element);
  if (const auto* character = std::get_if<CharacterAt>(&target.node)) {
    place.kind = Location::Kind::character;
    place.base = character->text;
    place.index = operand(*character->index);
    return place;
  }
  if (const auto* brace = std::get_if<BraceElement>(&target.node)) {
    place.kind = Location::Kind::brace;
    place.base = brace->object;
    place.index = operand(*brace->index);
    return place;
  }
  if (const auto* pointer = std::get_if<Dereference>(&target.node)) {
    place.kind = Location::Kind::pointed;
    place.object = operand(*pointer->pointer);
    return place;
  }
  emitter_.at(target.where);
  if (const auto* table = std::get_if<TableReference>(&target.node)) {
    emitTable(*table, emitter_.temp());
  } else {
    raise(-20002, "Only a variable, a parameter, a property or an element can be written.", 0);
  }
  return place;
}

Location Body::locateElement(const Element& element) {
  Location place;
  place.object = operand(*element.object);
  const auto key = constantOf(*element.index);
  if (key && key->isText()) {
    place.kind = Location::Kind::member;
    place.name = key->asText();
    return place;
  }
  place.kind = Location::Kind::element;
  place.index = isWhole(*element.index) ? wideOperand(*element.index) : operand(*element.index);
  return place;
}

void Body::load(const Location& from, Register target) {
  switch (from.kind) {
    case Location::Kind::local:
      return emitter_.emitMove(target, from.variable->reg);
    case Location::Kind::cell:
      return emitter_.emit(Opcode::getCell, target, from.variable->reg);
    case Location::Kind::process:
      return emitter_.emitX(Opcode::getProcess, target, emitter_.name(from.name));
    case Location::Kind::interprocess:
      return emitter_.emitX(Opcode::getInterprocess, target, emitter_.name(from.name));
    case Location::Kind::ok:
      return emitter_.emit(Opcode::getOk, target);
    case Location::Kind::argument:
      return emitter_.emit(Opcode::getParameter, target, from.index.reg);
    case Location::Kind::member:
      return emitter_.emit(Opcode::getMember, target, from.object.reg, emitter_.name(from.name));
    case Location::Kind::element:
      return emitter_.emit(from.index.type == Static::integer || from.index.type == Static::wide
                               ? Opcode::getElementInteger
                               : Opcode::getElement,
                           target, from.object.reg, from.index.reg);
    case Location::Kind::character:
    case Location::Kind::brace: {
      const Operand base = operandIn(*from.base, target);
      return emitter_.emit(from.kind == Location::Kind::brace ? Opcode::getBrace : Opcode::getCharacter, target,
                           base.reg, from.index.reg);
    }
    case Location::Kind::pointed:
      return emitter_.emit(Opcode::getPointed, target, from.object.reg);
    case Location::Kind::none:
      return loadValue(Value(), target);
  }
}

void Body::loadKeeping(const Location& from, Register target) {
  Location copy = from;
  const Register top = emitter_.top();
  for (Operand* part : {&copy.object, &copy.index}) {
    if (!isTemp(part->reg)) continue;
    const Register copied = emitter_.temp();
    emitter_.emit(Opcode::copy, copied, part->reg);
    part->reg = copied;
  }
  load(copy, target);
  emitter_.dropTo(top);
}

void Body::store(const Location& to, Operand value) {
  switch (to.kind) {
    case Location::Kind::local:
      if (to.variable->isArray) return emitter_.emit(Opcode::assignArray, to.variable->reg, value.reg);
      return convertTo(to.variable->reg, value, to.variable->type);
    case Location::Kind::cell:
      return emitter_.emit(Opcode::setCell, to.variable->reg, value.reg);
    case Location::Kind::process:
      return emitter_.emitX(Opcode::setProcess, value.reg, emitter_.name(to.name));
    case Location::Kind::interprocess:
      return emitter_.emitX(Opcode::setInterprocess, value.reg, emitter_.name(to.name));
    case Location::Kind::ok:
      return emitter_.emit(Opcode::setOk, value.reg);
    case Location::Kind::argument:
      return emitter_.emit(Opcode::setParameter, to.index.reg, value.reg);
    case Location::Kind::member:
      return emitter_.emit(Opcode::setMember, to.object.reg, value.reg, emitter_.name(to.name));
    case Location::Kind::element:
      return emitter_.emit(to.index.type == Static::integer || to.index.type == Static::wide ? Opcode::setElementInteger
                                                                                             : Opcode::setElement,
                           to.object.reg, to.index.reg, value.reg);
    case Location::Kind::character:
    case Location::Kind::brace:
      return storePart(to, value);
    case Location::Kind::pointed:
      return emitter_.emit(Opcode::setPointed, to.object.reg, value.reg);
    case Location::Kind::none:
      if (isTemp(value.reg)) emitter_.emit(Opcode::release, value.reg, 1);
      return;
  }
}

// A character of a text, a byte of a blob, an element of an array: the whole is changed, then stored again. (An array
// stays the same container: storing it again changes nothing.)
void Body::storePart(const Location& part, Operand value) {
  const Opcode op = part.kind == Location::Kind::brace ? Opcode::setBrace : Opcode::setCharacter;
  if (const Variable* variable = localOf(*part.base)) {
    const Static type = variable->staticType();
    if (type == Static::any || type == (op == Opcode::setBrace ? Static::blob : Static::text)) {
      return emitter_.emit(op, variable->reg, part.index.reg, value.reg);
    }
  }
  const Location base = locate(*part.base);
  const Register whole = emitter_.temp();
  loadKeeping(base, whole);
  emitter_.emit(op, whole, part.index.reg, value.reg);
  store(base, {whole, Static::any});
}

// --- Statements

void Body::assign(const Assignment& node) {
  if (node.op != AssignOperator::assign) return compound(node);
  if (Variable* variable = localOf(*node.target)) return assignLocal(*variable, *node.value);
  const Location place = locate(*node.target);
  const Operand value = operand(*node.value);
  emitter_.at(node.target->where);
  store(place, value);
}

void Body::compound(const Assignment& node) {
  if (Variable* variable = localOf(*node.target)) {
    if (!variable->isArray) return compoundLocal(*variable, node);
  }
  const Location place = locate(*node.target);
  const Register result = emitter_.temp();
  loadKeeping(place, result);
  const auto number = smallNumberOf(*node.value);
  if (number && node.op != AssignOperator::divide) {
    const int step = node.op == AssignOperator::subtract ? -*number : *number;
    emitter_.at(node.target->where);
    emitter_.emit(node.op == AssignOperator::multiply ? Opcode::multiplyNumber : Opcode::addNumber, result, result,
                  static_cast<std::uint16_t>(static_cast<std::int16_t>(step)));
  } else {
    const Operand value = operand(*node.value);
    emitter_.at(node.target->where);
    emitter_.emit(generalOf(node.op), result, result, value.reg);
  }
  store(place, {result, Static::any});
}

// As `variable = variable op value` would be compiled, which needs no more than a node of that shape.
void Body::compoundLocal(Variable& variable, const Assignment& node) {
  Expression sum;
  sum.node = Binary{operatorOf(node.op), node.target, node.value, node.target->where};
  sum.where = node.target->where;
  assignLocal(variable, sum);
  types_.erase(&sum);
  bits_.erase(&sum);
}

}  // namespace qodly::script::compile
