// Objects, collections, formulas and pointers, as they are written.
#include <fmt/format.h>

#include "script/compile/body.h"

namespace qodly::script::compile {

using namespace syntax;

namespace {

constexpr std::size_t rowLength = 64;  // values gathered in registers before they go into the container

}  // namespace

void Body::emitObject(const ObjectLiteral& node, Register target) {
  const Register object = window(target);
  std::size_t from = 0;
  do {
    const std::size_t count = std::min(rowLength, node.pairs.size() - from);
    std::vector<std::string> names;
    for (const ObjectPair& pair : node.pairs.subspan(from, count)) {
      names.emplace_back(pair.key);
      emit(*pair.value, emitter_.temp());
    }
    emitter_.emit(from == 0 ? Opcode::newObject : Opcode::extendObject, object, static_cast<std::uint16_t>(count),
                  emitter_.shape(std::move(names)));
    emitter_.dropTo(static_cast<Register>(object + 1));
    from += count;
  } while (from < node.pairs.size());
  closeWindow(object, target);
}

void Body::emitCollection(const CollectionLiteral& node, Register target) {
  const Register collection = window(target);
  std::size_t from = 0;
  do {
    const std::size_t count = std::min(rowLength, node.elements.size() - from);
    emitArguments(node.elements.subspan(from, count));
    emitter_.emit(from == 0 ? Opcode::newCollection : Opcode::extendCollection, collection,
                  static_cast<std::uint16_t>(count));
    emitter_.dropTo(static_cast<Register>(collection + 1));
    from += count;
  } while (from < node.elements.size());
  closeWindow(collection, target);
}

void Body::emitFormula(const Formula& node, Register target) {
  const std::size_t before = context_.unit.codes.size();
  Code* child = nullptr;
  for (const bool longJumps : {false, true}) {
    context_.unit.codes.resize(before);
    child = &context_.unit.codes.emplace_back();
    child->kind = CodeKind::formula;
    child->name = "formula";
    child->unit = &context_.unit;
    child->line = emitter_.lastLine();
    Body body(context_, *child, this, longJumps);
    body.formula(node);
    if (body.overflowed()) child->broken = "The formula is too large to be compiled.";
    if (!body.needsLongJumps()) break;
  }
  formulas_.push_back(child);
  code_.children.push_back(child);
  emitter_.emitX(Opcode::newFormula, target, static_cast<std::int32_t>(code_.children.size() - 1));
}

void Body::emitAddress(const AddressOf& node, Register target) {
  const Expression& what = *node.target;
  if (const auto* name = std::get_if<Name>(&what.node)) {
    if (const Variable* variable = scope_.find(*name)) return emitter_.emit(Opcode::pointCell, target, variable->reg);
    if (name->kind == NameKind::process) return emitter_.emitX(Opcode::pointProcess, target, emitter_.name(name->text));
    if (name->kind == NameKind::interprocess) {
      return emitter_.emitX(Opcode::pointInterprocess, target, emitter_.name(name->text));
    }
  }
  if (const auto* parameter = std::get_if<ParameterNumber>(&what.node)) {
    if (const Variable* variable = scope_.parameter(parameter->number)) {
      return emitter_.emit(Opcode::pointCell, target, variable->reg);
    }
  }
  if (const auto* element = std::get_if<BraceElement>(&what.node)) {
    const Operand array = operandIn(*element->object, target);
    const Operand index = operand(*element->index);
    return emitter_.emit(Opcode::pointBrace, target, array.reg, index.reg);
  }
  if (std::holds_alternative<TableReference>(what.node)) {
    const Operand table = operandIn(what, target);
    return emitter_.emit(Opcode::pointTable, target, table.reg);
  }
  if (const auto* pointed = std::get_if<Dereference>(&what.node)) {
    emit(*pointed->pointer, target);
    return;
  }
  raise(-20002, "'->' gives a pointer to a variable, an array, an array element or a table; this is none of them.",
        target);
}

}  // namespace qodly::script::compile
