#include "script/debug/debugger.h"

#include <algorithm>

#include "script/vm/debug_view.h"
#include "script/vm/machine.h"
#include "script/vm/operators.h"
#include "script/vm/program.h"

namespace qodly::script::debug {

namespace {

constexpr std::chrono::seconds timeForCondition{2};

}  // namespace

// What the debugger keeps of one process; used on its thread alone.
struct Debugger::Control {
  Control(Debugger& owner, std::int32_t number) : debugger(owner), process(number) {}
  ~Control() { debugger.ended(process); }
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  // What was wished before the client that is there now came is forgotten.
  void renew(std::uint64_t now) {
    if (epoch == now) return;
    epoch = now;
    step = StepKind::none;
  }

  Debugger& debugger;
  const std::int32_t process;
  std::uint64_t epoch = 0;
  StepKind step = StepKind::none;
  std::size_t stepDepth = 0;  // calls there were when the step began
  bool stands = false;
  // The breakpoints of the file that ran last.
  std::shared_ptr<const compile::Unit> unit;
  std::uint64_t version = 0;
  std::shared_ptr<const UnitBreakpoints> breakpoints;
};

Debugger& Debugger::of(vm::Runtime& runtime) {
  if (auto* found = runtime.service<Debugger>()) return *found;
  auto made = std::make_shared<Debugger>(runtime);
  runtime.setService(made);
  return *made;
}

Debugger::Control& Debugger::controlOf(vm::Process& process) {
  Control& control = process.extension<Control>(*this, process.number());
  control.renew(epoch_.load(std::memory_order_acquire));
  return control;
}

std::shared_ptr<Observer> Debugger::observer() const {
  const std::lock_guard guard(mutex_);
  return observer_;
}

// --- The client

bool Debugger::attach(std::shared_ptr<Observer> observer) {
  {
    const std::lock_guard guard(mutex_);
    if (observer_) return false;
    observer_ = std::move(observer);
    lookedAt_ = runtime_.program();
    epoch_.fetch_add(1, std::memory_order_acq_rel);
    attached_.store(true, std::memory_order_release);
  }
  runtime_.processes().attach(this);
  return true;
}

void Debugger::detach(const Observer* observer) {
  std::map<std::int32_t, std::shared_ptr<Stop>> stops;
  {
    const std::lock_guard guard(mutex_);
    if (observer_ == nullptr || observer_.get() != observer) return;
    attached_.store(false, std::memory_order_release);
    observer_ = nullptr;
    epoch_.fetch_add(1, std::memory_order_acq_rel);
    breakpoints_.clear();
    breakOnError_.store(BreakOnError::never, std::memory_order_relaxed);
    pauseWanted_.clear();
    pauses_.store(0);
    stops = stops_;
  }
  runtime_.processes().attach(nullptr);
  for (const auto& [process, stop] : stops) stop->resume(StepKind::none);
}

std::vector<Breakpoint> Debugger::setBreakpoints(const std::string& file, std::vector<BreakpointRequest> requests) {
  return breakpoints_.set(file, std::move(requests), runtime_.program().get());
}

std::vector<Breakpoint> Debugger::setFunctionBreakpoints(std::vector<BreakpointRequest> requests) {
  return breakpoints_.setFunctions(std::move(requests), runtime_.program().get());
}

void Debugger::lookAtProgram() {
  const std::shared_ptr<const vm::Program> program = runtime_.program();
  std::shared_ptr<Observer> observer;
  {
    const std::lock_guard guard(mutex_);
    if (!observer_ || lookedAt_.lock() == program) return;
    lookedAt_ = program;
    observer = observer_;
  }
  for (const Breakpoint& each : breakpoints_.moved(program.get())) observer->breakpointMoved(each);
}

void Debugger::pause(std::int32_t process, bool entry) {
  {
    const std::lock_guard guard(mutex_);
    if (!observer_) return;
    pauseWanted_[process] = entry ? StopReason::entry : StopReason::pause;
    pauses_.store(static_cast<int>(pauseWanted_.size()));
  }
  runtime_.processes().interrupt(process);
}

bool Debugger::resume(std::int32_t process, StepKind step) {
  const auto stop = stopOf(process);
  if (stop) stop->resume(step);
  return stop != nullptr;
}

void Debugger::end(std::int32_t process) { runtime_.processes().stop(process); }

std::shared_ptr<Stop> Debugger::stopOf(std::int32_t process) const {
  const std::lock_guard guard(mutex_);
  const auto found = stops_.find(process);
  return found == stops_.end() ? nullptr : found->second;
}

std::shared_ptr<Stop> Debugger::stopBySerial(int serial) const {
  const std::lock_guard guard(mutex_);
  const auto found = std::ranges::find_if(stops_, [&](const auto& each) { return each.second->serial() == serial; });
  return found == stops_.end() ? nullptr : found->second;
}

int Debugger::nextSerial() {
  const auto taken = [this](int serial) {
    return std::ranges::any_of(stops_, [&](const auto& each) { return each.second->serial() == serial; });
  };
  do {
    lastSerial_ = lastSerial_ % Stop::mostSerial + 1;
  } while (taken(lastSerial_));
  return lastSerial_;
}

void Debugger::ended(std::int32_t process) {
  std::shared_ptr<Observer> observer;
  {
    const std::lock_guard guard(mutex_);
    pauseWanted_.erase(process);
    pauses_.store(static_cast<int>(pauseWanted_.size()));
    observer = observer_;
  }
  if (observer) observer->processEnded(process);
}

// --- The process

Result<> Debugger::stand(vm::Process& process, StopInfo info, std::optional<ErrorInfo> error) {
  Control& control = controlOf(process);
  info.process = process.number();
  std::shared_ptr<Stop> stop;
  std::shared_ptr<Observer> observer;
  {
    const std::lock_guard guard(mutex_);
    if (!observer_ || stops_.size() >= static_cast<std::size_t>(Stop::mostSerial) - 1) return {};
    stop = std::make_shared<Stop>(process, nextSerial(), info);
    stop->error = std::move(error);
    stops_[process.number()] = stop;
    observer = observer_;
  }
  control.step = StepKind::none;
  control.stands = true;
  const vm::Machine::ClockStop clock(process.machine());
  observer->stopped(info);
  const auto resumed = stop->serve();
  control.stands = false;
  bool pauseAgain = false;
  {
    const std::lock_guard guard(mutex_);
    stops_.erase(process.number());
    pauseAgain = pauseWanted_.contains(process.number());
  }
  // Asked for while it still stood: that wait took no notice of it.
  if (pauseAgain) runtime_.processes().interrupt(process.number());
  control.renew(epoch_.load(std::memory_order_acquire));
  if (!resumed) {
    observer->wentOn(process.number());
    return std::unexpected(resumed.error());
  }
  control.step = *resumed;
  control.stepDepth = vm::frameCount(process);
  return {};
}

std::optional<StopReason> Debugger::takePause(const vm::Process& process) {
  if (pauses_.load(std::memory_order_relaxed) == 0) return std::nullopt;
  const std::lock_guard guard(mutex_);
  const auto found = pauseWanted_.find(process.number());
  if (found == pauseWanted_.end()) return std::nullopt;
  const StopReason reason = found->second;
  pauseWanted_.erase(found);
  pauses_.store(static_cast<int>(pauseWanted_.size()));
  return reason;
}

void Debugger::tellMessage(vm::Process& process, const SetBreakpoint& breakpoint, std::string_view file,
                           std::uint32_t line) {
  std::string text;
  for (std::size_t i = 0; i < breakpoint.message.size(); ++i) {
    if (i % 2 == 0) {
      text += breakpoint.message[i];
      continue;
    }
    const auto value = vm::evaluateInFrame(process, 0, breakpoint.message[i], timeForCondition);
    const vm::Machine::Aside aside(process.machine(), timeForCondition);
    text += !value            ? "{" + value.error().message() + "}"
            : value->isText() ? std::string(value->asText())
                              : lineOf(process, *value);
  }
  if (const auto client = observer()) client->logged({text, process.number(), std::string(file), line});
}

Debugger::Reached Debugger::breakpointsAt(vm::Process& process, Control& control, std::string_view file,
                                          std::uint32_t line) {
  const compile::Code* code = vm::codeAt(process, 0);
  const std::uint64_t version = breakpoints_.version();
  if (code->unit != control.unit.get() || version != control.version) {
    control.unit = vm::unitAt(process, 0);
    control.version = version;
    control.breakpoints = control.unit ? breakpoints_.in(*control.unit) : nullptr;
    lookAtProgram();
  }
  Reached reached;
  if (!control.breakpoints) return reached;
  const auto here = control.breakpoints;  // conditions may run other files
  const auto [first, last] = here->equal_range(line);
  for (auto each = first; each != last; ++each) {
    SetBreakpoint& breakpoint = *each->second;
    if (!breakpoint.request.condition.empty()) {
      const auto holds = vm::evaluateInFrame(process, 0, breakpoint.request.condition, timeForCondition);
      if (!holds) {
        reached.ids.push_back(breakpoint.id);
        reached.problem = "The condition cannot be evaluated: " + holds.error().message();
        continue;
      }
      if (!vm::isTruthy(*holds)) continue;
    }
    const std::uint64_t hits = breakpoint.hits.fetch_add(1, std::memory_order_relaxed) + 1;
    if (!breakpoint.hitCondition.holds(hits)) continue;
    if (breakpoint.message.empty()) {
      reached.ids.push_back(breakpoint.id);
    } else {
      tellMessage(process, breakpoint, file, line);
    }
  }
  return reached;
}

Result<> Debugger::atStatement(vm::Process& process, std::string_view file, std::uint32_t line, std::size_t depth) {
  if (!isAttached()) return {};
  Control& control = controlOf(process);
  if (control.stands) return {};
  const bool stepped = control.step == StepKind::in || (control.step == StepKind::over && depth <= control.stepDepth) ||
                       (control.step == StepKind::out && depth < control.stepDepth);
  Reached reached = breakpointsAt(process, control, file, line);
  const auto pause = takePause(process);
  if (!reached.ids.empty()) {
    return stand(
        process,
        {.reason = StopReason::breakpoint, .breakpoints = std::move(reached.ids), .text = std::move(reached.problem)});
  }
  if (pause) return stand(process, {.reason = *pause});
  if (stepped) return stand(process, {.reason = StopReason::step});
  return {};
}

Result<> Debugger::atTrace(vm::Process& process) {
  if (!isAttached() || controlOf(process).stands) return {};
  return stand(process, {.reason = StopReason::trace});
}

Result<> Debugger::atError(vm::Process& process, const Error& error, bool caught) {
  if (!isAttached() || controlOf(process).stands) return {};
  const BreakOnError when = breakOnError_.load(std::memory_order_relaxed);
  if (when == BreakOnError::never || (when == BreakOnError::uncaught && caught)) return {};
  ErrorInfo info{.code = error.code(),
                 .component = error.component(),
                 .message = error.message(),
                 .caught = caught,
                 .trace = process.machine().trace()};
  return stand(process, {.reason = StopReason::error, .text = error.message()}, std::move(info));
}

Result<> Debugger::atAttention(vm::Process& process) {
  if (!isAttached() || controlOf(process).stands) return {};
  const auto pause = takePause(process);
  return pause ? stand(process, {.reason = *pause}) : Result<>();
}

}  // namespace qodly::script::debug
