#include "script/library/process_commands.h"

#include <array>

#include "base/calendar.h"
#include "script/library/signal_class.h"
#include "script/vm/codes.h"
#include "script/vm/machine.h"
#include "script/vm/process_list.h"
#include "script/vm/shared.h"

namespace qodly::script::library {

namespace {

using vm::Call;
using vm::ProcessInfo;

vm::Processes& list(const Call& call) { return call.process().runtime().processes(); }

Result<Value> currentProcess(Call& call) { return Value::integer(call.process().number()); }
Result<Value> currentProcessName(Call& call) { return Value::text(call.process().name()); }
Result<Value> processNumber(Call& call) { return Value::integer(list(call).numberOf(call.text(0))); }
Result<Value> highestProcessNumber(Call& call) { return Value::integer(list(call).highestNumber()); }

std::int32_t numberAt(const Call& call, std::size_t index) { return static_cast<std::int32_t>(call.integer(index)); }

Result<Value> processState(Call& call) {
  const auto info = list(call).info(numberAt(call, 0));
  return Value::integer(static_cast<int>(info ? info->state : vm::ProcessState::doesNotExist));
}

void describe(Object& object, const ProcessInfo& info) {
  const double age = static_cast<double>(Instant::now().ms - info.created.ms) / 1000;
  object.set("cpuTime", Value::real(info.cpuSeconds));
  object.set("cpuUsage", Value::real(age > 0 ? std::min(info.cpuSeconds / age, 1.0) : 0));
  object.set("ID", Value::real(info.number));
  object.set("name", Value::text(info.name));
  object.set("number", Value::real(info.number));
  object.set("preemptive", Value::boolean(true));
  object.set("sessionID", Value::text(info.sessionId));
  object.set("state", Value::real(static_cast<int>(info.state)));
  object.set("systemID", Value::text(std::to_string(info.number)));
  object.set("type", Value::real(static_cast<int>(info.type)));
  object.set("visible", Value::boolean(static_cast<int>(info.type) > 0));
}

Result<Value> processInfo(Call& call) {
  call.process().machine().sampleCpu();
  const auto info = list(call).info(numberAt(call, 0));
  if (!info) return Value::null();
  const Value object = call.process().newObject();
  std::string created;
  appendInstant(info->created, created);
  object.asObject().set("creationDateTime", Value::text(created));
  describe(object.asObject(), *info);
  return object;
}

Result<Value> processActivity(Call& call) {
  constexpr std::int64_t sessionsOnly = 2;
  call.process().machine().sampleCpu();
  const Value activity = call.process().newObject();
  if (call.integer(0) == sessionsOnly) return activity;
  const Value processes = call.process().newCollection();
  for (const ProcessInfo& info : list(call).list()) {
    const Value element = call.process().newObject();
    describe(element.asObject(), info);
    if (info.type == vm::ProcessType::web) element.asObject().set("url", Value::text(info.url));
    processes.asCollection().push(element);
  }
  activity.asObject().set("processes", processes);
  return activity;
}

Result<Value> delayProcess(Call& call) {
  const std::int32_t number = numberAt(call, 0);
  list(call).delay(number, call.number(1));
  if (number == call.process().number()) {
    if (auto done = call.process().checkpoint(); !done) return std::unexpected(done.error());
  }
  return Value();
}

Result<Value> abortProcess(Call& call) {
  list(call).stop(numberAt(call, 0));
  if (auto done = call.process().checkpoint(); !done) return std::unexpected(done.error());
  return Value();
}

vm::ProcessName nameAt(const Call& call, std::size_t index) {
  if (call.at(index).isText()) return std::string(call.text(index));
  return numberAt(call, index);
}

Result<Value> callWorker(Call& call) {
  auto done = list(call).callWorker(call.process(), nameAt(call, 0), call.at(1), call.from(2));
  if (!done) return std::unexpected(done.error());
  return Value();
}

Result<Value> killWorker(Call& call) {
  list(call).killWorker(call.given(0) ? nameAt(call, 0) : vm::ProcessName(call.process().number()));
  return Value();
}

Result<Value> newProcess(Call& call) {
  const std::string name(call.text(2));
  std::span<const Value> arguments = call.from(3);
  if (!arguments.empty() && vm::isStarArgument(arguments.back())) {
    arguments = arguments.first(arguments.size() - 1);
    if (const std::int32_t running = name.empty() ? 0 : list(call).numberOf(name)) return Value::integer(running);
  }
  auto number = list(call).start(call.process(), std::string(call.text(0)), name, arguments);
  if (!number) return std::unexpected(number.error());
  return Value::integer(*number);
}

// Names count up to 255 characters.
std::string semaphoreName(const Call& call) {
  constexpr std::size_t longest = 255;
  const Value& name = call.at(0);
  if (!name.isText() || name.textUnits() <= longest) return std::string(call.text(0));
  return std::string(name.asText().substr(0, name.textOffset(longest)));
}

Result<Value> semaphore(Call& call) {
  auto taken = list(call).takeSemaphore(call.process(), semaphoreName(call), call.number(1));
  if (!taken) return std::unexpected(taken.error());
  return Value::boolean(!*taken);
}

Result<Value> clearSemaphore(Call& call) {
  list(call).clearSemaphore(call.process(), semaphoreName(call));
  return Value();
}

Result<Value> testSemaphore(Call& call) { return Value::boolean(list(call).testSemaphore(semaphoreName(call))); }

Result<Value> storage(Call& call) { return call.process().runtime().storage(); }

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"currentProcess", "() : integer", &currentProcess, "Number of the running process."},
    {"currentProcessName", "() : string", &currentProcessName, "Name of the running process."},
    {"processNumber", "(nameOrId: string) : integer", &processNumber,
     "Number of the process with that name or ID; 0 when there is none."},
    {"processState", "(process: integer) : integer", &processState,
     "What a process does: one of the state constants (kExecuting, kDelayed...)."},
    {"processInfo", "(process: integer) : object", &processInfo, "Description of a process; null when unknown."},
    {"getProcessActivity", "(option?: integer) : object", &processActivity, "A snapshot of all processes."},
    {"highestProcessNumber", "() : integer", &highestProcessNumber, "Highest number of a live process."},
    {"delayProcess", "(process: integer, ticks: number)", &delayProcess,
     "Suspends a process for ticks of 1/60 second; 0 ends a delay."},
    {"abortProcessByID", "(id: integer)", &abortProcess, "Stops the process with that unique ID."},
    {"callWorker", "(process: string|integer, formula: function|string, ...parameters: variant)", &callWorker,
     "Posts a call to a worker, which is made when there is none of that name."},
    {"killWorker", "(process?: string|integer)", &killWorker, "Ends a worker after its current task."},
    {"New process", "(method: string, stack?: number, name?: string, ...parameters: variant) : integer", &newProcess,
     "Starts a background process that runs a method; its number."},
    {"Execute on server", "(method: string, stack?: number, name?: string, ...parameters: variant) : integer",
     &newProcess, "Starts a background process that runs a method; its number."},
    {"semaphore", "(name: string, ticks?: number) : boolean", &semaphore,
     "Takes a semaphore: false when it is held now, true when another process holds it."},
    {"clearSemaphore", "(name: string)", &clearSemaphore, "Gives back a semaphore of the current process."},
    {"testSemaphore", "(name: string) : boolean", &testSemaphore, "Whether a semaphore exists."},
    {"newSignal", "(description?: string) : 4D.Signal", &newSignal, "A signal that processes can wait for."},
    {"storage", "() : object", &storage, "The shared object of the application."},
});

}  // namespace

std::span<const vm::FunctionRow> processCommands() { return rows; }

}  // namespace qodly::script::library
