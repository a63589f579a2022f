// The life of a session: beginning, breakpoints, going on, ending, and which request goes where.
#include "app/dap_session.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/protocol_json.h"
#include "value/json.h"

namespace qodly::app {

namespace debug = script::debug;
namespace vm = script::vm;

using protocol::object;

namespace {

std::string_view wordFor(debug::StopReason reason) {
  switch (reason) {
    case debug::StopReason::entry:
      return "entry";
    case debug::StopReason::breakpoint:
      return "breakpoint";
    case debug::StopReason::step:
      return "step";
    case debug::StopReason::error:
      return "exception";
    case debug::StopReason::trace:
    case debug::StopReason::pause:
      break;
  }
  return "pause";
}

Value breakpointValue(DapChannel& channel, const debug::Breakpoint& breakpoint) {
  Value made = object({{"id", Value::integer(breakpoint.id)}, {"verified", Value::boolean(breakpoint.verified)}});
  Object& members = made.asObject();
  if (breakpoint.line != 0) members.set("line", Value::integer(breakpoint.line));
  if (!breakpoint.message.empty()) members.set("message", Value::text(breakpoint.message));
  if (!breakpoint.file.empty()) members.set("source", channel.source(breakpoint.file, "", ""));
  return made;
}

Value breakpointList(DapChannel& channel, const std::vector<debug::Breakpoint>& breakpoints) {
  auto list = Collection::make();
  for (const debug::Breakpoint& each : breakpoints) list->push(breakpointValue(channel, each));
  return object({{"breakpoints", Value::collection(std::move(list))}});
}

std::int32_t threadIn(const Value& arguments) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(protocol::numberAt(arguments, "threadId"), 0, INT32_MAX));
}

}  // namespace

// What the debugger tells, as events.
class DapSession::Listener final : public debug::Observer {
 public:
  explicit Listener(std::shared_ptr<DapChannel> channel) : channel_(std::move(channel)) {}

  void stopped(const debug::StopInfo& info) override {
    Value body = object({{"reason", Value::text(wordFor(info.reason))},
                         {"threadId", Value::integer(info.process)},
                         {"allThreadsStopped", Value::boolean(false)}});
    if (!info.text.empty()) body.asObject().set("text", Value::text(info.text));
    if (info.reason == debug::StopReason::trace) body.asObject().set("description", Value::text("Paused on trace"));
    if (!info.breakpoints.empty()) {
      auto ids = Collection::make();
      for (const int each : info.breakpoints) ids->push(Value::integer(each));
      body.asObject().set("hitBreakpointIds", Value::collection(std::move(ids)));
    }
    channel_->event("stopped", std::move(body));
  }
  void wentOn(std::int32_t process) override {
    channel_->event("continued",
                    object({{"threadId", Value::integer(process)}, {"allThreadsContinued", Value::boolean(false)}}));
  }
  void processEnded(std::int32_t process) override {
    channel_->event("thread", object({{"reason", Value::text("exited")}, {"threadId", Value::integer(process)}}));
  }
  void logged(const debug::LogLine& line) override {
    channel_->event("output", object({{"category", Value::text("console")},
                                      {"output", Value::text(line.text + "\n")},
                                      {"source", channel_->source(line.file, "text", line.text)},
                                      {"line", Value::integer(line.line)}}));
  }
  void breakpointMoved(const debug::Breakpoint& breakpoint) override {
    channel_->event("breakpoint", object({{"reason", Value::text("changed")},
                                          {"breakpoint", breakpointValue(*channel_, breakpoint)}}));
  }

 private:
  std::shared_ptr<DapChannel> channel_;
};

Result<DapHost::Target> DapHost::launch(const Value& /*arguments*/, const std::shared_ptr<DapChannel>& /*channel*/) {
  return std::unexpected(Error(0, "dap", "This server runs already: attach to it."));
}

Result<DapHost::Target> DapHost::attach(const Value& /*arguments*/) {
  return std::unexpected(Error(0, "dap", "Attaching needs the port that 'qodly serve --debug-port' listens on."));
}

DapSession::DapSession(DapHost& host, DapChannel::Send send)
    : host_(host),
      channel_(std::make_shared<DapChannel>(std::move(send))),
      listener_(std::make_shared<Listener>(channel_)) {}

DapSession::~DapSession() {
  if (debugger_ != nullptr) debugger_->detach(listener_.get());
  channel_->close();
}

bool DapSession::isSecret(std::string_view given, std::string_view wanted) {
  unsigned difference = given.size() == wanted.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^
                  static_cast<unsigned char>(wanted.empty() ? '\0' : wanted[i % wanted.size()]);
  }
  return difference == 0;
}

const std::unordered_map<std::string_view, DapSession::Handler>& DapSession::requests() {
  static const std::unordered_map<std::string_view, Handler> table{
      {"initialize", &DapSession::initialize},
      {"launch", &DapSession::launch},
      {"attach", &DapSession::attach},
      {"configurationDone", &DapSession::configurationDone},
      {"disconnect", &DapSession::disconnect},
      {"terminate", &DapSession::terminate},
      {"terminateThreads", &DapSession::terminateThreads},
      {"cancel", &DapSession::cancel},
      {"setBreakpoints", &DapSession::setBreakpoints},
      {"setFunctionBreakpoints", &DapSession::setFunctionBreakpoints},
      {"setExceptionBreakpoints", &DapSession::setExceptionBreakpoints},
      {"breakpointLocations", &DapSession::breakpointLocations},
      {"threads", &DapSession::threads},
      {"continue", &DapSession::proceed},
      {"next", &DapSession::next},
      {"stepIn", &DapSession::stepIn},
      {"stepOut", &DapSession::stepOut},
      {"pause", &DapSession::pause},
      {"stackTrace", &DapSession::stackTrace},
      {"scopes", &DapSession::scopes},
      {"variables", &DapSession::variables},
      {"setVariable", &DapSession::setVariable},
      {"evaluate", &DapSession::evaluate},
      {"setExpression", &DapSession::setExpression},
      {"completions", &DapSession::completions},
      {"exceptionInfo", &DapSession::exceptionInfo},
      {"loadedSources", &DapSession::loadedSources},
      {"source", &DapSession::source},
  };
  return table;
}

void DapSession::receive(std::string_view json) {
  const auto message = json::parse(json);
  if (!message || protocol::textAt(*message, "type") != "request") {
    channel_->output("console", "A message is no request of the Debug Adapter Protocol.");
    return;
  }
  const std::string command = protocol::textAt(*message, "command");
  const auto handler = requests().find(command);
  if (handler == requests().end()) return channel_->fail(*message, fmt::format("There is no request '{}'.", command));
  const bool early = command == "initialize" || command == "disconnect";
  if (!initialized_ && !early) return channel_->fail(*message, "The first request is initialize.");
  const bool needsApplication = !early && command != "launch" && command != "attach" && command != "cancel";
  if (needsApplication && debugger_ == nullptr) {
    return channel_->fail(*message, "Nothing is debugged: launch or attach comes first.");
  }
  if (debugger_ != nullptr) debugger_->lookAtProgram();
  (this->*handler->second)(*message, protocol::at(*message, "arguments"));
}

// --- Beginning and ending

void DapSession::initialize(const Value& request, const Value& arguments) {
  const Value from1 = protocol::at(arguments, "linesStartAt1");
  linesFrom1_ = from1.type() != Type::boolean || from1.asBoolean();
  if (!linesFrom1_) return channel_->fail(request, "Lines are counted from 1 (linesStartAt1).");
  initialized_ = true;
  Value capabilities = object({});
  for (const char* each :
       {"supportsConfigurationDoneRequest", "supportsFunctionBreakpoints", "supportsConditionalBreakpoints",
        "supportsHitConditionalBreakpoints", "supportsLogPoints", "supportsEvaluateForHovers", "supportsSetVariable",
        "supportsSetExpression", "supportsCompletionsRequest", "supportsExceptionInfoRequest",
        "supportsTerminateRequest", "supportTerminateDebuggee", "supportsTerminateThreadsRequest",
        "supportsLoadedSourcesRequest", "supportsDelayedStackTraceLoading", "supportsBreakpointLocationsRequest",
        "supportsClipboardContext", "supportsValueFormattingOptions", "supportsSingleThreadExecutionRequests"}) {
    capabilities.asObject().set(each, Value::boolean(true));
  }
  capabilities.asObject().set("supportsValueFormattingOptions", Value::boolean(false));
  const auto filter = [](const char* id, const char* label, bool isDefault, const char* description) {
    return object({{"filter", Value::text(id)},
                   {"label", Value::text(label)},
                   {"default", Value::boolean(isDefault)},
                   {"description", Value::text(description)}});
  };
  auto filters = Collection::make();
  filters->push(filter("all", "All errors", false, "Also those that a try or an error method takes."));
  filters->push(filter("uncaught", "Uncaught errors", true, "Those that end the running code."));
  capabilities.asObject().set("exceptionBreakpointFilters", Value::collection(std::move(filters)));
  auto triggers = Collection::make();
  triggers->push(Value::text("."));
  capabilities.asObject().set("completionTriggerCharacters", Value::collection(std::move(triggers)));
  channel_->succeed(request, std::move(capabilities));
}

bool DapSession::begin(const Value& request, const Result<DapHost::Target>& target, bool debugged) {
  if (!target) {
    channel_->fail(request, target.error().message());
    return false;
  }
  debug::Debugger& debugger = debug::Debugger::of(target->runtime);
  if (debugged && !debugger.attach(listener_)) {
    channel_->fail(request, "Another client debugs this application; there can be one at a time.");
    return false;
  }
  channel_->setRoot(target->root);
  debugger_ = &debugger;
  runtime_ = &target->runtime;
  channel_->succeed(request);
  channel_->event("initialized");
  return true;
}

void DapSession::launch(const Value& request, const Value& arguments) {
  if (debugger_ != nullptr) return channel_->fail(request, "Something is debugged already.");
  stopOnEntry_ = protocol::flagAt(arguments, "stopOnEntry");
  const bool debugged = !protocol::flagAt(arguments, "noDebug");
  begin(request, host_.launch(arguments, channel_), debugged);
}

void DapSession::attach(const Value& request, const Value& arguments) {
  if (debugger_ != nullptr) return channel_->fail(request, "Something is debugged already.");
  begin(request, host_.attach(arguments), true);
}

void DapSession::configurationDone(const Value& request, const Value& /*arguments*/) {
  channel_->succeed(request);
  if (!started_) host_.start(stopOnEntry_);
  started_ = true;
}

void DapSession::disconnect(const Value& request, const Value& arguments) {
  const Value wanted = protocol::at(arguments, "terminateDebuggee");
  const bool terminates = host_.isLaunched() && (wanted.type() != Type::boolean || wanted.asBoolean());
  if (terminates) host_.terminate();
  if (debugger_ != nullptr) debugger_->detach(listener_.get());
  channel_->succeed(request);
  ended_ = true;
}

void DapSession::terminate(const Value& request, const Value& /*arguments*/) {
  if (host_.isLaunched()) {
    host_.terminate();
  } else {
    debugger_->detach(listener_.get());
  }
  channel_->succeed(request);
  if (!host_.isLaunched() || !started_) channel_->event("terminated");
}

void DapSession::terminateThreads(const Value& request, const Value& arguments) {
  const Value threads = protocol::at(arguments, "threadIds");
  if (threads.isCollection()) {
    for (const Value& each : threads.asCollection().elements()) {
      if (each.type() == Type::integer) debugger_->end(static_cast<std::int32_t>(each.asInteger()));
    }
  }
  channel_->succeed(request);
}

// Requests are answered in turn: there is nothing to take back.
void DapSession::cancel(const Value& request, const Value& /*arguments*/) { channel_->succeed(request); }

// --- Breakpoints

void DapSession::setBreakpoints(const Value& request, const Value& arguments) {
  const std::string path = protocol::textAt(arguments, "source.path");
  const Value wanted = protocol::at(arguments, "breakpoints");
  std::vector<debug::BreakpointRequest> list;
  if (wanted.isCollection()) {
    for (const Value& each : wanted.asCollection().elements()) {
      list.push_back(
          {.line = static_cast<std::uint32_t>(std::clamp<std::int64_t>(protocol::numberAt(each, "line"), 0, INT32_MAX)),
           .function = {},
           .condition = protocol::textAt(each, "condition"),
           .hitCondition = protocol::textAt(each, "hitCondition"),
           .logMessage = protocol::textAt(each, "logMessage")});
    }
  }
  channel_->succeed(request,
                    breakpointList(*channel_, debugger_->setBreakpoints(channel_->fileOf(path), std::move(list))));
}

void DapSession::setFunctionBreakpoints(const Value& request, const Value& arguments) {
  const Value wanted = protocol::at(arguments, "breakpoints");
  std::vector<debug::BreakpointRequest> list;
  if (wanted.isCollection()) {
    for (const Value& each : wanted.asCollection().elements()) {
      list.push_back({.line = 0,
                      .function = protocol::textAt(each, "name"),
                      .condition = protocol::textAt(each, "condition"),
                      .hitCondition = protocol::textAt(each, "hitCondition"),
                      .logMessage = {}});
    }
  }
  channel_->succeed(request, breakpointList(*channel_, debugger_->setFunctionBreakpoints(std::move(list))));
}

void DapSession::setExceptionBreakpoints(const Value& request, const Value& arguments) {
  auto when = debug::BreakOnError::never;
  const auto read = [&](const Value& filters, std::string_view member) {
    if (!filters.isCollection()) return;
    for (const Value& each : filters.asCollection().elements()) {
      const std::string name = member.empty() ? (each.isText() ? std::string(each.asText()) : std::string())
                                              : protocol::textAt(each, member);
      if (name == "all") when = debug::BreakOnError::all;
      if (name == "uncaught" && when == debug::BreakOnError::never) when = debug::BreakOnError::uncaught;
    }
  };
  read(protocol::at(arguments, "filters"), "");
  read(protocol::at(arguments, "filterOptions"), "filterId");
  debugger_->setBreakOnError(when);
  channel_->succeed(request);
}

void DapSession::breakpointLocations(const Value& request, const Value& arguments) {
  const std::string file = channel_->fileOf(protocol::textAt(arguments, "source.path"));
  const std::int64_t first = protocol::numberAt(arguments, "line");
  const std::int64_t last = protocol::numberAt(arguments, "endLine", first);
  auto list = Collection::make();
  const auto program = debugger_->program();
  for (const auto& unit : program->units()) {
    if (unit == nullptr || unit->file != file) continue;
    for (const std::uint32_t line : debug::executableLines(*unit)) {
      if (line >= first && line <= last) list->push(object({{"line", Value::integer(line)}}));
    }
  }
  channel_->succeed(request, object({{"breakpoints", Value::collection(std::move(list))}}));
}

// --- Threads

void DapSession::threads(const Value& request, const Value& /*arguments*/) {
  auto list = Collection::make();
  for (const vm::ProcessInfo& each : debugger_->processes()) {
    const std::string about = each.url.empty() ? "" : " " + each.url;
    list->push(object({{"id", Value::integer(each.number)},
                       {"name", Value::text(fmt::format("{} ({}){}", each.name, each.number, about))}}));
  }
  channel_->succeed(request, object({{"threads", Value::collection(std::move(list))}}));
}

void DapSession::step(const Value& request, const Value& arguments, debug::StepKind kind) {
  const std::int32_t thread = threadIn(arguments);
  const auto stop = debugger_->stopOf(thread);
  if (!stop) return channel_->failNotStopped(request);
  // Answered first: the next stop may come at once.
  channel_->succeed(request,
                    kind == debug::StepKind::none ? object({{"allThreadsContinued", Value::boolean(false)}}) : Value());
  stop->resume(kind);
}

void DapSession::proceed(const Value& request, const Value& arguments) {
  step(request, arguments, debug::StepKind::none);
}
void DapSession::next(const Value& request, const Value& arguments) { step(request, arguments, debug::StepKind::over); }
void DapSession::stepIn(const Value& request, const Value& arguments) { step(request, arguments, debug::StepKind::in); }
void DapSession::stepOut(const Value& request, const Value& arguments) {
  step(request, arguments, debug::StepKind::out);
}

void DapSession::pause(const Value& request, const Value& arguments) {
  channel_->succeed(request);
  debugger_->pause(threadIn(arguments));
}

}  // namespace qodly::app
