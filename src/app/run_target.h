// What `qodly run TARGET [METHOD] [ARGUMENTS...]` runs, for it and for the debugger.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "app/language_console.h"

namespace qodly::app {

struct RunFailure {
  int exitCode = 0;
  std::string message;  // lines for a person
};

// Runs it in the process; the function lives no longer than the bench.
using RunTarget = std::function<Result<Value>(script::vm::Process&)>;

// The project to open for a target: the folder itself; of a code file, the project it belongs to. Empty: none.
std::filesystem::path projectOfTarget(const std::filesystem::path& target);
// `bench`: with that project open. `arguments` of a project begin with the method's name; all are as written on a
// command line.
std::expected<RunTarget, RunFailure> runTarget(const Workbench& bench, const std::filesystem::path& target,
                                               std::span<const std::string> arguments);

}  // namespace qodly::app
