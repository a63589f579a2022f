// The command about the log (commands.md 21); declared in system_class.h.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "script/library/system_class.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace {

constexpr std::array<std::string_view, 3> levels{"information", "warning", "error"};

// logEvent(message, importance), or in the 4D surface LOG EVENT(outputType; message; importance).
Result<Value> logEvent(vm::Call& call) {
  const std::size_t message = call.at(0).isText() ? 0 : 1;
  if (!call.at(message).isText()) return std::unexpected(call.wrongArgument(message, "a text"));
  const std::int64_t importance = call.integer(message + 1);
  const std::string_view level = levels[importance > 0 && importance < 3 ? static_cast<std::size_t>(importance) : 0];
  const auto& log = call.process().runtime().log;
  if (log) log(fmt::format("[{}] {}", level, call.text(message)));
  return Value();
}

// A server has no pasteboard: what a demonstration puts there for its user is no reason to fail.
Result<Value> textToPasteboard(vm::Call& /*call*/) { return Value(); }

constexpr std::array rows{
    vm::FunctionRow{"logEvent", "(message: string|integer, importance?: integer|string, level?: integer)", &logEvent,
                    "Writes a message to the server's log."},
    vm::FunctionRow{"SET TEXT TO PASTEBOARD", "(text: string)", &textToPasteboard,
                    "Does nothing: a server has no pasteboard."},
};

}  // namespace

std::span<const vm::FunctionRow> systemCommands() { return rows; }

}  // namespace qodly::script::library
