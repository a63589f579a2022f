// The interpreter of one process: its frames, its stack of registers and how errors run through them. Internal to the
// language: vm/, debug/ and the commands that look at the running code.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "script/compile/code.h"
#include "script/vm/arguments.h"
#include "script/vm/class.h"
#include "script/vm/codes.h"
#include "script/vm/group.h"
#include "script/vm/runtime.h"

namespace qodly::script::vm {

class Program;
class NativeTables;

// One active call.
struct Frame {
  enum Flag : std::uint16_t {
    entry = 1,         // its end returns to C++
    constructs = 2,    // the result is the receiver
    superCall = 4,     // a parent's constructor, called by the frame below
    superPending = 8,  // a constructor whose parent's was not called yet: register 0 holds a marker
    discard = 16,      // the result is dropped (setters)
    locksShared = 32,  // a shared object is being constructed: its group is told at the end
    keeps = 64,        // `kept` is set
    holds = 128,       // `callee` is set
  };

  const compile::Code* code = nullptr;
  const compile::Word* pc = nullptr;  // while another frame runs: behind the call
  Value* base = nullptr;              // register 0
  Value* result = nullptr;
  Value* kept = nullptr;  // all arguments, when the code looks at them; released at the end
  const Class* owner = nullptr;
  std::uint32_t arguments = 0;  // passed
  // What its end has to look after. All 0: only the registers.
  struct State {
    std::uint16_t uses = 0;   // entries of Machine::uses_ that belong to it
    std::uint16_t tries = 0;  // entries of Machine::tries_
    std::uint16_t flags = 0;
    bool segment = false;   // it lies at the start of a stack segment; the caller is in the one before
    bool deferred = false;  // an error waits for its end
  };
  State state;
  bool isPlain() const { return std::bit_cast<std::uint64_t>(state) == 0; }
  Value callee;  // the formula that runs (kept alive), or the object under construction
};

// An installed error method (language.md 19.5).
struct ErrorMethod {
  std::string name;             // "": none
  std::uint64_t installed = 0;  // number of the last try that had begun then
};

class Machine {
 public:
  explicit Machine(Process& process);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Process& process() const { return process_; }

  // --- Calls from C++
  Result<Value> call(const Value& function, const Value& self, std::span<const Value> arguments);
  Result<Value> callCode(const compile::Code& code, const Class* owner, const Value& self,
                         std::span<const Value> arguments, const Value& callee = Value());
  Result<Value> callFunction(const Value& receiver, std::string_view name, std::span<const Value> arguments);
  Result<Value> instantiate(const ClassValue& definition, std::span<const Value> arguments);
  Result<Value> callNative(const FunctionRow& row, const Signature& signature, const Value& self,
                           std::span<const Value> arguments);
  std::shared_ptr<const Program> program();
  // A function made of an expression's text. Errors -20001, and -10737 unless it may use variables.
  Result<Value> formula(std::string_view text, bool fourD, bool mayUseVariables);

  // --- What commands ask about the code that called them
  std::span<const Frame> frames() const { return {frames_.get(), frameCount_}; }
  std::vector<TraceLine> trace() const;
  std::vector<Value> passedArguments() const;  // of the innermost frame

  // --- Errors
  void throwDeferred(ScriptError error);
  void raiseAfterStatement(ScriptError error);
  // An immediate error with free properties: returned by `throw`, recognised when it is raised.
  Error prepareThrow(ScriptError error);
  ErrorMethod& errorMethod() { return localMethod_; }
  void installErrorMethod(std::string name);
  bool inErrorMethod() const { return inErrorMethod_; }
  void abort() { aborting_ = true; }

  // --- State of the process that commands read and write
  std::optional<bool> assertions;  // setAssertEnabled(…, *): this process only
  bool assertionsEnabled() const;
  std::unordered_map<std::string, Value>& singletons() { return singletons_; }
  // Process and interprocess variables by folded name ("<>name").
  Value variable(const std::string& foldedName);
  Result<> setVariable(const std::string& foldedName, Value value);
  Result<Value> pointed(const Value& pointer);
  Result<> setPointed(const Value& pointer, Value value);
  // The singleton of a class, made on first use (language.md 14.9).
  Result<Value> singleton(const ClassValue& definition, std::span<const Value> arguments);
  std::shared_ptr<const compile::Unit> unitOf(const Frame& frame) const;

  void beginTask();
  void charge(std::size_t bytes) { pressure_ += bytes; }
  Result<> checkMemory(std::size_t wanted);
  // --- Debugging (debug_view.h is for debuggers)
  void setListener(DebugListener* listener);
  DebugListener* listener() const { return listener_; }
  // Takes over the listener that Processes has now, and tells it when it has asked for that.
  Result<> noticeDebugger();
  // The innermost frame is about to begin the statement at its pc; else its pc lies behind the word that runs.
  bool isAtStatement() const { return atStatement_; }
  const std::unordered_map<std::string, Value>& processVariables() const { return processVariables_; }

  // --- Processor time (Process::runSeconds)
  // Adds what was used since the last sample. On the process's thread.
  void sampleCpu();

  // While it exists, code may run beside the program that stands still: for `limit` at most, not listened to, with an
  // error stack of its own, and its errors reach no error method. Afterwards everything is as before.
  class Aside {
   public:
    Aside(Machine& machine, std::chrono::milliseconds limit);
    ~Aside();
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

   private:
    struct Saved;
    Machine& machine_;
    std::unique_ptr<Saved> saved_;
  };
  // While it exists, the time limit of the process stands still.
  class ClockStop {
   public:
    explicit ClockStop(Machine& machine);
    ~ClockStop();
    ClockStop(const ClockStop&) = delete;
    ClockStop& operator=(const ClockStop&) = delete;

   private:
    Process& process_;
    std::optional<std::chrono::steady_clock::duration> left_;
  };

 private:
  friend class Process;
  friend struct Interpreter;
  struct Segment;
  struct Try {
    std::uint32_t frame = 0;
    bool expression = false;
    bool failed = false;  // a deferred error came up in it
    std::uint64_t number = 0;
    std::size_t deferred = 0;  // errors that waited when it began
  };
  struct Use {
    Ref<Group> group;
    std::uint32_t frame = 0;
    bool constructing = false;
  };

  // interpret.cpp: runs until the frame that was pushed last has ended. False: error_ is set.
  bool execute();

  // frames.cpp
  bool enter(const compile::Code& code, const Class* owner, Value* window, std::uint32_t arguments, Value* result,
             std::uint16_t flags, const Value& callee);
  bool passArguments(const compile::Code& code, Value* base, const Value* kept, std::uint32_t arguments);
  bool convertArgument(const compile::Code& code, const compile::DeclaredType& type, std::uint32_t number,
                       Value& value);
  void leaveFrame();  // releases its registers and gives back its locks
  bool growFrames();
  Value* newSegment(Value* window, std::size_t used, std::size_t needed);
  void endSegment();
  bool pushUse(const Value& value, bool constructing);
  void popUse();
  void unwindUses(std::uint32_t keep);
  Result<Value> run(const compile::Code& code, const Class* owner, std::span<const Value> arguments, const Value& self,
                    std::uint16_t flags, const Value& callee);
  Result<Value> runHere(const compile::Code& code, const Class* owner, std::span<const Value> arguments,
                        const Value& self, std::uint16_t flags, const Value& callee);
  // Calls of classes (instances.cpp).
  struct Construction {
    const compile::Code* code = nullptr;  // nullptr: no class of the chain has a constructor
    const Class* owner = nullptr;
    std::uint16_t flags = 0;
  };
  Construction construction(const ClassValue& definition) const;
  static Value unconstructed();
  static void endConstruction(const Value& instance);  // of a class without constructor
  Result<Value> makeInstance(const ClassValue& definition);
  Result<Value> newInstance(const ClassValue& definition, std::span<const Value> arguments);
  Result<Value> sharedSingleton(const ClassValue& definition, const std::string& scope,
                                std::span<const Value> arguments);

  // raise.cpp
  enum class Outcome { resume, ended, leave };
  bool fail(Error error) {
    error_ = std::move(error);
    return false;
  }
  bool fail(int number, std::string message) { return fail(hostError(number, std::move(message))); }
  // error_ was set while the top frame ran: goes on where it says, or leaves all frames above entryFrames. `ended`: the
  // top frame is to end without result.
  Outcome raise(std::uint32_t entryFrames);
  ScriptError describe(const Error& error);
  void record(ScriptError error);
  std::string applicableMethod() const;  // "": none
  bool runErrorMethod(const std::string& name);
  bool endDeferred();                        // the top frame returns and has deferred errors; false: error_ is set
  bool takeDeferredOfTry(const Try& entry);  // true when there were any: they are recorded
  void clearRegisters(Frame& frame, std::uint32_t from);
  static std::uint32_t wordOf(const Frame& frame) {
    return static_cast<std::uint32_t>(frame.pc - frame.code->words.data()) - 1;
  }
  bool slowCheck();           // the budget is used up
  Result<> checkNestedRun();  // a native function calls back: now and then what slowCheck looks at
  // While something waits for the end of a statement, or a debugger is there: before each instruction.
  bool isWatching() const { return watching_; }
  void updateWatching() { watching_ = !afterStatement_.empty() || listener_ != nullptr; }
  bool watch();
  bool tellListener(std::uint32_t word);  // the debugger, at the start of statements
  void tellError(const Error& error, bool caught);

  Process& process_;
  std::shared_ptr<const Program> program_;  // of the running task
  std::uint16_t serial_ = 0;                // its serial
  std::unique_ptr<Frame[]> frames_;
  std::uint32_t frameCount_ = 0;
  std::uint32_t frameRoom_ = 0;
  std::uint32_t frameLimit_ = 0;
  std::vector<std::unique_ptr<Segment>> segments_;
  std::size_t segment_ = 0;
  Value* segmentEnd_ = nullptr;  // end of the current segment, less the slack for native calls
  Value* top_ = nullptr;         // first free register while native code runs
  std::uint32_t nativeDepth_ = 0;
  std::uint32_t nestedRuns_ = 0;   // calls from native functions; each run has a budget of its own
  std::uintptr_t stackStart_ = 0;  // C++ stack at the outermost entry
  bool ownStack_ = false;          // runs on a thread with a stack of its own now

  // The time since the last sample, when nothing else ran on the thread meanwhile. What a wait hides is less than what
  // lies between two samples.
  struct CpuWindow {
    std::thread::id thread;
    std::uint64_t switches = 0;
    std::int64_t used = 0;  // nanoseconds of the thread at the last sample
    std::chrono::steady_clock::time_point sampled;
  };
  bool continuesCpu() const;  // the window is that of the running thread, undisturbed
  void beginCpu();            // code begins to run from C++
  void endCpu();
  CpuWindow cpu_;

  std::optional<Error> error_;
  std::optional<Error> inFlight_;  // already recorded
  std::optional<ScriptError> thrown_;
  std::vector<Try> tries_;
  std::vector<Use> uses_;
  std::uint64_t lastTry_ = 0;
  std::vector<std::pair<std::uint32_t, ScriptError>> deferred_;  // with the number of its frame
  std::vector<ScriptError> afterStatement_;
  std::uint32_t waitFrame_ = 0;  // whose statement they wait for
  const compile::StatementRange* waitStatement_ = nullptr;
  bool waits_ = false;
  bool watching_ = false;
  ErrorMethod localMethod_;
  bool inErrorMethod_ = false;
  bool aborting_ = false;

  std::vector<Value> classValues_;  // of program_, by the class's index
  std::unordered_map<std::string, Value> processVariables_;
  std::unordered_map<std::string, Value> singletons_;
  std::size_t pressure_ = 0;  // bytes made since the last census
  std::size_t pressureLimit_ = std::size_t{64} << 20U;
  std::size_t live_ = 0;
  DebugListener* listener_ = nullptr;
  bool atStatement_ = false;
};

}  // namespace qodly::script::vm
