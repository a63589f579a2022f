// qodly run, qodly eval: code from the command line.
#include <optional>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/language_console.h"
#include "script/syntax/parser.h"
#include "script/vm/program.h"
#include "value/json.h"

namespace qodly::app {

namespace {

namespace fs = std::filesystem;
namespace compile = script::compile;
namespace syntax = script::syntax;
namespace vm = script::vm;

// A parameter declared as text takes the argument as it is, a date or time in its usual form. For the others JSON is
// read as what it is, and what is no JSON is a text.
Value argumentOf(const std::string& written, const compile::DeclaredType& type) {
  if (type.word == syntax::TypeWord::text) return Value::text(written);
  if (type.word == syntax::TypeWord::date) {
    if (const auto date = parseDate(written)) return Value::date(*date);
  }
  if (type.word == syntax::TypeWord::time) {
    if (const auto time = parseDuration(written)) return Value::time(*time);
  }
  auto parsed = json::parse(written);
  return parsed ? std::move(*parsed) : Value::text(written);
}

std::vector<Value> argumentsOf(std::span<const std::string> written, const compile::Code& code) {
  std::vector<Value> arguments;
  for (std::size_t i = 0; i < written.size(); ++i) {
    arguments.push_back(
        argumentOf(written[i], i < code.parameters.size() ? code.parameters[i].type : code.variadicType));
  }
  return arguments;
}

// The project that a method file belongs to: .../Project/Sources/Methods/x.4qs. Empty when it lies in none.
fs::path projectAround(const fs::path& file) {
  const fs::path sources = file.parent_path().parent_path();
  const fs::path project = sources.parent_path();
  const bool inside = file.parent_path().filename() == "Methods" && sources.filename() == "Sources";
  std::error_code ignored;
  return inside && fs::is_directory(project, ignored) ? project.parent_path() : fs::path();
}

int runFile(const RunOptions& options, syntax::Surface surface) {
  const fs::path file = fs::absolute(options.target).lexically_normal();
  auto text = syntax::readSource(file);
  if (!text) {
    printError(text.error());
    return exit_code::notFound;
  }
  auto bench = openWorkbench(projectAround(file), options.data, "run", limitOf(options.timeLimit));
  if (!bench) return bench.error();
  const auto built = bench->language->compile({.name = file.stem().string(),
                                               .file = options.target.string(),
                                               .unit = syntax::UnitKind::method,
                                               .surface = surface,
                                               .text = std::move(*text)},
                                              {});
  for (const syntax::Diagnostic& each : built.diagnostics) printLine(syntax::text(each));
  if (syntax::hasErrors(built.diagnostics)) return exit_code::failed;
  // Outside a project the file is the only method there is: it may call itself.
  if (projectAround(file).empty()) bench->language->runtime()->setProgram(vm::Program::make({built.unit}));
  const auto arguments = argumentsOf(options.arguments, *built.unit->main);
  return finish(*bench->process, bench->process->call(Language::functionOf(built), Value::null(), arguments),
                options.json);
}

int runMethod(const RunOptions& options) {
  if (options.arguments.empty()) {
    printLine("qodly: Name the method to run: qodly run DIR METHOD [ARGUMENTS...]");
    return exit_code::usage;
  }
  auto bench = openWorkbench(options.target, options.data, "run", limitOf(options.timeLimit));
  if (!bench) return bench.error();
  const std::string& method = options.arguments.front();
  const compile::Code* code = bench->language->runtime()->program()->method(method);
  if (code == nullptr) {
    printLine(fmt::format("qodly: The project has no method '{}'.", method));
    return exit_code::notFound;
  }
  const auto arguments = argumentsOf(std::span(options.arguments).subspan(1), *code);
  return finish(*bench->process, bench->process->callMethod(method, arguments), options.json);
}

}  // namespace

int runRun(const RunOptions& options) {
  const auto surface = syntax::surfaceOf(options.target.filename().string());
  return surface ? runFile(options, *surface) : runMethod(options);
}

int runEval(const EvalOptions& options) {
  auto bench = openWorkbench(options.project, options.data, "eval", limitOf(options.timeLimit));
  if (!bench) return bench.error();
  return finish(*bench->process, bench->process->evaluate(options.expression, options.fourD), options.json);
}

}  // namespace qodly::app
