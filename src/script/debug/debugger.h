// The debugger of one application: stops its processes where a client wants it, and lets it look into those that stand
// still (language.md 24). Other processes run on meanwhile; a process that stands still holds nothing of the
// debugger's, only what its own code has taken (a `use`, a transaction, locked entities).
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "script/debug/breakpoints.h"
#include "script/debug/stop.h"
#include "script/vm/debug_listener.h"
#include "script/vm/process_list.h"
#include "script/vm/runtime.h"

namespace qodly::script::debug {

// A line that a log message told.
struct LogLine {
  std::string text;
  std::int32_t process = 0;
  std::string file;
  std::uint32_t line = 0;
};

// What a client hears. Called from the threads of processes, several at once: quick, and without waiting for one.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void stopped(const StopInfo& info) = 0;
  // A process that stood still was ended or went on without the client's doing.
  virtual void wentOn(std::int32_t process) = 0;
  virtual void processEnded(std::int32_t process) = 0;
  virtual void logged(const LogLine& line) = 0;
  virtual void breakpointMoved(const Breakpoint& breakpoint) = 0;
};

enum class BreakOnError : std::uint8_t { never, uncaught, all };

// One a runtime, which owns it (install). Thread-safe. One client at a time.
class Debugger final : public vm::DebugListener {
 public:
  explicit Debugger(vm::Runtime& runtime) : runtime_(runtime) {}
  Debugger(const Debugger&) = delete;
  Debugger& operator=(const Debugger&) = delete;
  // The debugger of the runtime, made by the first call. Call it once before processes run (Runtime::setService).
  static Debugger& of(vm::Runtime& runtime);

  // False: somebody else is attached.
  bool attach(std::shared_ptr<Observer> observer);
  // Forgets breakpoints and wishes, and lets everything run on. The observer hears nothing that happens afterwards; a
  // call that had begun may still end. No effect when another observer is attached.
  void detach(const Observer* observer);
  bool isAttached() const { return attached_.load(std::memory_order_acquire); }

  std::vector<Breakpoint> setBreakpoints(const std::string& file, std::vector<BreakpointRequest> requests);
  std::vector<Breakpoint> setFunctionBreakpoints(std::vector<BreakpointRequest> requests);
  void setBreakOnError(BreakOnError when) { breakOnError_.store(when, std::memory_order_relaxed); }
  // Tells the observer of breakpoints that are elsewhere since the code was changed.
  void lookAtProgram();
  std::shared_ptr<const vm::Program> program() const { return runtime_.program(); }

  std::vector<vm::ProcessInfo> processes() const { return runtime_.processes().list(); }
  bool isStopped(std::int32_t process) const { return stopOf(process) != nullptr; }
  // At the next statement, or where it waits. `entry`: told as such.
  void pause(std::int32_t process, bool entry = false);
  // False: it does not stand still.
  bool resume(std::int32_t process, StepKind step);
  // Ends the running code of the process with an error that nothing catches.
  void end(std::int32_t process);

  // The stand of a process; by serial: that a reference or frame number belongs to. nullptr when it runs.
  std::shared_ptr<Stop> stopOf(std::int32_t process) const;
  std::shared_ptr<Stop> stopBySerial(int serial) const;

  // --- vm::DebugListener
  Result<> atStatement(vm::Process& process, std::string_view file, std::uint32_t line, std::size_t depth) override;
  Result<> atTrace(vm::Process& process) override;
  Result<> atError(vm::Process& process, const Error& error, bool caught) override;
  Result<> atAttention(vm::Process& process) override;

 private:
  struct Control;
  Control& controlOf(vm::Process& process);
  std::shared_ptr<Observer> observer() const;
  Result<> stand(vm::Process& process, StopInfo info, std::optional<ErrorInfo> error = std::nullopt);
  // The breakpoints reached there that want a stop; tells log messages.
  struct Reached {
    std::vector<int> ids;
    std::string problem;
  };
  Reached breakpointsAt(vm::Process& process, Control& control, std::string_view file, std::uint32_t line);
  void tellMessage(vm::Process& process, const SetBreakpoint& breakpoint, std::string_view file, std::uint32_t line);
  std::optional<StopReason> takePause(const vm::Process& process);
  int nextSerial();  // with mutex_ held
  void ended(std::int32_t process);

  vm::Runtime& runtime_;
  std::atomic<bool> attached_{false};
  std::atomic<BreakOnError> breakOnError_{BreakOnError::never};
  std::atomic<std::uint64_t> epoch_{0};  // of attachments: wishes of an earlier one do not count
  std::atomic<int> pauses_{0};           // size of pauseWanted_
  BreakpointTable breakpoints_;

  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<Observer> observer_;
  std::map<std::int32_t, std::shared_ptr<Stop>> stops_;
  std::map<std::int32_t, StopReason> pauseWanted_;
  std::weak_ptr<const vm::Program> lookedAt_;
  int lastSerial_ = 0;
};

}  // namespace qodly::script::debug
