// qodly shell: lines of QodlyScript, one after the other, in one process.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <stop_token>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/completion.h"
#include "app/console.h"
#include "app/language_console.h"
#include "app/line_editor.h"
#include "app/output/value_table.h"
#include "app/reference.h"

namespace qodly::app {

namespace {

namespace syntax = script::syntax;
namespace vm = script::vm;

std::filesystem::path historyFile() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path folder;
  if (state != nullptr && *state != '\0') {
    folder = state;
  } else if (home != nullptr) {
    folder = std::filesystem::path(home) / ".local/state";
  } else {
    return {};
  }
  std::error_code failed;
  std::filesystem::create_directories(folder / "qodly", failed);
  return failed ? std::filesystem::path() : folder / "qodly/shell_history";
}

script::build::SourceText lineOfShell(std::string text) {
  return {.name = "shell",
          .file = "",
          .unit = syntax::UnitKind::method,
          .surface = syntax::Surface::qodlyScript,
          .text = std::move(text)};
}

class Shell {
 public:
  explicit Shell(Workbench bench)
      : bench_(std::move(bench)), editor_(historyFile(), [this](std::string_view, std::string_view word) {
          return completionsOf(bench_, word);
        }) {}

  void run() {
    while (const auto entry = readEntry()) {
      if (*entry == "exit" || *entry == "quit") return;
      if (entry->empty()) continue;
      editor_.remember(*entry);
      if (*entry == "help" || entry->starts_with("help ")) {
        help(*entry);
      } else {
        evaluate(*entry);
      }
    }
    fmt::print("\n");
  }

 private:
  // Lines up to a whole entry: structures are closed, continued lines at their end. An empty line ends it at once.
  std::optional<std::string> readEntry() {
    auto line = editor_.read("> ");
    if (!line) return std::nullopt;
    std::string entry = *line;
    while (!line->empty() && wantsMore(entry)) {
      line = editor_.read("… ");
      if (!line) break;
      entry += "\n" + *line;
    }
    return entry;
  }

  bool wantsMore(const std::string& entry) const {
    if (entry.ends_with('\\')) return true;
    const syntax::Tree tree = bench_.language->parse(lineOfShell(entry), {.anyExpressionStatement = true});
    return std::ranges::any_of(tree.diagnostics,
                               [](const syntax::Diagnostic& each) { return each.code == "unclosed-structure"; });
  }

  // The value of the last statement is the value of the entry.
  std::string returning(const std::string& entry) const {
    const syntax::Tree tree = bench_.language->parse(lineOfShell(entry), {.anyExpressionStatement = true});
    if (tree.function == nullptr || tree.function->body.empty()) return entry;
    const syntax::Statement& last = *tree.function->body.back();
    if (!std::holds_alternative<syntax::ExpressionStatement>(last.node)) return entry;
    return tree.text->substr(0, last.where.offset) + "return " + tree.text->substr(last.where.offset);
  }

  void evaluate(const std::string& entry) {
    const auto built = bench_.language->compile(lineOfShell(returning(entry)), {.processVariables = true});
    for (const syntax::Diagnostic& each : built.diagnostics) {
      if (each.level == syntax::Diagnostic::Level::error) {
        printLine(fmt::format("column {}: {}", each.where.column, each.message));
      }
    }
    if (syntax::hasErrors(built.diagnostics)) return;
    vm::Process& process = *bench_.process;
    process.beginTask();
    busy_ = true;
    const Result<Value> result = process.call(Language::functionOf(built), Value::null(), {});
    busy_ = false;
    if (!result) {
      printScriptError(process, result.error());
    } else {
      show(*result);
    }
    std::fflush(stdout);
  }

  void show(const Value& value) {
    if (value.type() == Type::undefined) return;
    if (const std::string moment = momentText(value); !moment.empty()) return fmt::print("{}\n", moment);
    std::size_t total = value.isCollection() ? value.asCollection().elements().size() : 0;
    const Value plain = value.type() == Type::handle ? plainOf(value, total) : value;
    const std::string table = valueTable(plain, total, isTerminal(STDOUT_FILENO) ? terminalWidth(STDOUT_FILENO) : 0);
    if (!table.empty()) {
      fmt::print("{}", table);
      return;
    }
    const Result<std::string> text = printable(*bench_.process, value, false);
    if (text) {
      fmt::print("{}\n", *text);
    } else {
      printScriptError(*bench_.process, text.error());
    }
  }

  // Selections and entities as collections and objects.
  Value plainOf(const Value& value, std::size_t& total) {
    vm::Process& process = *bench_.process;
    const Result<Value> length = process.property(value, "length");
    if (length && length->isNumber()) {
      total = static_cast<std::size_t>(length->asNumber());
      const Value range[] = {Value::integer(0), Value::integer(static_cast<std::int64_t>(mostTableRows))};
      const Result<Value> part = process.callFunction(value, "slice", range);
      if (const auto rows = part ? process.callFunction(*part, "toCollection", {}) : part; rows) return *rows;
    } else if (const auto object = process.callFunction(value, "toObject", {}); object) {
      return *object;
    }
    process.beginTask();
    return value;
  }

  void help(std::string_view entry) {
    entry.remove_prefix(4);
    while (entry.starts_with(' ')) entry.remove_prefix(1);
    if (entry.empty()) {
      fmt::print("help NAME   a command, class or member: help substring, help Collection.push\nexit        end\n");
      return;
    }
    const auto page = helpPage(bench_.language->builtins(), entry);
    fmt::print("{}", page.value_or(fmt::format("There is no command, class or constant '{}'.\n", entry)));
  }

  // Ctrl+C stops the running line, not the shell.
  void watchInterrupts(const std::stop_token& ending) {
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    constexpr timespec pause{.tv_sec = 0, .tv_nsec = 100'000'000};
    while (!ending.stop_requested()) {
      if (sigtimedwait(&interrupt, nullptr, &pause) == SIGINT && busy_) bench_.process->stop();
    }
  }

  Workbench bench_;
  LineEditor editor_;
  std::atomic<bool> busy_ = false;
  std::jthread interrupts_{[this](const std::stop_token& ending) { watchInterrupts(ending); }};
};

// Before any thread starts: the signal is for the thread that waits for it.
void blockInterrupts() {
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_BLOCK, &interrupt, nullptr);
}

}  // namespace

int runShell(const ShellOptions& options) {
  blockInterrupts();
  auto bench = openWorkbench(options.project, options.data, "shell", {});
  if (!bench) return bench.error();
  Shell shell(std::move(*bench));
  shell.run();
  return exit_code::done;
}

}  // namespace qodly::app
