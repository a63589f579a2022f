// A child process with its three pipes, watched by a thread of its own (classes.md 13).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace qodly::script::library {

// The words of a command line: blanks separate them; quotes and backslashes protect as in the POSIX shell; nothing else
// is interpreted. Error wrongSettings: no word, or a quote that is not closed.
Result<std::vector<std::string>> commandWords(std::string_view line);

struct ProcessSpec {
  std::vector<std::string> words;  // the program, searched in PATH when it has no slash, and its arguments
  std::vector<std::pair<std::string, std::string>> variables;  // laid over the environment of the server
  std::string folder;                                          // working directory; "" that of the server
  std::optional<std::chrono::milliseconds> timeout;            // then it is ended as terminate() does
};

// Called on the watching thread.
class ProcessListener {
 public:
  virtual ~ProcessListener() = default;
  virtual void output(std::string bytes) = 0;
  virtual void errorOutput(std::string bytes) = 0;
  struct End {
    std::optional<int> exitCode;  // nullopt: ended by a signal
    bool timedOut = false;
    std::optional<Error> problem;  // of the pipes or of waiting
  };
  virtual void ended(End end) = 0;  // exactly once, last
};

// Any thread. Dropping the last reference ends the process as terminate() does.
class ChildProcess {
 public:
  // Error wrongSettings: the program cannot be started; limitReached: 256 run already.
  static Result<std::shared_ptr<ChildProcess>> start(ProcessSpec spec, std::shared_ptr<ProcessListener> listener);
  virtual ~ChildProcess() = default;

  virtual std::int64_t pid() const = 0;
  // Queues bytes for the standard input; false after closeInput() or the end, or when 1 GB wait already.
  virtual bool post(std::string bytes) = 0;
  virtual void closeInput() = 0;  // after what has been posted
  // SIGTERM to the process group, SIGKILL after two seconds; returns at once.
  virtual void terminate() = 0;
};

}  // namespace qodly::script::library
