#include "script/vm/debug_view.h"

#include "script/compile/compiler.h"
#include "script/syntax/parser.h"
#include "script/vm/codes.h"
#include "script/vm/convert_value.h"
#include "script/vm/environment.h"
#include "script/vm/machine.h"
#include "script/vm/pointer.h"
#include "script/vm/program.h"

namespace qodly::script::vm {

namespace {

const Frame* frameAt(Process& process, std::size_t depth) {
  const auto frames = process.machine().frames();
  return depth < frames.size() ? &frames[frames.size() - 1 - depth] : nullptr;
}

std::unexpected<Error> noFrame(std::size_t depth) {
  return std::unexpected(hostError(code::unknownName, "there is no call at depth " + std::to_string(depth)));
}

Value contentOf(const Value& value) {
  const Cell* cell = Cell::from(value);
  return cell != nullptr ? cell->value : value;
}

std::string typeText(const compile::DeclaredType& type) {
  if (type.word == syntax::TypeWord::userClass) return "cs." + type.className;
  if (type.word == syntax::TypeWord::builtInClass) return "4D." + type.className;
  return std::string(wordFor(type.word));
}

// A variable as source text names it.
std::string spelled(const compile::LocalInfo& local, syntax::Surface surface) {
  return (surface == syntax::Surface::fourD || local.dollar ? "$" : "") + local.name;
}

}  // namespace

std::vector<FrameView> framesOf(Process& process) {
  std::vector<FrameView> views;
  const auto frames = process.machine().frames();
  for (std::size_t i = frames.size(); i > 0; --i) {
    const Frame& frame = frames[i - 1];
    FrameView view;
    view.depth = frames.size() - i;
    view.name = frame.code->name;
    view.type = frame.code->kind == compile::CodeKind::method    ? "projectMethod"
                : frame.code->kind == compile::CodeKind::formula ? "executeFormula"
                                                                 : "classFunction";
    if (frame.code->unit != nullptr) view.file = frame.code->unit->file;
    const auto word = static_cast<std::uint32_t>(frame.pc - frame.code->words.data());
    // The innermost frame is about to run its word, the others are behind a call.
    view.line = frame.code->lineAt(view.depth == 0 || word == 0 ? word : word - 1).line;
    const auto surface = frame.code->unit != nullptr ? frame.code->unit->surface : syntax::Surface::qodlyScript;
    for (const compile::LocalInfo& local : frame.code->locals) {
      view.locals.push_back({spelled(local, surface), typeText(local.type), contentOf(frame.base[local.reg])});
    }
    view.self = frame.base[0];
    views.push_back(std::move(view));
  }
  return views;
}

Result<Value> evaluateInFrame(Process& process, std::size_t depth, std::string_view expression) {
  const Frame* frame = frameAt(process, depth);
  if (frame == nullptr) return noFrame(depth);
  Machine& machine = process.machine();
  const std::shared_ptr<const Program> program = machine.program();
  const Builtins& builtins = process.runtime().builtins();
  const syntax::Names* names = program && program->names() != nullptr ? program->names() : builtins.names();
  if (names == nullptr || expression.find_first_of("\r\n") != std::string_view::npos) {
    return std::unexpected(hostError(code::syntax, "an expression on one line is expected"));
  }
  // The expression becomes a method whose parameters are the frame's variables.
  const auto surface = frame->code->unit != nullptr ? frame->code->unit->surface : syntax::Surface::qodlyScript;
  const bool fourD = surface == syntax::Surface::fourD;
  std::string header;
  std::vector<Value> arguments;
  for (const compile::LocalInfo& local : frame->code->locals) {
    if (local.name.empty()) continue;
    header += (header.empty() ? "" : fourD ? "; " : ", ") + spelled(local, surface);
    arguments.push_back(contentOf(frame->base[local.reg]));
  }
  std::string text = fourD ? "#DECLARE" : "declare";
  text += "(" + header + ")\nreturn " + std::string(expression) + "\n";
  const syntax::Tree tree = syntax::parse(syntax::UnitKind::method, "", text, surface, *names);
  const RunningEnvironment environment(builtins, program.get());
  const std::shared_ptr<const compile::Unit> unit = compile::compile(tree, "expression", environment);
  if (unit->main == nullptr || !unit->main->broken.empty()) {
    return std::unexpected(
        hostError(code::syntax, unit->main == nullptr ? "the text is no expression" : unit->main->broken));
  }
  const Value self = frame->base[0];
  const Value function = handleValue(Function::user(unit, *unit->main, frame->owner));
  DebugListener* const listener = machine.listener();
  machine.setListener(nullptr);  // the expression is not stepped through
  auto value = machine.call(function, self, arguments);
  machine.setListener(listener);
  return value;
}

Result<> setVariableInFrame(Process& process, std::size_t depth, std::string_view name, Value value) {
  const Frame* frame = frameAt(process, depth);
  if (frame == nullptr) return noFrame(depth);
  const auto surface = frame->code->unit != nullptr ? frame->code->unit->surface : syntax::Surface::qodlyScript;
  for (const compile::LocalInfo& local : frame->code->locals) {
    if (spelled(local, surface) != name && local.name != name) continue;
    auto done = convertToDeclared(process, local.type.word, Conversion::assignment, value);
    if (!done) return done;
    Value& slot = frame->base[local.reg];
    if (Cell* cell = Cell::from(slot)) {
      cell->value = std::move(value);
    } else {
      slot = std::move(value);
    }
    return {};
  }
  return std::unexpected(hostError(code::unknownName, "the call has no variable " + std::string(name)));
}

}  // namespace qodly::script::vm
