// What the commands that run code have in common: opening, calling, printing results and errors.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "app/language.h"
#include "script/vm/process.h"

namespace qodly::app {

// An application, its language and one process to run code in. Members end in the reverse order of their making.
struct Workbench {
  std::unique_ptr<Application> application;  // nullptr: the library alone
  std::unique_ptr<Language> language;
  std::unique_ptr<script::vm::Process> process;
};

// `project` empty: the library alone. Errors and warnings of the code go to stderr when `tellCode`. The error is the
// exit code; it has been told.
std::expected<Workbench, int> openWorkbench(const std::filesystem::path& project, const std::filesystem::path& data,
                                            std::string_view processName, std::chrono::milliseconds timeLimit);
std::chrono::milliseconds limitOf(double seconds);

// A command of the library, called as scripts do.
Result<Value> callCommand(script::vm::Process& process, std::string_view name, std::span<const Value> arguments);

// A text as it is, everything else as JSON; nothing for no value. `json`: always JSON, null for no value. Error: a
// value that JSON cannot say (a cycle).
Result<std::string> printable(script::vm::Process& process, const Value& value, bool json);

// "qodly: message", where it happened, and the chain of calls, on stderr. The errors are those of the process; `error`
// is told when it has none.
void printScriptError(script::vm::Process& process, const Error& error);
// The same as text, lines ended by "\n".
std::string scriptErrorText(script::vm::Process& process, const Error& error);

// Prints the value or the error; the exit code.
int finish(script::vm::Process& process, const Result<Value>& result, bool json);

}  // namespace qodly::app
