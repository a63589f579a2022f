#include "app/language_console.h"

#include <fmt/format.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/open_data.h"
#include "base/error_codes.h"
#include "script/library/format_settings.h"
#include "script/vm/builtins.h"
#include "script/vm/error_stack.h"
#include "script/vm/function.h"

namespace qodly::app {

namespace vm = script::vm;

std::chrono::milliseconds limitOf(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::expected<Workbench, int> openWorkbench(const std::filesystem::path& project, const std::filesystem::path& data,
                                            std::string_view processName, std::chrono::milliseconds timeLimit) {
  Workbench bench;
  if (project.empty()) {
    script::library::setServerTimeZone({});
    bench.language = Language::alone();
  } else {
    auto application = openForCommand(project, data, true);
    if (!application) return std::unexpected(application.error());
    bench.application = std::make_unique<Application>(std::move(*application));
    bench.language = Language::open(*bench.application);
    for (const auto& each : bench.language->diagnostics()) {
      if (each.level == script::syntax::Diagnostic::Level::error) printLine(script::syntax::text(each));
    }
  }
  bench.language->runtime()->log = [](std::string_view message) { printLine(message); };
  bench.process = std::make_unique<vm::Process>(bench.language->runtime(), std::string(processName),
                                                vm::ProcessType::main, vm::Limits{.time = timeLimit});
  return bench;
}

Result<Value> callCommand(vm::Process& process, std::string_view name, std::span<const Value> arguments) {
  const vm::Builtins& builtins = process.runtime().builtins();
  const auto index = builtins.command(name);
  if (!index) return std::unexpected(Error(code::wrongArgument, "host", fmt::format("No command '{}'.", name)));
  const Ref<vm::Function> function = vm::Function::native(*builtins.commands()[*index].row, nullptr);
  return process.call(Value::handle(Ref<Handle>::sharing(function.get())), Value::null(), arguments);
}

Result<std::string> printable(vm::Process& process, const Value& value, bool json) {
  if (value.isText() && !json) return std::string(value.asText());
  if (value.type() == Type::undefined) return std::string(json ? "null" : "");
  const Value arguments[] = {value};
  const Result<Value> text = callCommand(process, "jsonStringify", arguments);
  if (!text) return std::unexpected(text.error());
  return std::string(text->asText());
}

namespace {

// The calls that were active, innermost first; of a long chain (a recursion) both ends.
std::string chainText(const std::vector<vm::TraceLine>& chain) {
  constexpr std::size_t first = 10, last = 3;
  std::string out;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (chain.size() > first + last + 1 && i == first) {
      out += fmt::format("  ... {} more calls ...\n", chain.size() - first - last);
      i = chain.size() - last;
    }
    const vm::TraceLine& line = chain[i];
    out += line.file.empty() ? fmt::format("  in {}, line {}\n", line.name, line.line)
                             : fmt::format("  in {} ({}:{})\n", line.name, line.file, line.line);
  }
  return out;
}

}  // namespace

std::string scriptErrorText(vm::Process& process, const Error& error) {
  const auto& errors = process.errors().errors();
  if (errors.empty()) return fmt::format("error {}: {}\n", error.code(), error.text());
  std::string out;
  for (auto each = errors.rbegin(); each != errors.rend(); ++each) {
    const std::string where = each->trace.empty() || each->trace.front().file.empty()
                                  ? ""
                                  : fmt::format("{}:{}: ", each->trace.front().file, each->trace.front().line);
    out += fmt::format("{}error {}: {}\n", where, each->code, each->message);
    out += chainText(each->trace);
  }
  return out;
}

void printScriptError(vm::Process& process, const Error& error) {
  fmt::print(stderr, "qodly: {}", scriptErrorText(process, error));
}

int finish(vm::Process& process, const Result<Value>& result, bool json) {
  if (!result) {
    printScriptError(process, result.error());
    return exit_code::failed;
  }
  const Result<std::string> text = printable(process, *result, json);
  if (!text) {
    printScriptError(process, text.error());
    return exit_code::failed;
  }
  if (json || result->type() != Type::undefined) fmt::print("{}\n", *text);
  return exit_code::done;
}

}  // namespace qodly::app
