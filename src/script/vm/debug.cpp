// The machine's side of debugging: telling the listener, running code beside the program that stands still.
#include "script/vm/debug_listener.h"
#include "script/vm/machine.h"
#include "script/vm/pointer.h"
#include "script/vm/process_list.h"
#include "script/vm/waiting.h"

namespace qodly::script::vm {

void Machine::setListener(DebugListener* listener) {
  listener_ = listener;
  updateWatching();
}

bool Machine::tellListener(std::uint32_t word) {
  const Frame& frame = frames_[frameCount_ - 1];
  const compile::StatementRange* statement = frame.code->statementAt(word);
  if (statement == nullptr || statement->begin != word) return true;
  const std::string_view file = frame.code->unit != nullptr ? std::string_view(frame.code->unit->file) : "";
  Value* const saved = top_;
  top_ = frame.base + frame.code->registers;
  atStatement_ = true;
  auto done = listener_->atStatement(process_, file, statement->line, frameCount_);
  atStatement_ = false;
  top_ = saved;
  return done || fail(done.error());
}

void Machine::tellError(const Error& error, bool caught) {
  const Frame& frame = frames_[frameCount_ - 1];
  Value* const saved = top_;
  top_ = frame.base + frame.code->registers;
  (void)listener_->atError(process_, error, caught);
  top_ = saved;
}

Result<> Machine::noticeDebugger() {
  process_.attention_->wanted.fetch_and(~Attention::pause);
  DebugListener* const listener = process_.runtime().processes().listener();
  setListener(listener);
  if (listener == nullptr || frameCount_ == 0) return {};
  return listener->atAttention(process_);
}

// --- Beside the program

struct Machine::Aside::Saved {
  DebugListener* listener = nullptr;
  ErrorStack errors;
  std::optional<Error> error;
  std::optional<Error> inFlight;
  std::optional<ScriptError> thrown;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  bool graceUsed = false;
  bool aborting = false;
  bool inErrorMethod = false;
  bool atStatement = false;
  bool okVariable = true;
};

Machine::Aside::Aside(Machine& machine, std::chrono::milliseconds limit)
    : machine_(machine), saved_(std::make_unique<Saved>()) {
  Process& process = machine.process_;
  saved_->listener = machine.listener_;
  saved_->errors = std::exchange(process.errors(), {});
  saved_->error = std::exchange(machine.error_, std::nullopt);
  saved_->inFlight = std::exchange(machine.inFlight_, std::nullopt);
  saved_->thrown = std::exchange(machine.thrown_, std::nullopt);
  saved_->deadline = std::exchange(process.deadline_, std::chrono::steady_clock::now() + limit);
  saved_->graceUsed = std::exchange(process.graceUsed_, false);
  saved_->aborting = std::exchange(machine.aborting_, false);
  saved_->inErrorMethod = std::exchange(machine.inErrorMethod_, true);
  saved_->atStatement = std::exchange(machine.atStatement_, false);
  saved_->okVariable = process.okVariable;
  machine.setListener(nullptr);
}

Machine::Aside::~Aside() {
  Process& process = machine_.process_;
  process.errors() = std::move(saved_->errors);
  machine_.error_ = std::move(saved_->error);
  machine_.inFlight_ = std::move(saved_->inFlight);
  machine_.thrown_ = std::move(saved_->thrown);
  process.deadline_ = saved_->deadline;
  process.graceUsed_ = saved_->graceUsed;
  process.okVariable = saved_->okVariable;
  machine_.aborting_ = saved_->aborting;
  machine_.inErrorMethod_ = saved_->inErrorMethod;
  machine_.atStatement_ = saved_->atStatement;
  machine_.setListener(saved_->listener);
}

Machine::ClockStop::ClockStop(Machine& machine) : process_(machine.process_) {
  if (!process_.deadline_) return;
  left_ = *process_.deadline_ - std::chrono::steady_clock::now();
  process_.deadline_.reset();
}

Machine::ClockStop::~ClockStop() {
  if (left_) process_.deadline_ = std::chrono::steady_clock::now() + *left_;
}

}  // namespace qodly::script::vm
