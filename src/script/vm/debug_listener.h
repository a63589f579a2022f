// What a debugger hears of a process, and how it looks into it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "value/value.h"

namespace qodly::script::vm {

class Process;

// A running call, innermost first. Valid while the process stands still in the listener.
struct FrameView {
  std::size_t depth = 0;  // as evaluateInFrame takes it: 0 is the innermost
  std::string name;
  std::string type;
  std::string file;
  std::uint32_t line = 0;
  struct Local {
    std::string name;
    std::string type;  // as declared: "integer", "cs.Invoice", "variant"
    Value value;
    bool isParameter = false;
  };
  std::vector<Local> locals;
  Value self;
};

// Called by the process's own thread or fiber; may wait there as long as it likes. An error ends the running code.
class DebugListener {
 public:
  virtual ~DebugListener() = default;
  // At the start of every statement.
  virtual Result<> atStatement(Process& process, std::string_view file, std::uint32_t line, std::size_t depth) = 0;
  // `trace` was executed.
  virtual Result<> atTrace(Process& process) = 0;
  // An error came up; process.errors() has it. `caught`: a try or an error method will take it; else it is about to end
  // the task. Told once for each error, before anything is left. What is returned has no effect.
  virtual Result<> atError(Process& process, const Error& error, bool caught) = 0;
  // Some time after Processes::attach or Processes::interrupt: at a jump back, at a call, or while the process waits.
  virtual Result<> atAttention(Process& process) = 0;
};

}  // namespace qodly::script::vm
