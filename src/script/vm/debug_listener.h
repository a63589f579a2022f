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
  // An error that no try and no error method takes is about to end the task.
  virtual Result<> atError(Process& process, const Error& error) = 0;
};

}  // namespace qodly::script::vm
