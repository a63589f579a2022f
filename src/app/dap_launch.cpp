#include "app/dap_launch.h"

#include <fmt/format.h>

#include "app/commands.h"
#include "app/protocol_json.h"
#include "script/vm/process_list.h"
#include "script/vm/program.h"
#include "value/json.h"

namespace qodly::app {

namespace fs = std::filesystem;
namespace vm = script::vm;

namespace {

std::unexpected<Error> refusal(std::string message) { return std::unexpected(Error(0, "dap", std::move(message))); }

// As they would be written on a command line.
std::vector<std::string> writtenArguments(const Value& arguments) {
  std::vector<std::string> written;
  if (const std::string method = protocol::textAt(arguments, "method"); !method.empty()) written.push_back(method);
  const Value list = protocol::at(arguments, "args");
  if (!list.isCollection()) return written;
  for (const Value& each : list.asCollection().elements()) {
    written.push_back(each.isText() ? std::string(each.asText()) : json::text(each));
  }
  return written;
}

}  // namespace

DapLaunch::~DapLaunch() {
  terminate();
  if (thread_.joinable()) thread_.join();
}

Result<> DapLaunch::open(const fs::path& project, const Value& arguments) {
  Workbench bench;
  if (project.empty()) {
    bench.language = Language::alone();
  } else {
    auto application = openApplication(project, protocol::textAt(arguments, "data"));
    if (!application) return std::unexpected(application.error());
    bench.application = std::make_unique<Application>(std::move(*application));
    bench.language = Language::open(*bench.application);
    for (const auto& each : bench.language->diagnostics()) {
      if (each.level == script::syntax::Diagnostic::Level::error) {
        channel_->output("stderr", script::syntax::text(each));
      }
    }
  }
  bench.language->runtime()->log = [channel = channel_](std::string_view line) { channel->output("console", line); };
  const auto limit = std::chrono::seconds(protocol::numberAt(arguments, "timeLimit"));
  bench.process =
      std::make_unique<vm::Process>(bench.language->runtime(), "run", vm::ProcessType::main, vm::Limits{.time = limit});
  bench_ = std::move(bench);
  return {};
}

Result<DapHost::Target> DapLaunch::launch(const Value& arguments, const std::shared_ptr<DapChannel>& channel) {
  channel_ = channel;
  const std::string program = protocol::textAt(arguments, "program");
  if (program.empty()) return refusal("'program' is missing: the folder of a project, or a code file.");
  const fs::path target = fs::absolute(program).lexically_normal();
  std::error_code failed;
  if (!fs::exists(target, failed)) return refusal(fmt::format("There is no {}.", target.string()));
  const fs::path project = projectOfTarget(target);
  if (auto opened = open(project, arguments); !opened) return std::unexpected(opened.error());
  const Value test = protocol::at(arguments, "test");
  if (test.isText() && bench_.application) {
    tests_ = findTests(*bench_.language->runtime()->program(), test.asText());
    if (tests_.empty()) return refusal(fmt::format("There is no test whose name contains '{}'.", test.asText()));
  } else {
    const auto written = writtenArguments(arguments);
    if (!projectOfTarget(target).empty() && projectOfTarget(target) == target && written.empty()) {
      return refusal("'method' is missing: the method of the project to run (or 'test').");
    }
    auto found = runTarget(bench_, target, written);
    if (!found) return refusal(found.error().message);
    target_ = std::move(*found);
  }
  return Target{*bench_.language->runtime(),
                bench_.application ? fs::absolute(bench_.application->project->paths().root) : fs::path()};
}

void DapLaunch::start(bool stopOnEntry) {
  if (target_ && stopOnEntry) {
    script::debug::Debugger::of(*bench_.language->runtime()).pause(bench_.process->number(), true);
  }
  thread_ = std::thread([this] { run(); });
}

void DapLaunch::terminate() {
  if (!isLaunched()) return;
  terminated_ = true;
  vm::Processes& processes = bench_.language->runtime()->processes();
  for (const vm::ProcessInfo& each : processes.list()) processes.stop(each.number);
}

int DapLaunch::runTests() {
  int failed = 0;
  for (TestResult& each : tests_) {
    if (terminated_) break;
    each.failure = runOneTest(bench_, each);
    if (!each.failure.empty()) ++failed;
    channel_->output(each.failure.empty() ? "stdout" : "stderr",
                     fmt::format("{}  {}.{}{}{}", each.failure.empty() ? "ok  " : "FAIL", each.className, each.function,
                                 each.failure.empty() ? "" : "\n", each.failure));
  }
  channel_->output("stdout", fmt::format("{} tests, {} failed", tests_.size(), failed));
  return failed == 0 ? exit_code::done : exit_code::failed;
}

void DapLaunch::run() {
  int exitCode = exit_code::done;
  vm::Process& process = *bench_.process;
  if (!tests_.empty()) {
    exitCode = runTests();
  } else if (!terminated_) {
    process.beginTask();
    const auto result = target_(process);
    const auto text = result ? printable(process, *result, false) : Result<std::string>(std::string());
    if (!result || !text) {
      exitCode = exit_code::failed;
      channel_->output("stderr", scriptErrorText(process, result ? text.error() : result.error()));
    } else if (result->type() != Type::undefined) {
      channel_->output("stdout", *text);
    }
  }
  channel_->event("exited", protocol::object({{"exitCode", Value::integer(exitCode)}}));
  channel_->event("terminated");
}

}  // namespace qodly::app
