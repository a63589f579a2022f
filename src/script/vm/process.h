// A process of the language: one running request, worker, or command line. All code of the application runs in one
// (language.md 20). A Process is used by one thread or fiber at a time; what others may call is said so.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>

#include "base/calendar.h"
#include "base/error.h"
#include "script/vm/error_stack.h"
#include "script/vm/function.h"
#include "value/value.h"

namespace qodly::script::vm {

class Runtime;
class Class;
class Machine;        // the interpreter's stack and frames (machine.h)
class DebugListener;  // debug_listener.h
struct Attention;     // waiting.h

// What a process may use; 0: no limit.
struct Limits {
  std::chrono::milliseconds time{0};           // of running, waiting included
  std::size_t memory = std::size_t{2} << 30U;  // bytes held by its values
  std::uint32_t depth = 20'000;                // script calls within each other
  std::uint32_t nativeDepth = 100;             // natives that call scripts within each other (each uses C++ stack)
};

enum class ProcessType : std::int8_t {  // language.md 20, the documented numbers
  none = 0,
  worker = 5,
  otherUser = 4,
  web = -3,
  main = -39,
  internal = -18,
};

enum class ProcessState : std::int8_t {
  doesNotExist = -100,
  aborted = -1,
  executing = 0,
  delayed = 1,
  waitingForUserEvent = 2,
  waitingForInputOutput = 3,
  waitingForInternalFlag = 4,
  paused = 5,
};

// Something a process waits for. Whoever finishes it calls set(), once or more, from any thread.
class Event {
 public:
  void set();
  bool isSet() const;

 private:
  friend class Process;
  mutable std::mutex mutex_;
  bool set_ = false;
  std::function<void()> wake_;
};

enum class Wakeup { set, timeout };

class Process {
 public:
  Process(std::shared_ptr<Runtime> runtime, std::string name, ProcessType type, Limits limits = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  Runtime& runtime() const { return *runtime_; }
  const std::shared_ptr<Runtime>& runtimeRef() const { return runtime_; }
  std::int32_t number() const { return number_; }
  // Unique in the life of the server; numbers are too, and are what scripts see most.
  std::int64_t id() const { return number_; }
  const std::string& name() const { return name_; }
  ProcessType type() const { return type_; }
  const Limits& limits() const { return limits_; }
  Instant created() const { return created_; }
  double runSeconds() const { return static_cast<double>(runNanoseconds_.load(std::memory_order_relaxed)) / 1e9; }
  // Of the user session it works for, and what a web process answers; "" when there is none. Set before it runs.
  std::string sessionId;
  std::string url;

  // A request or a message of a worker begins: the time limit starts anew, the errors of the one before are forgotten.
  void beginTask();

  // --- Running code. Errors: the code and message of the error that stopped it; the full record, with the call
  // chain, is errors().errors().back().

  // Calls a function value with that receiver. May be called from a native function (then it counts as nested).
  Result<Value> call(const Value& function, const Value& self, std::span<const Value> arguments);
  // A project method or `Class.function` of a singleton by name. Error -20008 when there is none.
  Result<Value> callMethod(std::string_view method, std::span<const Value> arguments);
  // function `name` of `receiver` (object, collection, handle, class), as `receiver.name(...)` does.
  Result<Value> callFunction(const Value& receiver, std::string_view name, std::span<const Value> arguments);
  // `receiver.name` and `receiver.name = value` as scripts have it: computed properties and handles included.
  Result<Value> property(const Value& receiver, std::string_view name);
  Result<> setProperty(const Value& receiver, std::string_view name, const Value& value);
  // Reads the text as a formula and evaluates it (qodly eval, debugger without frame). `fourD`: the 4D surface.
  Result<Value> evaluate(std::string_view expression, bool fourD = false);
  // The text as a function (formulaFromString). Errors -20001 and -10737.
  Result<Value> formula(std::string_view text, bool fourD = false);
  // Whether the innermost running body was written in the 4D surface; false when none runs.
  bool runsFourD() const;
  // The class of a value as scripts see it (objectClass); null when it is no object.
  Value classOf(const Value& value);

  // For native loops that call the same function many times: the look-ups and checks are done once. Keeps `function`
  // alive; must not outlive the process.
  class Caller {
   public:
    Caller(Process& process, const Value& function, Value self = Value());
    ~Caller();
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;
    Result<Value> operator()(std::span<const Value> arguments);
    Result<Value> operator()(const Value& self, std::span<const Value> arguments);  // another receiver

   private:
    struct State;
    std::unique_ptr<State> state_;
  };

  // --- Values
  Heap& heap() { return heap_; }
  Value newObject() { return Value::object(Object::make(heap_)); }
  Value newCollection() { return Value::collection(Collection::make(heap_)); }
  // To be called before making something big: error -20019 when the process's memory limit would be passed. Small
  // values are counted by the machine.
  Result<> charge(std::size_t bytes);
  // A value as another process may own it: plain containers copied, shared ones and immutable ones as they are
  // (callWorker, formulas run elsewhere). Error -20017 for what cannot cross.
  Result<Value> copyForOtherProcess(const Value& value);

  // --- Errors (language.md 19)
  ErrorStack& errors() { return errors_; }
  // The error comes to the surface when the current method or function returns (throw with deferred).
  void throwDeferred(ScriptError error);
  // The error comes to the surface at the end of the running statement, whose value is assigned (status 4 and 8).
  void raiseAfterStatement(ScriptError error);
  void logWarning(std::string_view message);
  // Numbers are equal when they differ by no more (language.md 6.4).
  double realComparisonLevel() const { return realComparisonLevel_; }
  void setRealComparisonLevel(double level);  // no effect when negative or above 10^-3

  // --- Time, stopping, waiting
  // In long native loops every thousand steps or so: error when the process was stopped or ran out of time.
  Result<> checkpoint();
  // Parks the process until the event is set, the time is over, or the process is stopped (then an error). No
  // timeout: waits for ever. `state` is what others see meanwhile.
  Result<Wakeup> wait(Event& event, std::optional<std::chrono::milliseconds> timeout,
                      ProcessState state = ProcessState::waitingForInternalFlag);
  Result<> sleep(std::chrono::milliseconds time);
  // From any thread: the running code ends with error 1006 at the next checkpoint, or wakes from its wait with it.
  void stop();
  bool isStopping() const;
  // From any thread: pauses the process for that many ticks of 1/60 s from now, in place of a delay that runs; 0 ends
  // one.
  void delay(double ticks);
  // Worker processes: called by the worker between messages. From any thread; other processes ignore it.
  void runWhenIdle(std::function<void(Process&)> task);
  // From any thread: executing, delayed, paused...
  ProcessState state() const { return state_.load(std::memory_order_relaxed); }

  // --- What upper layers keep in a process: made on first use, destroyed with the process (in no set order).
  template <class T, class... Arguments>
  T& extension(Arguments&&... arguments) {
    std::shared_ptr<void>& slot = extensions_[std::type_index(typeid(T))];
    if (!slot) slot = std::make_shared<T>(std::forward<Arguments>(arguments)...);
    return *static_cast<T*>(slot.get());
  }
  template <class T>
  T* findExtension() {
    const auto found = extensions_.find(std::type_index(typeid(T)));
    return found == extensions_.end() ? nullptr : static_cast<T*>(found->second.get());
  }

  bool okVariable = true;  // the system variable OK (commands.md 1.6)

  // The interpreter and the debugger; see machine.h.
  Machine& machine() { return *machine_; }
  Error interruption() const;  // 1006

 private:
  friend class Machine;
  friend class Processes;
  Result<> sleepDelay();
  Error timeLimitError() const;

  std::shared_ptr<Runtime> runtime_;
  std::string name_;
  ProcessType type_;
  std::int32_t number_ = 0;
  Limits limits_;
  Instant created_;
  std::atomic<std::int64_t> runNanoseconds_{0};  // spent in the language, waiting not counted
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  bool graceUsed_ = false;  // the time that error handling gets beyond the limit
  double realComparisonLevel_ = 1e-6;
  std::atomic<ProcessState> state_{ProcessState::executing};
  std::unique_ptr<Attention> attention_;
  std::function<void(std::function<void(Process&)>)> idleQueue_;  // of a worker
  Heap heap_;                                                     // before everything that holds values
  ErrorStack errors_;
  std::unordered_map<std::type_index, std::shared_ptr<void>> extensions_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace qodly::script::vm
