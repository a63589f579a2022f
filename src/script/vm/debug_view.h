// Looking into a process that stands still in its DebugListener: its calls, their variables, code run in them.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "script/vm/debug_listener.h"
#include "script/vm/process.h"

namespace qodly::script::vm {

// All of this is to be called on the thread or fiber of the process, while it is in the listener. `depth` as
// FrameView::depth: 0 is the innermost call.
std::size_t frameCount(Process& process);
// One call; `withValues`: its variables and receiver, too. `depth` must be below frameCount.
FrameView frameAt(Process& process, std::size_t depth, bool withValues);
std::vector<FrameView> framesOf(Process& process);  // all, with values
// The code of a call, and what keeps it alive; nullptr when there is no such call.
std::shared_ptr<const compile::Unit> unitAt(Process& process, std::size_t depth);
const compile::Code* codeAt(Process& process, std::size_t depth);
// The arguments that have no parameter of their own, in order ($3 and so on).
std::vector<Value> extraArgumentsAt(Process& process, std::size_t depth);
// By folded name, sorted; of the process.
std::vector<std::pair<std::string, Value>> processVariablesOf(Process& process);

// Evaluates an expression with the variables and `this` of the frame, in the surface of its file. It runs beside the
// program (Machine::Aside). Errors: -20001 for what is no expression, else what it raised.
Result<Value> evaluateInFrame(Process& process, std::size_t depth, std::string_view expression,
                              std::chrono::milliseconds limit = std::chrono::seconds(10));
// The same for one statement: what it assigns to the frame's variables, they have afterwards. Gives undefined.
// `given` is known to it as the variable `givenName`.
Result<> runInFrame(Process& process, std::size_t depth, std::string_view statement,
                    std::chrono::milliseconds limit = std::chrono::seconds(10), const Value& given = Value());
inline constexpr std::string_view givenName = "__value";
// Whether the text, in the surface of the frame's file, is an assignment or another statement that is no expression.
bool isStatement(Process& process, std::size_t depth, std::string_view text);
// Error -20008 when the frame has no such variable, -20002 when the value does not fit its type.
Result<> setVariableInFrame(Process& process, std::size_t depth, std::string_view name, Value value);

}  // namespace qodly::script::vm
