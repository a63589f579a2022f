#include "script/vm/debug_view.h"

#include <algorithm>

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

const Frame* frameOf(Process& process, std::size_t depth) {
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

syntax::Surface surfaceOf(const Frame& frame) {
  return frame.code->unit != nullptr ? frame.code->unit->surface : syntax::Surface::qodlyScript;
}

// A variable as source text names it.
std::string spelled(const compile::LocalInfo& local, syntax::Surface surface) {
  return (surface == syntax::Surface::fourD || local.dollar ? "$" : "") + local.name;
}

}  // namespace

std::size_t frameCount(Process& process) { return process.machine().frames().size(); }

FrameView frameAt(Process& process, std::size_t depth, bool withValues) {
  const Machine& machine = process.machine();
  const Frame& frame = *frameOf(process, depth);
  FrameView view;
  view.depth = depth;
  view.name = frame.code->name;
  view.type = frame.code->kind == compile::CodeKind::method    ? "projectMethod"
              : frame.code->kind == compile::CodeKind::formula ? "executeFormula"
                                                               : "classFunction";
  if (frame.code->unit != nullptr) view.file = frame.code->unit->file;
  const auto word = static_cast<std::uint32_t>(frame.pc - frame.code->words.data());
  const bool isAtNext = depth == 0 && machine.isAtStatement();
  const compile::LineEntry place = frame.code->lineAt(isAtNext || word == 0 ? word : word - 1);
  view.line = place.line;
  if (isAtNext) {
    if (const compile::StatementRange* statement = frame.code->statementAt(word)) view.line = statement->line;
  }
  if (!withValues) return view;
  const auto surface = surfaceOf(frame);
  for (const compile::LocalInfo& local : frame.code->locals) {
    const bool isParameter = local.reg >= 1 && local.reg <= frame.code->parameters.size();
    view.locals.push_back(
        {spelled(local, surface), typeText(local.type), contentOf(frame.base[local.reg]), isParameter});
  }
  view.self = frame.base[0];
  return view;
}

std::vector<FrameView> framesOf(Process& process) {
  std::vector<FrameView> views;
  for (std::size_t depth = 0; depth < frameCount(process); ++depth) views.push_back(frameAt(process, depth, true));
  return views;
}

std::shared_ptr<const compile::Unit> unitAt(Process& process, std::size_t depth) {
  const Frame* frame = frameOf(process, depth);
  return frame == nullptr || frame->code->unit == nullptr ? nullptr : process.machine().unitOf(*frame);
}

const compile::Code* codeAt(Process& process, std::size_t depth) {
  const Frame* frame = frameOf(process, depth);
  return frame == nullptr ? nullptr : frame->code;
}

std::vector<Value> extraArgumentsAt(Process& process, std::size_t depth) {
  std::vector<Value> values;
  const Frame* frame = frameOf(process, depth);
  if (frame == nullptr || frame->kept == nullptr) return values;
  for (auto i = static_cast<std::uint32_t>(frame->code->parameters.size()) + 1; i <= frame->arguments; ++i) {
    values.push_back(frame->kept[i]);
  }
  return values;
}

std::vector<std::pair<std::string, Value>> processVariablesOf(Process& process) {
  std::vector<std::pair<std::string, Value>> variables;
  for (const auto& [name, value] : process.machine().processVariables()) variables.emplace_back(name, contentOf(value));
  std::ranges::sort(variables, {}, &std::pair<std::string, Value>::first);
  return variables;
}

namespace {

// A body that is made of a text to run in a frame: a method whose parameters are the frame's variables.
struct FrameText {
  std::string header;
  std::vector<Value> arguments;
  std::vector<std::string> names;  // of the arguments, as the text spells them
};

FrameText variablesOf(const Frame& frame) {
  FrameText made;
  const auto surface = surfaceOf(frame);
  for (const compile::LocalInfo& local : frame.code->locals) {
    if (local.name.empty()) continue;
    made.names.push_back(spelled(local, surface));
    made.arguments.push_back(contentOf(frame.base[local.reg]));
  }
  return made;
}

const syntax::Names* namesOf(Process& process) {
  const std::shared_ptr<const Program> program = process.machine().program();
  return program && program->names() != nullptr ? program->names() : process.runtime().builtins().names();
}

// Takes the variables of the call at `depth` when its last statement, on line 3, begins.
class EndOfText final : public DebugListener {
 public:
  explicit EndOfText(std::size_t depth) : depth_(depth) {}
  Result<> atStatement(Process& process, std::string_view /*file*/, std::uint32_t line, std::size_t depth) override {
    if (depth != depth_ || line != 3) return {};
    const Frame& frame = *frameOf(process, 0);
    for (const compile::LocalInfo& local : frame.code->locals) {
      values_.emplace_back(spelled(local, surfaceOf(frame)), contentOf(frame.base[local.reg]));
    }
    return {};
  }
  Result<> atTrace(Process& /*process*/) override { return {}; }
  Result<> atError(Process& /*process*/, const Error& /*error*/, bool /*caught*/) override { return {}; }
  Result<> atAttention(Process& /*process*/) override { return {}; }

  const std::vector<std::pair<std::string, Value>>& values() const { return values_; }

 private:
  std::size_t depth_;
  std::vector<std::pair<std::string, Value>> values_;
};

Result<Value> runText(Process& process, const Frame& frame, const FrameText& variables, std::string_view body,
                      std::chrono::milliseconds limit, DebugListener* listener = nullptr) {
  Machine& machine = process.machine();
  const syntax::Names* names = namesOf(process);
  if (names == nullptr) return std::unexpected(hostError(code::syntax, "no names are known"));
  const auto surface = surfaceOf(frame);
  const bool fourD = surface == syntax::Surface::fourD;
  std::string header;
  for (const std::string& name : variables.names) header += (header.empty() ? "" : fourD ? "; " : ", ") + name;
  const std::string text =
      std::string(fourD ? "#DECLARE" : "declare") + "(" + header + ")\n" + std::string(body) + "\n";
  const syntax::Tree tree = syntax::parse(syntax::UnitKind::method, "", text, surface, *names);
  const std::shared_ptr<const Program> program = machine.program();
  const RunningEnvironment environment(process.runtime().builtins(), program.get());
  const std::shared_ptr<const compile::Unit> unit = compile::compile(tree, "expression", environment);
  if (unit->main == nullptr || !unit->main->broken.empty()) {
    return std::unexpected(
        hostError(code::syntax, unit->main == nullptr ? "the text is no expression" : unit->main->broken));
  }
  const Value self = frame.base[0];
  const Value function = handleValue(Function::user(unit, *unit->main, frame.owner));
  const Machine::Aside aside(machine, limit);
  machine.setListener(listener);
  return machine.call(function, self, variables.arguments);
}

bool isOneLine(std::string_view text) { return text.find_first_of("\r\n") == std::string_view::npos; }

std::unexpected<Error> notOneLine() {
  return std::unexpected(hostError(code::syntax, "a text on one line is expected"));
}

}  // namespace

Result<Value> evaluateInFrame(Process& process, std::size_t depth, std::string_view expression,
                              std::chrono::milliseconds limit) {
  const Frame* frame = frameOf(process, depth);
  if (frame == nullptr) return noFrame(depth);
  if (!isOneLine(expression)) return notOneLine();
  return runText(process, *frame, variablesOf(*frame), "return " + std::string(expression), limit);
}

Result<> runInFrame(Process& process, std::size_t depth, std::string_view statement, std::chrono::milliseconds limit,
                    const Value& given) {
  const Frame* frame = frameOf(process, depth);
  if (frame == nullptr) return std::unexpected(noFrame(depth).error());
  if (!isOneLine(statement)) return std::unexpected(notOneLine().error());
  const bool fourD = surfaceOf(*frame) == syntax::Surface::fourD;
  FrameText variables = variablesOf(*frame);
  if (!given.isUndefined()) {
    variables.names.push_back((fourD ? "$" : "") + std::string(givenName));
    variables.arguments.push_back(given);
  }
  EndOfText end(process.machine().frames().size() + 1);
  auto done = runText(process, *frame, variables, std::string(statement) + "\nreturn", limit, &end);
  if (!done) return std::unexpected(done.error());
  frame = frameOf(process, depth);
  for (const auto& [name, value] : end.values()) {
    const auto at = std::ranges::find(variables.names, name);
    if (at == variables.names.end() || at->ends_with(givenName)) continue;
    const Value& before = variables.arguments[static_cast<std::size_t>(at - variables.names.begin())];
    if (before.identical(value)) continue;
    if (auto set = setVariableInFrame(process, depth, name, value); !set) return set;
  }
  return {};
}

bool isStatement(Process& process, std::size_t depth, std::string_view text) {
  const Frame* frame = frameOf(process, depth);
  const syntax::Names* names = namesOf(process);
  if (frame == nullptr || names == nullptr || !isOneLine(text)) return false;
  const syntax::Tree tree =
      syntax::parse(syntax::UnitKind::method, "", text, surfaceOf(*frame), *names, {.anyExpressionStatement = true});
  if (tree.function == nullptr || tree.function->body.empty()) return false;
  return !std::holds_alternative<syntax::ExpressionStatement>(tree.function->body.front()->node);
}

Result<> setVariableInFrame(Process& process, std::size_t depth, std::string_view name, Value value) {
  const Frame* frame = frameOf(process, depth);
  if (frame == nullptr) return noFrame(depth);
  const auto surface = surfaceOf(*frame);
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
