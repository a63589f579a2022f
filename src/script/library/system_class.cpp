#include "script/library/system_class.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "script/library/async_events.h"
#include "script/library/blob_value.h"
#include "script/library/charset.h"
#include "script/library/file_class.h"
#include "script/library/folder_class.h"
#include "script/library/io_error.h"
#include "script/library/network_settings.h"
#include "script/library/option_reader.h"
#include "script/library/status_value.h"
#include "script/library/system_process.h"
#include "script/vm/runtime.h"
#include "script/vm/shared.h"
#include "value/json.h"

namespace qodly::script::library {

namespace {

constexpr std::array<std::string_view, 5> callbacks{"onResponse", "onData", "onDataError", "onError", "onTerminate"};
constexpr std::string_view codeName = "errorCode";

class SystemWorkerObject final : public AsyncObject {
 public:
  SystemWorkerObject(vm::Process& process, std::string line, Value options, const Charset& charset)
      : AsyncObject(process, std::move(options)),
        commandLine(std::move(line)),
        outDecoder(charset),
        errDecoder(charset) {}
  static const vm::NativeClass& classOf() { return systemWorkerClass(); }
  const vm::NativeClass& nativeClass() const override { return systemWorkerClass(); }
  void traverse(const std::function<void(const Value&)>& visit) const override {
    AsyncObject::traverse(visit);
    visit(folder);
    visit(errors);
  }

  void addError(vm::Process& process, const Error& error) {
    if (!errors.isCollection()) errors = process.newCollection();
    errors.asCollection().push(errorObject(process, error, codeName));
  }
  Result<> received(vm::Process& process, std::string bytes, bool isError, bool last);
  Result<> ended(vm::Process& process, const ProcessListener::End& end);

  std::string commandLine, encoding = "UTF-8";
  bool isText = true;
  std::optional<double> timeout;
  Value folder, errors;
  std::shared_ptr<ChildProcess> child;
  std::string out, err;  // as text, or as bytes
  CharsetDecoder outDecoder, errDecoder;
  std::int64_t pid = 0;
  std::optional<int> exitCode;
  bool hasEnded = false;    // the process
  bool terminated = false;  // onTerminate has been called
};

// Brings what the watching thread tells to the language process.
class Relay final : public ProcessListener {
 public:
  Relay(std::shared_ptr<EventQueue> queue, std::uint64_t object) : queue_(std::move(queue)), object_(object) {}
  void output(std::string bytes) override { pass(std::move(bytes), false); }
  void errorOutput(std::string bytes) override { pass(std::move(bytes), true); }
  void ended(End end) override {
    queue_->post(object_, [end = std::move(end)](vm::Process& process, AsyncObject& object) {
      return static_cast<SystemWorkerObject&>(object).ended(process, end);
    });
  }

 private:
  void pass(std::string bytes, bool isError) {
    queue_->post(object_, [bytes = std::move(bytes), isError](vm::Process& process, AsyncObject& object) {
      return static_cast<SystemWorkerObject&>(object).received(process, bytes, isError, false);
    });
  }
  std::shared_ptr<EventQueue> queue_;
  std::uint64_t object_;
};

Value eventObject(vm::Process& process, std::string_view type, Value data = Value()) {
  auto event = Object::make(process.heap());
  event->set("type", Value::text(type));
  if (!data.isUndefined()) event->set("data", std::move(data));
  return Value::object(std::move(event));
}

Result<> SystemWorkerObject::received(vm::Process& process, std::string bytes, bool isError, bool last) {
  if (auto room = process.charge(bytes.size()); !room) return room;
  std::string part = isText ? (isError ? errDecoder : outDecoder).decode(bytes, last) : std::move(bytes);
  if (part.empty()) return {};
  (isError ? err : out) += part;
  Value data = isText ? Value::text(std::string_view(part)) : newBlobObject(process, std::move(part));
  return callBack(process, isError ? "onDataError" : "onData",
                  eventObject(process, isError ? "error" : "data", std::move(data)));
}

Result<> SystemWorkerObject::ended(vm::Process& process, const ProcessListener::End& end) {
  // What the decoders held back.
  for (const bool isError : {false, true}) {
    if (auto done = received(process, "", isError, true); !done) return done;
  }
  exitCode = end.exitCode;
  hasEnded = true;
  if (end.timedOut) {
    addError(process,
             Error(fault::limitReached, "host",
                   fmt::format("\"{}\" took longer than {} seconds and was ended.", commandLine, timeout.value_or(0))));
  }
  if (end.problem) addError(process, *end.problem);
  const bool failed = end.timedOut || end.problem.has_value();
  if (auto done =
          callBack(process, failed ? "onError" : "onResponse", eventObject(process, failed ? "error" : "response"));
      !done) {
    return done;
  }
  terminated = true;
  auto done = callBack(process, "onTerminate", eventObject(process, "termination"));
  child = nullptr;
  queue()->letGo(number());
  return done;
}

SystemWorkerObject& self(const vm::Call& call) { return *vm::NativeObject::from<SystemWorkerObject>(call.self()); }

// --- Properties

Result<Value> commandLine(vm::Call& call) { return Value::text(std::string_view(self(call).commandLine)); }
Result<Value> currentDirectory(vm::Call& call) { return self(call).folder; }
Result<Value> dataType(vm::Call& call) { return Value::text(self(call).isText ? "text" : "blob"); }
Result<Value> encoding(vm::Call& call) {
  return self(call).isText ? Value::text(std::string_view(self(call).encoding)) : Value();
}
Result<Value> errorsOf(vm::Call& call) { return self(call).errors; }
Result<Value> exitCode(vm::Call& call) { return self(call).exitCode ? numberValue(*self(call).exitCode) : Value(); }
Result<Value> pid(vm::Call& call) { return numberValue(static_cast<double>(self(call).pid)); }
Value answer(vm::Process& process, const SystemWorkerObject& worker, const std::string& content) {
  if (!worker.hasEnded) return {};
  return worker.isText ? Value::text(std::string_view(content)) : newBlobObject(process, content);
}
Result<Value> response(vm::Call& call) { return answer(call.process(), self(call), self(call).out); }
Result<Value> responseError(vm::Call& call) { return answer(call.process(), self(call), self(call).err); }
Result<Value> terminatedOf(vm::Call& call) { return Value::boolean(self(call).terminated); }
Result<Value> timeout(vm::Call& call) { return self(call).timeout ? numberValue(*self(call).timeout) : Value(); }

// --- Functions

Result<Value> closeInput(vm::Call& call) {
  if (self(call).child) self(call).child->closeInput();
  return Value();
}

Result<Value> postMessage(vm::Call& call) {
  SystemWorkerObject& worker = self(call);
  const auto bytes = bytesOf(call.at(0));
  std::string message(bytes.value_or(std::string_view()));
  if (!bytes) {
    const auto charset = Charset::named(worker.encoding);
    message = charset ? charset->encode(call.text(0)) : std::string(call.text(0));
  }
  if (!worker.child || !worker.child->post(std::move(message))) {
    worker.addError(call.process(),
                    Error(fault::inputOutput, "host", "The process takes no more input: the message is ignored."));
  }
  return Value();
}

Result<Value> terminate(vm::Call& call) {
  if (self(call).child) self(call).child->terminate();
  return Value();
}

Result<Value> wait(vm::Call& call) {
  SystemWorkerObject& worker = self(call);
  const auto limit = call.given(0) ? secondsToWait(call.number(0)) : std::nullopt;
  auto waited = worker.queue()->waitUntil(
      call.process(), [&] { return worker.terminated; }, limit);
  if (!waited) return std::unexpected(waited.error());
  return call.self();
}

// --- Construction

Result<> checkAllowed(vm::Process& process, const std::string& program) {
  const auto* settings = process.runtime().service<NetworkSettings>();
  if (settings == nullptr) return {};
  const auto& allowed = settings->allowedPrograms;
  if (settings->systemWorkers && (!allowed || std::ranges::find(*allowed, program) != allowed->end())) return {};
  return fail(fault::wrongSettings, fmt::format("The server's settings do not allow to start \"{}\".", program));
}

void readVariables(OptionReader& options, ProcessSpec& spec) {
  const Value variables = options.object("variables");
  if (variables.isUndefined()) return;
  const vm::ReadGuard guard(variables.asObject());
  for (const auto& [name, value] : variables.asObject().members()) {
    if (value.isMissing()) continue;
    std::string text = value.isText() ? std::string(value.asText()) : json::text(value);
    if (name.empty() || name.contains('=') || text.contains('=') || (name + text).contains('\0')) {
      options.refuse("variables", "an object whose values contain no \"=\"");
    }
    spec.variables.emplace_back(name, std::move(text));
  }
}

// The working directory; by default the application's folder.
Result<> readFolder(vm::Process& process, OptionReader& options, SystemWorkerObject& worker, ProcessSpec& spec) {
  worker.folder = options.value("currentDirectory");
  if (worker.folder.isUndefined()) {
    const auto systems = fileSystemsOf(process);
    if (!systems) return {};  // no application: that of the server
    auto package = (*systems)->locate("/PACKAGE");
    if (!package) return {};
    worker.folder = folderValue(std::move(*package));
  }
  const auto* folder = vm::NativeObject::from<FolderObject>(worker.folder);
  if (folder == nullptr) {
    options.refuse("currentDirectory", "a 4D.Folder");
    return {};
  }
  const auto path = folder->place().target();
  if (!path) return std::unexpected(path.error());
  spec.folder = path->string();
  return {};
}

Result<Value> newWorker(vm::Call& call) {
  static constexpr std::array<std::string_view, 2> dataTypes{"text", "blob"};
  vm::Process& process = call.process();
  ProcessSpec spec;
  auto words = commandWords(call.text(0));
  if (!words) return std::unexpected(words.error());
  spec.words = std::move(*words);
  if (auto allowed = checkAllowed(process, spec.words.front()); !allowed) return std::unexpected(allowed.error());
  OptionReader options(process, call.at(1), "4D.SystemWorker");
  const std::string charsetName = options.text("encoding").value_or("UTF-8");
  const auto charset = Charset::named(charsetName);
  if (!charset) return std::unexpected(charset.error());
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  Ref<Handle> handle(new SystemWorkerObject(process, std::string(call.text(0)), call.at(1), *charset));
  auto& worker = static_cast<SystemWorkerObject&>(*handle);
  worker.encoding = charsetName;
  worker.isText = options.choice("dataType", dataTypes).value_or("text") == "text";
  worker.timeout = options.number("timeout");
  if (worker.timeout.value_or(0) > 0) spec.timeout = secondsToWait(worker.timeout);
  readVariables(options, spec);
  if (auto found = readFolder(process, options, worker, spec); !found) return std::unexpected(found.error());
  if (auto valid = options.problem(); !valid) return std::unexpected(valid.error());
  const auto callsBack = worker.hasCallbacks(process, callbacks);
  if (!callsBack) return std::unexpected(callsBack.error());
  auto child = ChildProcess::start(std::move(spec), std::make_shared<Relay>(worker.queue(), worker.number()));
  if (!child) return std::unexpected(child.error());
  worker.child = std::move(*child);
  worker.pid = worker.child->pid();
  if (*callsBack) worker.keep();
  return Value::handle(std::move(handle));
}

constexpr vm::FunctionRow constructorRow{"new", "(commandLine: string, options?: object) : 4D.SystemWorker", &newWorker,
                                         "Starts an external program on the server's machine."};

constexpr std::array functions{
    vm::FunctionRow{"closeInput", "()", &closeInput, "Closes the standard input of the process."},
    vm::FunctionRow{"postMessage", "(message: string|blob)", &postMessage, "Writes to the standard input."},
    vm::FunctionRow{"terminate", "()", &terminate, "Ends the process; returns at once."},
    vm::FunctionRow{"wait", "(timeout?: number) : 4D.SystemWorker", &wait,
                    "Waits until the process has ended, at most that many seconds."},
};

constexpr std::array properties{
    vm::PropertyRow{"commandLine", "string", &commandLine, nullptr, "The command line as passed."},
    vm::PropertyRow{"currentDirectory", "4D.Folder", &currentDirectory, nullptr, "The working directory."},
    vm::PropertyRow{"dataType", "string", &dataType, nullptr, "\"text\" or \"blob\"."},
    vm::PropertyRow{"encoding", "string", &encoding, nullptr, "Character set of the texts."},
    vm::PropertyRow{"errors", "collection", &errorsOf, nullptr, "The errors, undefined when there was none."},
    vm::PropertyRow{"exitCode", "number", &exitCode, nullptr,
                    "Exit code, undefined unless the process ended by itself."},
    vm::PropertyRow{"pid", "number", &pid, nullptr, "Identifier of the process in the system."},
    vm::PropertyRow{"response", "string|4D.Blob", &response, nullptr, "All of the standard output, after the end."},
    vm::PropertyRow{"responseError", "string|4D.Blob", &responseError, nullptr,
                    "All of the error output, after the end."},
    vm::PropertyRow{"terminated", "boolean", &terminatedOf, nullptr, "True after the process has ended."},
    vm::PropertyRow{"timeout", "number", &timeout, nullptr, "The limit in seconds, if any."},
};

constexpr vm::NativeClass definition{"SystemWorker", "Object",        functions,
                                     properties,     &constructorRow, "An external program."};

}  // namespace

const vm::NativeClass& systemWorkerClass() { return definition; }

}  // namespace qodly::script::library
