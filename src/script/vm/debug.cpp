// The machine's side of debugging: telling the listener, showing frames.
#include "script/vm/debug_listener.h"
#include "script/vm/machine.h"
#include "script/vm/pointer.h"
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
  auto done = listener_->atStatement(process_, file, statement->line, frameCount_);
  top_ = saved;
  return done || fail(done.error());
}

}  // namespace qodly::script::vm
