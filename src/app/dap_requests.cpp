// What is asked about a process that stands still.
#include <algorithm>

#include <fmt/format.h>

#include "app/dap_session.h"
#include "app/protocol_json.h"
#include "script/syntax/sources.h"
#include "script/vm/machine.h"
#include "script/vm/program.h"

namespace qodly::app {

namespace debug = script::debug;
namespace vm = script::vm;

using protocol::object;

namespace {

constexpr std::size_t mostFrames = 1000;  // of one answer

// A frame's number holds the serial of its stand and its depth.
int frameNumber(int serial, std::size_t depth) {
  return (serial << debug::Stop::referenceBits) | static_cast<int>(depth + 1);
}
std::size_t depthOf(std::int64_t frame) {
  return static_cast<std::size_t>(frame & ((1 << debug::Stop::referenceBits) - 1)) - 1;
}
int serialOf(std::int64_t number) { return debug::Stop::serialOf(static_cast<int>(number & INT32_MAX)); }

void addInsides(Object& body, int reference, const debug::Insides& insides) {
  body.set("variablesReference", Value::integer(reference));
  if (reference == 0) return;
  if (insides.named > 0) body.set("namedVariables", Value::integer(insides.named));
  if (insides.numbered > 0) body.set("indexedVariables", Value::integer(insides.numbered));
}

// As a line of a list ("value"), or as what was evaluated ("result").
Value variableValue(const debug::Variable& variable, std::string_view valueName) {
  Value made = object({{valueName, Value::text(variable.text)}, {"type", Value::text(variable.type)}});
  addInsides(made.asObject(), variable.reference, variable.insides);
  if (valueName != "value") return made;
  made.asObject().set("name", Value::text(variable.name));
  if (!variable.expression.empty()) made.asObject().set("evaluateName", Value::text(variable.expression));
  if (variable.lazy) made.asObject().set("presentationHint", object({{"lazy", Value::boolean(true)}}));
  return made;
}

}  // namespace

void DapSession::ask(const Value& request, const std::shared_ptr<debug::Stop>& stop, Job job) {
  if (!stop) return channel_->failNotStopped(request);
  stop->post([channel = channel_, request, job = std::move(job)](debug::Stop* standing) {
    if (standing == nullptr) return channel->failNotStopped(request);
    Result<Value> body = job(*standing);
    if (body) {
      channel->succeed(request, std::move(*body));
    } else {
      channel->fail(request, body.error().message());
    }
  });
}

void DapSession::stackTrace(const Value& request, const Value& arguments) {
  const auto thread = static_cast<std::int32_t>(protocol::numberAt(arguments, "threadId"));
  const auto start = static_cast<std::size_t>(std::max<std::int64_t>(protocol::numberAt(arguments, "startFrame"), 0));
  const auto levels = static_cast<std::size_t>(std::max<std::int64_t>(protocol::numberAt(arguments, "levels"), 0));
  ask(request, debugger_->stopOf(thread), [channel = channel_, start, levels](debug::Stop& stop) -> Result<Value> {
    const std::size_t total = stop.frameCount();
    const std::size_t wanted = levels == 0 ? mostFrames : std::min(levels, mostFrames);
    auto frames = Collection::make();
    for (std::size_t depth = start; depth < total && frames->size() < wanted; ++depth) {
      const vm::FrameView frame = stop.frame(depth);
      const script::compile::Code* code = vm::codeAt(stop.process(), depth);
      frames->push(object({{"id", Value::integer(frameNumber(stop.serial(), depth))},
                           {"name", Value::text(frame.name)},
                           {"source", channel->source(frame.file, frame.name, code->source)},
                           {"line", Value::integer(frame.line)},
                           {"column", Value::integer(1)}}));
    }
    return object({{"stackFrames", Value::collection(std::move(frames))},
                   {"totalFrames", Value::integer(static_cast<std::int64_t>(total))}});
  });
}

void DapSession::scopes(const Value& request, const Value& arguments) {
  const std::int64_t frame = protocol::numberAt(arguments, "frameId");
  ask(request, debugger_->stopBySerial(serialOf(frame)), [frame](debug::Stop& stop) -> Result<Value> {
    auto list = Collection::make();
    struct Row {
      debug::Scope scope;
      const char* name;
      const char* hint;
    };
    const std::size_t depth = depthOf(frame);
    if (depth >= stop.frameCount()) return std::unexpected(Error(0, "dap", "The call is no longer known."));
    for (const Row& row : {Row{debug::Scope::parameters, "Parameters", "arguments"},
                           Row{debug::Scope::locals, "Locals", "locals"}, Row{debug::Scope::receiver, "This", ""},
                           Row{debug::Scope::processVariables, "Process variables", "globals"}}) {
      debug::Insides insides;
      const int reference = stop.scope(depth, row.scope, insides);
      if (reference == 0 && row.scope != debug::Scope::locals) continue;
      Value made = object({{"name", Value::text(row.name)},
                           {"expensive", Value::boolean(row.scope == debug::Scope::processVariables)}});
      addInsides(made.asObject(), reference, insides);
      if (*row.hint != '\0') made.asObject().set("presentationHint", Value::text(row.hint));
      list->push(made);
    }
    return object({{"scopes", Value::collection(std::move(list))}});
  });
}

void DapSession::variables(const Value& request, const Value& arguments) {
  const auto reference = static_cast<int>(protocol::numberAt(arguments, "variablesReference") & INT32_MAX);
  const std::string filter = protocol::textAt(arguments, "filter");
  const std::int64_t start = protocol::numberAt(arguments, "start");
  const std::int64_t count = protocol::numberAt(arguments, "count");
  const auto which = filter == "named"     ? debug::Stop::Filter::named
                     : filter == "indexed" ? debug::Stop::Filter::numbered
                                           : debug::Stop::Filter::all;
  ask(request, debugger_->stopBySerial(serialOf(reference)),
      [reference, which, start, count](debug::Stop& stop) -> Result<Value> {
        const auto found = stop.variables(reference, which, start, count);
        if (!found) return std::unexpected(found.error());
        auto list = Collection::make();
        for (const debug::Variable& each : *found) list->push(variableValue(each, "value"));
        return object({{"variables", Value::collection(std::move(list))}});
      });
}

void DapSession::setVariable(const Value& request, const Value& arguments) {
  const auto reference = static_cast<int>(protocol::numberAt(arguments, "variablesReference") & INT32_MAX);
  ask(request, debugger_->stopBySerial(serialOf(reference)),
      [reference, arguments](debug::Stop& stop) -> Result<Value> {
        const auto set =
            stop.setVariable(reference, protocol::textAt(arguments, "name"), protocol::textAt(arguments, "value"));
        if (!set) return std::unexpected(set.error());
        return variableValue(*set, "value");
      });
}

void DapSession::setExpression(const Value& request, const Value& arguments) {
  const std::int64_t frame = protocol::numberAt(arguments, "frameId");
  ask(request, debugger_->stopBySerial(serialOf(frame)), [frame, arguments](debug::Stop& stop) -> Result<Value> {
    const auto set = stop.setExpression(depthOf(frame), protocol::textAt(arguments, "expression"),
                                        protocol::textAt(arguments, "value"));
    if (!set) return std::unexpected(set.error());
    return variableValue(*set, "value");
  });
}

void DapSession::evaluate(const Value& request, const Value& arguments) {
  const std::string expression = protocol::textAt(arguments, "expression");
  const std::string context = protocol::textAt(arguments, "context");
  const std::int64_t frame = protocol::numberAt(arguments, "frameId");
  if (frame == 0) return evaluateAlone(request, expression);
  ask(request, debugger_->stopBySerial(serialOf(frame)),
      [channel = channel_, frame, expression, context](debug::Stop& stop) -> Result<Value> {
        const std::size_t depth = depthOf(frame);
        if (context == "hover") {
          const auto seen = stop.look(depth, expression);
          if (!seen) return std::unexpected(Error(0, "dap", "Only names of values and their members are looked up."));
          if (!*seen) return std::unexpected(seen->error());
          return variableValue(**seen, "result");
        }
        if (context == "clipboard") {
          const auto whole = stop.evaluateWhole(depth, expression);
          if (!whole) return std::unexpected(whole.error());
          return object({{"result", Value::text(*whole)}, {"variablesReference", Value::integer(0)}});
        }
        if (context != "repl") {
          const auto value = stop.evaluate(depth, expression);
          if (!value) return std::unexpected(value.error());
          return variableValue(*value, "result");
        }
        const auto entered = stop.enter(depth, expression);
        if (!entered) return std::unexpected(entered.error());
        if (*entered) return variableValue(**entered, "result");
        return object({{"result", Value::text("")}, {"variablesReference", Value::integer(0)}});
      });
}

// Nothing stands still: in a process of its own, which is not debugged.
void DapSession::evaluateAlone(const Value& request, std::string_view expression) {
  vm::Process process(runtime_->shared_from_this(), "Debug console", vm::ProcessType::internal);
  const vm::Machine::Aside aside(process.machine(), std::chrono::seconds(10));
  const auto value = process.evaluate(expression);
  if (!value) return channel_->fail(request, value.error().message());
  channel_->succeed(request, object({{"result", Value::text(debug::lineOf(process, *value, 2000))},
                                     {"type", Value::text(debug::typeOf(process, *value))},
                                     {"variablesReference", Value::integer(0)}}));
}

void DapSession::completions(const Value& request, const Value& arguments) {
  const std::int64_t frame = protocol::numberAt(arguments, "frameId");
  const std::string text = protocol::textAt(arguments, "text");
  const std::int64_t column = std::max<std::int64_t>(protocol::numberAt(arguments, "column", 1), 1);
  if (frame == 0) return channel_->succeed(request, object({{"targets", Value::collection(Collection::make())}}));
  // Columns count UTF-16 units from 1.
  const Value counted = Value::text(text);
  const std::size_t units = std::min(static_cast<std::size_t>(column - 1), counted.textUnits());
  const std::string before = text.substr(0, counted.textOffset(units));
  ask(request, debugger_->stopBySerial(serialOf(frame)), [frame, before](debug::Stop& stop) -> Result<Value> {
    constexpr std::size_t most = 500;
    auto list = Collection::make();
    for (const std::string& each : stop.complete(depthOf(frame), before)) {
      if (list->size() == most) break;
      list->push(
          object({{"label", Value::text(each)}, {"type", Value::text(each.ends_with('(') ? "function" : "variable")}}));
    }
    return object({{"targets", Value::collection(std::move(list))}});
  });
}

void DapSession::exceptionInfo(const Value& request, const Value& arguments) {
  const auto thread = static_cast<std::int32_t>(protocol::numberAt(arguments, "threadId"));
  ask(request, debugger_->stopOf(thread), [](debug::Stop& stop) -> Result<Value> {
    if (!stop.error) return std::unexpected(Error(0, "dap", "The process does not stand at an error."));
    const debug::ErrorInfo& error = *stop.error;
    std::string trace;
    for (const vm::TraceLine& each : error.trace) {
      trace += fmt::format("{} ({}:{})\n", each.name, each.file.empty() ? each.type : each.file, each.line);
    }
    return object({{"exceptionId", Value::text(fmt::format("{} {}", error.component, error.code))},
                   {"description", Value::text(error.message)},
                   {"breakMode", Value::text(error.caught ? "always" : "unhandled")},
                   {"details", object({{"message", Value::text(error.message)},
                                       {"typeName", Value::text(fmt::format("error {}", error.code))},
                                       {"stackTrace", Value::text(std::move(trace))}})}});
  });
}

// --- Sources

void DapSession::loadedSources(const Value& request, const Value& /*arguments*/) {
  auto list = Collection::make();
  const auto program = debugger_->program();
  for (const auto& unit : program->units()) {
    if (unit != nullptr && !unit->file.empty()) list->push(channel_->source(unit->file, "", ""));
  }
  channel_->succeed(request, object({{"sources", Value::collection(std::move(list))}}));
}

void DapSession::source(const Value& request, const Value& arguments) {
  std::int64_t reference = protocol::numberAt(arguments, "source.sourceReference");
  if (reference == 0) reference = protocol::numberAt(arguments, "sourceReference");
  std::optional<std::string> text = channel_->sourceText(reference);
  if (!text) {
    // Of the application's own files only.
    const std::string file = channel_->fileOf(protocol::textAt(arguments, "source.path"));
    const auto program = debugger_->program();
    const bool known =
        std::ranges::any_of(program->units(), [&](const auto& unit) { return unit != nullptr && unit->file == file; });
    const auto read = known ? script::syntax::readSource(channel_->pathOf(file)) : Result<std::string>("");
    if (!known || !read) return channel_->fail(request, "The source is not known.");
    text = *read;
  }
  channel_->succeed(request, object({{"content", Value::text(*text)}, {"mimeType", Value::text("text/x-qodly")}}));
}

}  // namespace qodly::app
