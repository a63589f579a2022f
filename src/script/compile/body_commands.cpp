// Commands of the library, and the few that need more than a call.
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "script/compile/body.h"

namespace qodly::script::compile {

using namespace syntax;

// What such a command is compiled to. They return false when it is an ordinary call after all.
struct Body::SpecialCommands {
  using Writer = bool (*)(Body& body, Expressions arguments, Register target);
  struct Row {
    std::string_view name;
    Writer write;
  };

  static bool negation(Body& body, Expressions arguments, Register target) {
    if (arguments.size() != 1) return false;
    const Operand value = body.operandIn(*arguments[0], target);
    body.emitter_.emit(Opcode::logicalNot, target, value.reg);
    return true;
  }

  static bool undefinedTest(Body& body, Expressions arguments, Register target) {
    if (arguments.size() != 1) return false;
    const Operand value = body.operandIn(*arguments[0], target);
    body.emitter_.emit(Opcode::isUndefined, target, value.reg);
    return true;
  }

  // Of a declared variable it is known; of others the value tells (a variant that holds an array).
  static bool type(Body& body, Expressions arguments, Register target) {
    if (arguments.size() != 1) return false;
    const Variable* variable = body.variableOf(*arguments[0]);
    if (variable == nullptr && !std::holds_alternative<Name>(arguments[0]->node)) {
      const auto command = body.context_.environment.command("valueType");
      if (!command) return false;
      body.emitLibraryCall(*command, arguments, target);
      return true;
    }
    if (variable != nullptr && !variable->type.isVariant()) {
      body.loadValue(Value::real(typeCode(variable->type.word)), target);
      return true;
    }
    const Operand value = body.operandIn(*arguments[0], target);
    body.emitter_.emit(Opcode::declaredType, target, value.reg);
    if (isTemp(value.reg) && value.reg != target) body.emitter_.emit(Opcode::release, value.reg, 1);
    return true;
  }

  static bool clear(Body& body, Expressions arguments, Register target) {
    if (arguments.size() != 1) return false;
    const Location place = body.locate(*arguments[0]);
    const Register nothing = body.emitter_.temp();
    body.loadValue(Value(), nothing);
    body.store(place, {nothing, Static::undefined});
    return nothingFrom(body, target);
  }

  static bool count(Body& body, Expressions arguments, Register target) {
    if (!arguments.empty()) return false;
    body.emitter_.emit(Opcode::countParameters, target);
    return true;
  }

  static bool copy(Body& body, Expressions arguments, Register target) {
    if (arguments.size() > 1) return false;
    body.code_.usesArguments = true;
    const Register from = body.emitter_.temp();
    if (arguments.empty()) {
      body.loadValue(Value::real(1), from);
    } else {
      body.emit(*arguments[0], from);
    }
    body.emitter_.emit(Opcode::copyParameters, target, from);
    return true;
  }

  static bool assertion(Body& body, Expressions arguments, Register target) {
    const auto command = body.context_.environment.command("assert");
    if (!command || arguments.empty()) return false;
    Label skip;
    body.emitter_.jumpX(Opcode::jumpUnlessAsserting, 0, skip);
    const Register result = body.emitter_.temp();
    body.withOwnText(*command, arguments, result);
    body.drop(result);
    body.emitter_.place(skip);
    return nothingFrom(body, target);
  }

  static bool assertedValue(Body& body, Expressions arguments, Register target) {
    const auto command = body.context_.environment.command("asserted");
    if (!command || arguments.empty()) return false;
    body.withOwnText(*command, arguments, target);
    return true;
  }

  static bool methodName(Body& body, Expressions arguments, Register target) {
    if (!arguments.empty()) return false;
    if (body.scope_.isFormula()) {
      body.raise(-20002, "currentMethodName cannot be used inside a formula.", target);
    } else {
      body.loadValue(Value::text(body.code_.name), target);
    }
    return true;
  }

  static bool nothingFrom(Body& body, Register target) {
    body.loadValue(Value(), target);
    return true;
  }

  static Writer find(std::string_view name) {
    static constexpr auto rows = std::to_array<Row>({
        {"not", &negation},
        {"undefined", &undefinedTest},
        {"type", &type},
        {"clearVariable", &clear},
        {"countParameters", &count},
        {"copyParameters", &copy},
        {"assert", &assertion},
        {"asserted", &assertedValue},
        {"currentMethodName", &methodName},
    });
    for (const Row& each : rows) {
      if (each.name == name) return each.write;
    }
    return nullptr;
  }
};

// The variable that the expression is, in a register or a cell.
Variable* Body::variableOf(const Expression& node) {
  if (const auto* name = std::get_if<Name>(&node.node)) return scope_.find(*name);
  if (const auto* number = std::get_if<ParameterNumber>(&node.node)) return scope_.parameter(number->number);
  return nullptr;
}

void Body::emitCommand(const Expression& where, const Name& callee, Expressions arguments, Register target) {
  const auto special = SpecialCommands::find(callee.canonical);
  if (special != nullptr && special(*this, arguments, target)) return;
  emitter_.at(where.where);
  if (const auto command = context_.environment.command(callee.canonical)) {
    return emitLibraryCall(*command, arguments, target);
  }
  if (context_.environment.isUnavailable(callee.canonical)) {
    return raise(-20027, fmt::format("Command not available on the server: {}.", callee.text), target);
  }
  raise(-20008, fmt::format("'{}' is no command that this server knows.", callee.text), target);
}

namespace {

// Something that can be written: a variable, a parameter, a property, an element.
bool isPlace(const Expression& expression) {
  if (const auto* name = std::get_if<Name>(&expression.node)) {
    return name->kind == NameKind::local || name->kind == NameKind::dollarLocal || name->kind == NameKind::process ||
           name->kind == NameKind::interprocess;
  }
  return std::holds_alternative<ParameterNumber>(expression.node) ||
         std::holds_alternative<ParameterIndirect>(expression.node) ||
         std::holds_alternative<Member>(expression.node) || std::holds_alternative<Element>(expression.node) ||
         std::holds_alternative<BraceElement>(expression.node) || std::holds_alternative<Dereference>(expression.node);
}

// Whether the command writes to a place that is given behind argument `from`.
bool writesBehind(const vm::Signature& signature, Expressions arguments, std::size_t from) {
  const std::size_t end = std::min(arguments.size(), signature.parameters.size());
  for (std::size_t i = from + 1; i < end; ++i) {
    if (signature.parameters[i].passing != vm::Passing::in && isPlace(*arguments[i])) return true;
  }
  return false;
}

}  // namespace

// A command whose second argument, when it is left out, is the text of the first one as it is written.
void Body::withOwnText(std::uint32_t command, Expressions arguments, Register target) {
  if (arguments.size() != 1) return emitLibraryCall(command, arguments, target);
  const Expression& first = *arguments[0];
  const std::string_view written = std::string_view(*context_.tree.text).substr(first.where.offset);
  const Expression text{.node = TextLiteral{written.substr(0, first.end - first.where.offset)}, .where = first.where};
  const std::array<const Expression*, 2> both{&first, &text};
  emitLibraryCall(command, both, target);
}

void Body::emitLibraryCall(std::uint32_t command, Expressions arguments, Register target) {
  const vm::Signature& signature = context_.environment.commandSignature(command);
  const auto where = emitter_.where();
  const Register top = emitter_.top();
  // Places that the command writes are found before the window is opened: their parts lie below it.
  std::vector<std::pair<std::size_t, Location>> written;
  for (std::size_t i = 0; i < arguments.size() && !signature.parameters.empty(); ++i) {
    if (i >= signature.parameters.size() && !signature.variadic) break;
    const auto& parameter = signature.parameters[std::min(i, signature.parameters.size() - 1)];
    if (parameter.passing == vm::Passing::in || std::holds_alternative<StarArgument>(arguments[i]->node)) continue;
    // Repeated parameters mix variables with names and options: "SORT ARRAY(a; b; >)".
    const bool repeated = signature.variadic && i + 1 >= signature.parameters.size();
    if (repeated && !isPlace(*arguments[i])) continue;
    // base64Encode("text", result): what is read and written may be any value when another place gets the result.
    if (parameter.passing == vm::Passing::inout && !isPlace(*arguments[i]) && writesBehind(signature, arguments, i)) {
      continue;
    }
    written.emplace_back(i, locate(*arguments[i]));
  }
  const bool between = emitter_.top() != top;
  const Register at = between ? emitter_.temp() : window(target);
  auto next = written.begin();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Register argument = emitter_.temp();
    if (next == written.end() || next->first != i) {
      emit(*arguments[i], argument);
      continue;
    }
    const auto& parameter = signature.parameters[std::min(i, signature.parameters.size() - 1)];
    if (parameter.passing == vm::Passing::inout) {
      loadKeeping(next->second, argument);
    } else {
      loadValue(Value(), argument);
    }
    ++next;
  }
  emitter_.at(where);
  emitter_.emit(written.empty() ? Opcode::callCommand : Opcode::callCommandOut, at,
                static_cast<std::uint16_t>(arguments.size()), static_cast<std::uint16_t>(command));
  if (!written.empty()) storeArguments(written, at, arguments.size());
  emitter_.emitMove(target, at);
  emitter_.dropTo(at == target ? static_cast<Register>(at + 1) : top);
}

// What the command left in the window goes to the places, and the rest is released.
void Body::storeArguments(std::vector<std::pair<std::size_t, Location>>& written, Register at, std::size_t count) {
  std::size_t from = 0;
  for (const auto& [place, location] : written) {
    if (place > from) {
      emitter_.emit(Opcode::release, static_cast<Register>(at + 1 + from), static_cast<std::uint16_t>(place - from));
    }
    store(location, {static_cast<Register>(at + 1 + place), Static::any});
    from = place + 1;
  }
  if (from < count) {
    emitter_.emit(Opcode::release, static_cast<Register>(at + 1 + from), static_cast<std::uint16_t>(count - from));
  }
}

}  // namespace qodly::script::compile
