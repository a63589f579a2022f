// How errors run (language.md 19): try, error methods, deferred errors, errors at the end of a statement.
#include <algorithm>

#include "base/wait.h"
#include "script/vm/codes.h"
#include "script/vm/debug_listener.h"
#include "script/vm/machine.h"
#include "script/vm/process_list.h"
#include "script/vm/program.h"
#include "script/vm/runtime_state.h"
#include "script/vm/waiting.h"

namespace qodly::script::vm {

namespace {

constexpr std::chrono::seconds graceAfterTimeLimit{1};

bool same(const Error& left, const Error& right) {
  return left.code() == right.code() && left.message() == right.message();
}

std::string_view typeOf(const compile::Code& code) {
  switch (code.kind) {
    case compile::CodeKind::method:
      return "projectMethod";
    case compile::CodeKind::formula:
      return "executeFormula";
    default:
      return "classFunction";
  }
}

// Errors of the machine itself say where they happened.
bool namesPlace(int code) { return code <= -20002 && code >= -20029; }

}  // namespace

std::vector<TraceLine> Machine::trace() const {
  std::vector<TraceLine> lines;
  constexpr std::uint32_t most = 200;
  for (std::uint32_t i = frameCount_; i > 0 && lines.size() < most; --i) {
    const Frame& frame = frames_[i - 1];
    if (frame.code->kind == compile::CodeKind::initialiser) continue;
    TraceLine line;
    line.name = frame.code->name;
    line.type = typeOf(*frame.code);
    line.file = frame.code->unit != nullptr ? frame.code->unit->file : std::string();
    line.line = frame.code->lineAt(frame.pc == frame.code->words.data() ? 0 : wordOf(frame)).line;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<Value> Machine::passedArguments() const {
  std::vector<Value> values;
  if (frameCount_ == 0) return values;
  const Frame& frame = frames_[frameCount_ - 1];
  const auto named = static_cast<std::uint32_t>(frame.code->parameters.size());
  for (std::uint32_t i = 1; i <= frame.arguments; ++i) {
    if (i <= named) {
      values.push_back(frame.base[i]);
    } else if (frame.kept != nullptr) {
      values.push_back(frame.kept[i]);
    }
  }
  return values;
}

bool Machine::assertionsEnabled() const {
  return assertions.value_or(process_.runtime().shared().assertions.load(std::memory_order_relaxed));
}

void Machine::installErrorMethod(std::string name) { localMethod_ = {std::move(name), lastTry_}; }

Error Machine::prepareThrow(ScriptError error) {
  Error raised(error.code, error.component, error.message);
  thrown_ = std::move(error);
  return raised;
}

void Machine::throwDeferred(ScriptError error) {
  error.deferred = true;
  if (frameCount_ == 0) {
    record(std::move(error));
    return;
  }
  error.trace = trace();
  deferred_.emplace_back(frameCount_ - 1, std::move(error));
  frames_[frameCount_ - 1].state.deferred = true;
}

void Machine::raiseAfterStatement(ScriptError error) {
  error.trace = trace();
  afterStatement_.push_back(std::move(error));
  updateWatching();
}

ScriptError Machine::describe(const Error& error) {
  ScriptError described;
  if (thrown_ && thrown_->code == error.code() && thrown_->message == error.message()) {
    described = std::move(*thrown_);
  } else {
    described.code = error.code();
    described.message = error.message();
    described.component = error.component();
  }
  thrown_.reset();
  if (described.trace.empty()) described.trace = trace();
  return described;
}

void Machine::record(ScriptError error) { process_.errors().push(std::move(error)); }

std::string Machine::applicableMethod() const {
  const std::uint64_t innermost = tries_.empty() ? 0 : tries_.back().number;
  if (inErrorMethod_) return {};
  if (!localMethod_.name.empty() && localMethod_.installed >= innermost) return localMethod_.name;
  if (!tries_.empty()) return {};
  Runtime::Shared& shared = process_.runtime().shared();
  const std::lock_guard guard(shared.mutex);
  return shared.globalErrorMethod;
}

bool Machine::runErrorMethod(const std::string& name) {
  const compile::Code* method = program_ ? program_->method(name) : nullptr;
  if (method == nullptr) return false;
  Frame& frame = frames_[frameCount_ - 1];
  Value* const saved = top_;
  top_ = frame.base + frame.code->registers;
  inErrorMethod_ = true;
  const auto done = callCode(*method, nullptr, Value::null(), {});
  inErrorMethod_ = false;
  top_ = saved;
  return done.has_value() || aborting_;
}

Machine::Outcome Machine::raise(std::uint32_t entryFrames) {
  Error error = std::move(*error_);
  error_.reset();
  const bool known = inFlight_ && same(*inFlight_, error);
  inFlight_.reset();
  if (process_.isStopping()) aborting_ = true;
  if (process_.deadline_ && std::chrono::steady_clock::now() >= *process_.deadline_) {
    if (process_.graceUsed_) {
      aborting_ = true;
    } else {
      process_.graceUsed_ = true;
      process_.deadline_ = std::chrono::steady_clock::now() + graceAfterTimeLimit;
    }
  }
  ScriptError described;
  if (!known) {
    described = describe(error);
    if (namesPlace(described.code) && !described.trace.empty() && described.properties.get() == nullptr) {
      const TraceLine& at = described.trace.front();
      if (at.line != 0) {
        described.message += " (" + (at.file.empty() ? at.name : at.file) + ", line " + std::to_string(at.line) + ")";
        error = Error(described.code, described.component, described.message);
      }
    }
  }
  const bool inFrame = frameCount_ > entryFrames;  // false: it came up when the last frame had ended
  const std::string method = known || aborting_ || !inFrame ? std::string() : applicableMethod();
  if (!method.empty()) process_.errors().clear();
  if (!known) {
    record(std::move(described));
    for (const Error& next : error.consequences()) record(describe(next));
  }
  if (listener_ != nullptr && !known && !aborting_ && frameCount_ > 0) {
    tellError(error, !method.empty() || !tries_.empty());
  }
  if (!method.empty() && runErrorMethod(method) && !aborting_) {
    Frame& frame = frames_[frameCount_ - 1];
    const compile::StatementRange* statement = frame.code->statementAt(wordOf(frame));
    if (statement == nullptr) return Outcome::ended;
    clearRegisters(frame, statement->clearFrom != 0 ? statement->clearFrom : frame.code->firstTemporary);
    frame.pc = frame.code->words.data() + statement->resume;
    return Outcome::resume;
  }
  if (!aborting_ && !tries_.empty() && tries_.back().frame >= entryFrames) {
    while (frameCount_ - 1 > tries_.back().frame) {
      clearRegisters(frames_[frameCount_ - 1], frames_[frameCount_ - 1].code->firstTemporary);
      std::erase_if(deferred_, [&](const auto& entry) { return entry.first == frameCount_ - 1; });
      leaveFrame();
    }
    Frame& frame = frames_[frameCount_ - 1];
    const compile::HandlerRange* range = frame.code->handlerAt(wordOf(frame));
    takeDeferredOfTry(tries_.back());
    tries_.pop_back();
    --frame.state.tries;
    if (range != nullptr) {
      unwindUses(range->useDepth);
      clearRegisters(frame, range->clearFrom);
      frame.pc = frame.code->words.data() + range->handler;
      return Outcome::resume;
    }
  }
  while (frameCount_ > entryFrames) {
    clearRegisters(frames_[frameCount_ - 1], frames_[frameCount_ - 1].code->firstTemporary);
    std::erase_if(deferred_, [&](const auto& entry) { return entry.first == frameCount_ - 1; });
    leaveFrame();
  }
  inFlight_ = error;
  error_ = std::move(error);
  return Outcome::leave;
}

bool Machine::takeDeferredOfTry(const Try& entry) {
  bool any = false;
  for (std::size_t i = entry.deferred; i < deferred_.size();) {
    if (deferred_[i].first < entry.frame) {
      ++i;
      continue;
    }
    record(std::move(deferred_[i].second));
    deferred_.erase(deferred_.begin() + static_cast<std::ptrdiff_t>(i));
    any = true;
  }
  for (ScriptError& error : afterStatement_) {
    record(std::move(error));
    any = true;
  }
  afterStatement_.clear();
  updateWatching();
  return any;
}

// Called while the returning frame is still on top; its result is kept by the caller.
bool Machine::endDeferred() {
  const std::uint32_t frame = frameCount_ - 1;
  frames_[frame].state.deferred = false;
  const std::string method = applicableMethod();
  if (method.empty() && tries_.size() > frames_[frame].state.tries && frame > 0) {
    // A try further out gets them when its body ends.
    for (auto& [owner, error] : deferred_) {
      if (owner == frame) owner = frame - 1;
    }
    frames_[frame - 1].state.deferred = true;
    return true;
  }
  std::vector<ScriptError> errors;
  for (auto& [owner, error] : deferred_) {
    if (owner == frame) errors.push_back(std::move(error));
  }
  std::erase_if(deferred_, [&](const auto& entry) { return entry.first == frame; });
  if (errors.empty()) return true;
  if (!method.empty()) process_.errors().clear();
  const Error last(errors.back().code, errors.back().component, errors.back().message);
  for (ScriptError& error : errors) record(std::move(error));
  if (listener_ != nullptr && !aborting_) tellError(last, !method.empty() || !tries_.empty());
  if (!method.empty() && runErrorMethod(method) && !aborting_) return true;
  inFlight_ = last;
  return fail(last);
}

// --- What is looked at now and then

bool Machine::watch() {
  const std::uint32_t top = frameCount_ - 1;
  const Frame& frame = frames_[top];
  const auto next = static_cast<std::uint32_t>(frame.pc - frame.code->words.data());
  if (!afterStatement_.empty()) {
    if (!waits_ || top < waitFrame_) {
      waits_ = true;
      waitFrame_ = top;
      waitStatement_ = frame.code->statementAt(next == 0 ? 0 : next - 1);
    }
    if (top == waitFrame_ && frame.code->statementAt(next) != waitStatement_) {
      waits_ = false;
      std::vector<ScriptError> errors = std::move(afterStatement_);
      afterStatement_.clear();
      updateWatching();
      ScriptError last = std::move(errors.back());
      errors.pop_back();
      for (ScriptError& error : errors) record(std::move(error));
      return fail(prepareThrow(std::move(last)));
    }
  }
  return listener_ == nullptr || tellListener(next);
}

namespace {

// A request that runs long gives the others of its thread their turn. While it is armed it is nobody's fiber: a
// resumption from inside it would be none.
void letOthersRun(Waiter& waiter) {
  waiter.park([](const std::function<void()>& resume) {
    Waiter* const running = Waiter::install(nullptr);
    resume();
    Waiter::install(running);
  });
}

}  // namespace

bool Machine::slowCheck() {
  sampleCpu();
  if ((process_.attention_->wanted.load(std::memory_order_relaxed) & Attention::pause) != 0) {
    if (auto done = noticeDebugger(); !done) return fail(done.error());
  }
  if (auto done = process_.checkpoint(); !done) return fail(done.error());
  if (auto done = checkMemory(0); !done) return fail(done.error());
  if (Waiter* const waiter = Waiter::current()) {
    letOthersRun(*waiter);
    sampleCpu();  // what they used is not counted
  }
  return true;
}

Result<> Machine::checkNestedRun() {
  constexpr std::uint32_t runsOfASlice = 1024;
  if (++nestedRuns_ % runsOfASlice != 0) return {};
  sampleCpu();
  if (auto done = process_.checkpoint(); !done) return done;
  return checkMemory(0);
}

Result<> Machine::checkMemory(std::size_t wanted) {
  constexpr std::size_t perContainer = 200;
  const std::size_t pressure = pressure_ + process_.heap().added() * perContainer;
  const std::size_t limit = process_.limits().memory;
  if (pressure < pressureLimit_ && (limit == 0 || live_ + pressure < limit)) return {};
  const Heap::Census census = process_.heap().collect();
  live_ = census.bytes;
  for (std::uint32_t i = 0; i < frameCount_; ++i) {
    const Frame& frame = frames_[i];
    for (std::uint32_t r = 0; r < frame.code->boxedEnd; ++r) {
      const Value& value = frame.base[r];
      if (value.isText()) live_ += value.asText().size();
      if (value.type() == Type::blob || value.type() == Type::picture) live_ += value.asBlob().bytes.size();
    }
  }
  pressure_ = 0;
  pressureLimit_ = std::max(std::size_t{64} << 20U, live_);
  if (limit == 0 || live_ + wanted < limit) return {};
  return std::unexpected(hostError(
      code::limitReached, "the memory limit of " + std::to_string(limit >> 20U) + " MB of the process is used up"));
}

}  // namespace qodly::script::vm
