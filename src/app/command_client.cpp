// qodly client ts: a typed client of an application's REST API.
#include <array>
#include <fstream>

#include <fmt/format.h>

#include "app/assets.h"
#include "app/commands.h"
#include "app/project_code.h"
#include "model/project.h"
#include "rest/describe/typescript_client.h"
#include "script/build/project_build.h"
#include "script/data/code_model.h"
#include "script/data/install.h"
#include "script/library/library.h"
#include "script/vm/program.h"

namespace qodly::app {

namespace {

namespace build = script::build;
namespace syntax = script::syntax;

// The parts of web/client/src, each using only those before it.
constexpr std::array<std::string_view, 5> runtimeParts{"types", "connection", "query", "changes", "dataclass"};

Result<std::string> clientRuntime() {
  std::string text;
  for (const std::string_view part : runtimeParts) {
    const Asset* asset = findAsset(fmt::format("/$lib/client/{}.ts", part));
    if (asset == nullptr) return std::unexpected(Error(1, "client", "This executable was built without the client."));
    text += rest::withoutImports(asset->file.bytes) + "\n";
  }
  return text;
}

std::shared_ptr<const script::vm::Program> programOf(const ProjectCode& code, const script::vm::Builtins& builtins) {
  std::vector<build::SourceText> texts;
  for (const syntax::SourceFile& file : code.sources.files) {
    using Role = syntax::SourceFile::Role;
    if (file.role != Role::classFile) continue;
    auto text = syntax::readSource(file.path);
    if (text) texts.push_back({file.name, file.path.filename().string(), file.unit(), file.surface, std::move(*text)});
  }
  build::ProjectBuild project(builtins, code.names);
  std::vector<std::shared_ptr<const script::compile::Unit>> units;
  for (build::BuiltUnit& built : project.build(texts)) {
    if (built.unit) units.push_back(std::move(built.unit));
  }
  return script::vm::Program::make(std::move(units), script::data::modelClasses(*code.model));
}

int failed(std::string_view message) {
  fmt::print(stderr, "qodly: {}\n", message);
  return exit_code::failed;
}

}  // namespace

int runClient(const ClientOptions& options) {
  const auto code = openCode(options.project);
  if (!code) return failed(code.error().text());
  const auto runtime = clientRuntime();
  if (!runtime) return failed(runtime.error().message());
  const auto library = script::library::Library::make(script::data::dataCommands(), script::data::dataClasses());
  const auto program = programOf(*code, *library);
  std::vector<std::string> problems;
  const auto model = script::data::withCode(*code->model, *program, problems);
  for (const std::string& problem : problems) fmt::print(stderr, "qodly: {}\n", problem);
  const rest::ApiDescription api = rest::describeApi(code->root.filename().string(), *model, program.get(), nullptr);
  const std::string text = rest::typescriptClient(api, *runtime);
  if (options.output.empty()) {
    fmt::print("{}", text);
    return exit_code::done;
  }
  std::ofstream file(options.output, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return failed(fmt::format("{} cannot be written.", options.output.string()));
  return exit_code::done;
}

}  // namespace qodly::app
