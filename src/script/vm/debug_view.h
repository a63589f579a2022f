// Looking into a process that stands still in its DebugListener: its calls, their variables, expressions in them.
#pragma once

#include <string_view>
#include <vector>

#include "script/vm/debug_listener.h"
#include "script/vm/process.h"

namespace qodly::script::vm {

// To be called on the thread or fiber of the process, or while it waits in the listener.
std::vector<FrameView> framesOf(Process& process);
// Evaluates an expression with the variables and `this` of the frame; `depth` as FrameView::depth.
Result<Value> evaluateInFrame(Process& process, std::size_t depth, std::string_view expression);
// Error -20008 when the frame has no such variable, -20002 when the value does not fit its type.
Result<> setVariableInFrame(Process& process, std::size_t depth, std::string_view name, Value value);

}  // namespace qodly::script::vm
