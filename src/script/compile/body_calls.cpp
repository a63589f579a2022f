// Calls: the receiver and the arguments are put into a row of registers, the window, where the result appears.
#include <fmt/format.h>

#include "script/compile/body.h"

namespace qodly::script::compile {

using namespace syntax;

// The target itself when it is the highest temporary, else a new one.
Register Body::window(Register target) {
  return isTemp(target) && target + 1 == emitter_.top() ? target : emitter_.temp();
}

void Body::closeWindow(Register at, Register target) {
  emitter_.emitMove(target, at);
  emitter_.dropTo(static_cast<Register>(at == target ? at + 1 : at));
}

void Body::emitArguments(Expressions arguments) {
  for (const Expression* each : arguments) emit(*each, emitter_.temp());
}

void Body::emitCall(const Expression& where, const Call& node, Register target) {
  const Expression& callee = *node.callee;
  if (const auto* name = std::get_if<Name>(&callee.node)) return emitNamedCall(where, *name, node.arguments, target);
  if (const auto* member = std::get_if<Member>(&callee.node)) return emitMemberCall(*member, node.arguments, target);
  if (const auto* element = std::get_if<Element>(&callee.node))
    return emitElementCall(*element, node.arguments, target);
  if (std::holds_alternative<Super>(callee.node)) {
    const Register at = window(target);
    emitter_.emit(Opcode::move, at, 0);
    emitArguments(node.arguments);
    emitter_.at(where.where);
    emitter_.emit(Opcode::callSuper, at, static_cast<std::uint16_t>(node.arguments.size()));
    return closeWindow(at, target);
  }
  emitValueCall(callee, node.arguments, target);
}

void Body::emitNamedCall(const Expression& where, const Name& callee, Expressions arguments, Register target) {
  switch (callee.kind) {
    case NameKind::command:
      return emitCommand(where, callee, arguments, target);
    case NameKind::method:
      return emitMethodCall(callee.canonical, arguments, target,
                            std::holds_alternative<Call>(where.node) && isOwnCall(std::get<Call>(where.node)));
    case NameKind::constant:
      return raise(-20009, fmt::format("The constant '{}' cannot be called.", callee.text), target);
    default: {
      const Register at = window(target);
      if (Variable* variable = scope_.find(callee)) {
        emitVariable(*variable, at);
      } else {
        return emitMethodCall(callee.text, arguments, target);
      }
      emitArguments(arguments);
      emitter_.at(where.where);
      emitter_.emit(Opcode::callValue, at, static_cast<std::uint16_t>(arguments.size()));
      closeWindow(at, target);
    }
  }
}

// own: the method calls itself, so that whole numbers can be given to its integer parameters as they are.
void Body::emitMethodCall(std::string_view method, Expressions arguments, Register target, bool own) {
  const auto where = emitter_.where();
  const Register at = window(target);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Register argument = emitter_.temp();
    const bool whole = own && i < code_.parameters.size() && code_.parameters[i].type.word == TypeWord::integer;
    if (!whole || !emitInteger(*arguments[i], argument)) emit(*arguments[i], argument);
  }
  emitter_.at(where);
  emitter_.emit(Opcode::callMethod, at, static_cast<std::uint16_t>(arguments.size()), emitter_.name(method));
  closeWindow(at, target);
}

void Body::emitMemberCall(const Member& callee, Expressions arguments, Register target) {
  const Register at = window(target);
  const bool isSuper = std::holds_alternative<Super>(callee.object->node);
  emit(*callee.object, at);
  emitArguments(arguments);
  emitter_.at(callee.namePosition);
  emitter_.emit(isSuper ? Opcode::callSuperFunction : Opcode::callFunction, at,
                static_cast<std::uint16_t>(arguments.size()), emitter_.name(callee.name));
  closeWindow(at, target);
}

void Body::emitElementCall(const Element& callee, Expressions arguments, Register target) {
  const auto key = constantOf(*callee.index);
  const auto count = static_cast<std::uint16_t>(arguments.size());
  if (key && key->isText()) {
    const Register at = window(target);
    emit(*callee.object, at);
    emitArguments(arguments);
    emitter_.emit(Opcode::callFunction, at, count, emitter_.name(key->asText()));
    return closeWindow(at, target);
  }
  // The key lies below the window, so that it is still there when the arguments are.
  const Register top = emitter_.top();
  const Register name = emitter_.temp();
  const Register at = emitter_.temp();
  emit(*callee.object, at);
  emit(*callee.index, name);
  emitArguments(arguments);
  emitter_.at(callee.index->where);
  emitter_.emit(Opcode::callElement, at, count, name);
  emitter_.emitMove(target, at);
  emitter_.dropTo(top);
}

void Body::emitValueCall(const Expression& callee, Expressions arguments, Register target) {
  const Register at = window(target);
  emit(callee, at);
  emitArguments(arguments);
  emitter_.at(callee.where);
  emitter_.emit(Opcode::callValue, at, static_cast<std::uint16_t>(arguments.size()));
  closeWindow(at, target);
}

}  // namespace qodly::script::compile
