#include "app/run_target.h"

#include <memory>

#include <fmt/format.h>

#include "app/commands.h"
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

fs::path wholePath(const fs::path& target) { return fs::absolute(target).lexically_normal(); }

std::unexpected<RunFailure> failure(int exitCode, std::string message) {
  return std::unexpected(RunFailure{exitCode, std::move(message)});
}

std::expected<RunTarget, RunFailure> runFile(const Workbench& bench, const fs::path& target, syntax::Surface surface,
                                             std::span<const std::string> arguments) {
  const fs::path file = wholePath(target);
  auto text = syntax::readSource(file);
  if (!text) return failure(exit_code::notFound, "qodly: " + text.error().text());
  // Named as the project names it, when there is one.
  const fs::path project = projectAround(file);
  const auto built = std::make_shared<script::build::BuiltUnit>(
      bench.language->compile({.name = file.stem().string(),
                               .file = project.empty() ? target.string() : file.lexically_relative(project).string(),
                               .unit = syntax::UnitKind::method,
                               .surface = surface,
                               .text = std::move(*text)},
                              {}));
  std::string told;
  for (const syntax::Diagnostic& each : built->diagnostics) told += (told.empty() ? "" : "\n") + syntax::text(each);
  if (syntax::hasErrors(built->diagnostics)) return failure(exit_code::failed, told);
  if (!told.empty() && bench.language->runtime()->log) bench.language->runtime()->log(told);
  // Outside a project the file is the only method there is: it may call itself.
  if (project.empty()) bench.language->runtime()->setProgram(vm::Program::make({built->unit}));
  return [built, values = argumentsOf(arguments, *built->unit->main)](vm::Process& process) {
    return process.call(Language::functionOf(*built), Value::null(), values);
  };
}

}  // namespace

fs::path projectOfTarget(const fs::path& target) {
  return syntax::surfaceOf(target.filename().string()) ? projectAround(wholePath(target)) : target;
}

std::expected<RunTarget, RunFailure> runTarget(const Workbench& bench, const fs::path& target,
                                               std::span<const std::string> arguments) {
  if (const auto surface = syntax::surfaceOf(target.filename().string())) {
    return runFile(bench, target, *surface, arguments);
  }
  if (arguments.empty()) {
    return failure(exit_code::usage, "qodly: Name the method to run: qodly run DIR METHOD [ARGUMENTS...]");
  }
  const std::string& method = arguments.front();
  const compile::Code* code = bench.language->runtime()->program()->method(method);
  if (code == nullptr)
    return failure(exit_code::notFound, fmt::format("qodly: The project has no method '{}'.", method));
  return [method, values = argumentsOf(arguments.subspan(1), *code)](vm::Process& process) {
    return process.callMethod(method, values);
  };
}

}  // namespace qodly::app
