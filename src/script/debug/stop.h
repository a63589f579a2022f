// A process that stands still: what can be seen and changed of it meanwhile.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/debug/values.h"
#include "script/vm/debug_view.h"
#include "script/vm/process.h"

namespace qodly::script::debug {

enum class StopReason : std::uint8_t { entry, breakpoint, step, pause, trace, error };

// What is told when a process comes to a stand.
struct StopInfo {
  std::int32_t process = 0;
  StopReason reason = StopReason::pause;
  std::vector<int> breakpoints{};  // that were reached
  std::string text{};              // of an error: its message; of a breakpoint whose condition failed: why
};

// The error at which a process stands.
struct ErrorInfo {
  int code = 0;
  std::string component;
  std::string message;
  bool caught = false;
  std::vector<vm::TraceLine> trace;
};

enum class Scope : std::uint8_t { parameters, locals, receiver, processVariables };

// A line of a list of variables. `reference` 0: nothing is inside.
struct Variable {
  std::string name{};
  std::string text{};
  std::string type{};
  std::string expression{};  // gives it in the frame; "" when none does
  int reference = 0;
  Insides insides{};
  bool lazy = false;  // its value is the one variable inside of `reference`
};

enum class StepKind : std::uint8_t { none, in, over, out };

// One stand of one process. Everything but post(), resume() and serve() belongs to jobs, which run on the process's
// own thread: other threads may not touch its values.
class Stop {
 public:
  // Called with the stop on the process's thread, or with nullptr when it went on before.
  using Job = std::function<void(Stop*)>;

  // serial: not 0, unlike that of every other process that stands still.
  Stop(vm::Process& process, int serial, StopInfo info) : process_(process), serial_(serial), info_(std::move(info)) {}

  // --- From any thread
  int serial() const { return serial_; }
  std::int32_t processNumber() const { return info_.process; }
  void post(Job job);
  void resume(StepKind step);

  // --- On the process's thread
  // Runs jobs until resume(). Error: the process was stopped for good.
  Result<StepKind> serve();

  // --- In jobs
  vm::Process& process() const { return process_; }
  const StopInfo& info() const { return info_; }
  std::optional<ErrorInfo> error;

  std::size_t frameCount() const { return vm::frameCount(process_); }
  vm::FrameView frame(std::size_t depth) const { return vm::frameAt(process_, depth, false); }
  // 0 when the scope has nothing.
  int scope(std::size_t depth, Scope scope, Insides& insides);
  // What is inside of a reference. start and count matter for numbered things only; filter: which of both.
  enum class Filter : std::uint8_t { all, named, numbered };
  Result<std::vector<Variable>> variables(int reference, Filter filter, std::int64_t start, std::int64_t count);
  // `text` is evaluated in the frame that the reference belongs to; gives the variable as it is then.
  Result<Variable> setVariable(int reference, std::string_view name, std::string_view text);

  Result<Variable> evaluate(std::size_t depth, std::string_view expression);
  Result<std::string> evaluateWhole(std::size_t depth, std::string_view expression);
  // A line of a console: an expression, or a statement, which gives nothing.
  Result<std::optional<Variable>> enter(std::size_t depth, std::string_view text);
  // Assigns the value of an expression to something assignable.
  Result<Variable> setExpression(std::size_t depth, std::string_view target, std::string_view text);
  // Looks up a path of names and members that begins with something that is no call, so that looking runs nothing but
  // computed properties. nullopt: the text is no such path.
  std::optional<Result<Variable>> look(std::size_t depth, std::string_view path);
  // Names that may stand at the end of `text`: variables of the frame, or members of what stands before the last dot.
  std::vector<std::string> complete(std::size_t depth, std::string_view text);

  static int serialOf(int reference) { return reference >> referenceBits; }
  static constexpr int referenceBits = 16;  // of the place in the list; the serial lies above
  static constexpr int mostSerial = 0x7FFF;

 private:
  struct Reference {
    enum class Sort : std::uint8_t { scope, value, lazy } sort = Sort::value;
    std::size_t depth = 0;
    Scope scope = Scope::locals;
    Value value{};
    std::string name{};        // of what is read lazily
    std::string expression{};  // of the value
  };
  int keep(Reference reference);
  const Reference* find(int reference) const;
  Variable shown(std::size_t depth, std::string name, const Value& value, std::string expression);
  Variable shown(std::size_t depth, const Inside& inside, const Reference& of);
  std::vector<Variable> scopeVariables(const Reference& reference);
  std::vector<Variable> insidesShown(const Reference& reference, Filter filter, std::int64_t start, std::int64_t count);

  vm::Process& process_;
  const int serial_;
  const StopInfo info_;
  std::vector<Reference> references_;

  std::mutex mutex_;  // guards what follows
  std::deque<Job> jobs_;
  std::shared_ptr<vm::Event> called_;
  std::optional<StepKind> resumed_;
  bool ended_ = false;
};

}  // namespace qodly::script::debug
