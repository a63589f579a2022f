#include "tests/conformance/language/case_run.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>

#include <unistd.h>

#include "script/data/code_model.h"
#include "script/data/install.h"
#include "script/library/file_systems.h"
#include "script/library/format_settings.h"
#include "script/library/library.h"
#include "script/library/names_4d.h"
#include "script/syntax/sources.h"
#include "script/vm/pointer.h"
#include "script/vm/process.h"
#include "script/vm/process_list.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"
#include "tests/conformance/language/shown_value.h"
#include "tests/conformance/support/fixture.h"

namespace qodly::conformance {

namespace {

namespace fs = std::filesystem;
namespace syntax = script::syntax;
namespace vm = script::vm;
using script::build::SourceText;

constexpr std::chrono::seconds timeLimit{30};
constexpr std::size_t memoryLimit = std::size_t{512} << 20;

// What the probes of a running case write to.
struct Records {
  CaseResult* result = nullptr;
};

std::vector<Outcome>& outcomesOf(vm::Call& call) {
  auto& outcomes = call.process().extension<Records>().result->outcomes;
  return outcomes[std::min(static_cast<std::size_t>(call.integer(0)), outcomes.size() - 1)];
}

std::uint32_t lineOf(const vm::ScriptError& error) {
  // The innermost active call of the case itself.
  const auto own = std::ranges::find(error.trace, "testCase", &vm::TraceLine::name);
  return own == error.trace.end() ? 0 : own->line;
}

Result<Value> testRecord(vm::Call& call) {
  Outcome outcome;
  const Value* selected = vm::selectedArrayElement(call.at(1));  // an array stands for its selected element
  outcome.value = shown(selected != nullptr ? *selected : call.at(1));
  outcomesOf(call).push_back(std::move(outcome));
  return Value();
}

Result<Value> testCaught(vm::Call& call) {
  const auto& errors = call.process().errors().errors();
  Outcome outcome;
  outcome.isError = true;
  if (!errors.empty()) {
    outcome.code = errors.back().code;
    outcome.message = errors.back().message;
    outcome.line = lineOf(errors.back());
  }
  outcomesOf(call).push_back(std::move(outcome));
  return Value();
}

constexpr vm::FunctionRow testCommands[] = {
    {"testRecord", "(number: integer, value?: variant)", &testRecord, "Notes the value of a line of a test case."},
    {"testCaught", "(number: integer)", &testCaught, "Notes the error of a line of a test case."},
};

const vm::Builtins& builtins() {
  static const auto commands = [] {
    std::vector<vm::FunctionRow> rows(std::begin(testCommands), std::end(testCommands));
    const auto data = script::data::dataCommands();
    rows.insert(rows.end(), data.begin(), data.end());
    return rows;
  }();
  static const auto library = script::library::Library::make(commands, script::data::dataClasses());
  return *library;
}

void addCommands(syntax::NameTable& names) {
  for (const vm::FunctionRow& row : testCommands) names.add({syntax::NameSort::command, std::string(row.name), {}, 0});
}

syntax::NameTable namesOf(const CaseSources& sources) {
  syntax::NameTable names(&script::library::builtInNames());
  addCommands(names);
  for (const SourceText& each : sources.helpers) {
    if (each.unit == syntax::UnitKind::method) names.addMethod(each.name);
  }
  return names;
}

SourceText readSource(const fs::path& file, const fs::path& root, syntax::UnitKind unit) {
  return {file.stem().string(), file.lexically_relative(root).string(), unit,
          *syntax::surfaceOf(file.filename().string()), syntax::readSource(file).value_or("")};
}

void readHelpers(const fs::path& helpers, const fs::path& root, syntax::UnitKind unit, CaseSources& sources) {
  if (!fs::exists(helpers)) return;
  for (const auto& entry : fs::directory_iterator(helpers)) {
    if (syntax::surfaceOf(entry.path().filename().string()))
      sources.helpers.push_back(readSource(entry.path(), root, unit));
  }
}

// A folder for the files of a case, gone when the case is over.
class Scratch {
 public:
  Scratch() : folder_(fs::temp_directory_path() / ("qodly-language-" + std::to_string(getpid()))) {
    for (const char* name : {"Project/Sources", "Resources", "Data", "Logs"}) fs::create_directories(folder_ / name);
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::shared_ptr<script::library::FileSystems> systems() const {
    return std::make_shared<script::library::FileSystems>(
        std::vector<script::library::FileSystems::Root>{{"/PACKAGE", folder_},
                                                        {"/PROJECT", folder_ / "Project"},
                                                        {"/SOURCES", folder_ / "Project/Sources"},
                                                        {"/RESOURCES", folder_ / "Resources"},
                                                        {"/DATA", folder_ / "Data"},
                                                        {"/LOGS", folder_ / "Logs"}});
  }

 private:
  fs::path folder_;
};

std::shared_ptr<const vm::Program> programOf(const CaseSources& sources, const Probed& probed,
                                             std::vector<vm::Program::ModelClass> modelClasses) {
  const syntax::NameTable names = namesOf(sources);
  script::build::ProjectBuild build(builtins(), names);
  std::vector<SourceText> all = sources.helpers;
  all.push_back(sources.main);
  all.back().name = "testCase";
  all.back().text = probed.text;
  std::vector<std::shared_ptr<const script::compile::Unit>> units;
  for (auto& built : build.build(all)) units.push_back(std::move(built.unit));
  return vm::Program::make(std::move(units), std::move(modelClasses), build.environment().variableTypes());
}

// The model and data of a case: those of the REST cases below orda/, else the model.json of its outermost folder.
fs::path documentOf(const CaseSources& sources) {
  const fs::path conformance = fs::path(QODLY_SOURCE_DIR) / "tests/conformance";
  const fs::path folder = *fs::path(sources.main.file).begin();
  return folder == "orda" ? conformance / "rest/fixture.json" : conformance / "language" / folder / "model.json";
}

// What a case works on, for itself alone.
class Data {
 public:
  explicit Data(const CaseSources& sources) {
    const fs::path document = documentOf(sources);
    if (!fs::exists(document)) return;
    fixture_.emplace(readJson(document));
    model_ = fixture_->datastore().model();
  }

  std::vector<vm::Program::ModelClass> classes() const {
    return model_ ? script::data::modelClasses(*model_) : std::vector<vm::Program::ModelClass>();
  }
  void install(vm::Runtime& runtime) {
    if (fixture_) script::data::install(runtime, fixture_->datastore());
  }
  // What the classes say becomes part of the model.
  void extend(const vm::Program& program) {
    if (!fixture_) return;
    std::vector<std::string> problems;
    const auto applied = fixture_->datastore().applyModel(script::data::withCode(*model_, program, problems));
    for (const std::string& problem : problems) throw std::runtime_error(problem);
    if (!applied) throw std::runtime_error(applied.error().text());
  }
  void release() {
    if (fixture_) fixture_->datastore().setBehaviours({});
  }

 private:
  std::optional<Fixture> fixture_;
  std::shared_ptr<const model::Model> model_;
};

Outcome stoppedBy(const vm::Process& process, const Error& error, const Probed& probed) {
  Outcome outcome{.isError = true, .value = {}, .code = error.code(), .message = error.message(), .line = 0};
  const auto& errors = const_cast<vm::Process&>(process).errors().errors();
  if (!errors.empty()) outcome.line = lineOf(errors.back());
  if (outcome.line > 0 && outcome.line <= probed.lines.size()) outcome.line = probed.lines[outcome.line - 1];
  return outcome;
}

}  // namespace

CaseSources readCase(const fs::path& file, const fs::path& root) {
  CaseSources sources{.main = readSource(file, root, syntax::UnitKind::method), .helpers = {}};
  const fs::path helpers = fs::path(file).replace_extension();
  readHelpers(helpers / "Methods", root, syntax::UnitKind::method, sources);
  readHelpers(helpers / "Classes", root, syntax::UnitKind::classFile, sources);
  return sources;
}

syntax::Tree parseCase(const CaseSources& sources) {
  return syntax::parse(syntax::UnitKind::method, sources.main.file, sources.main.text, sources.main.surface,
                       namesOf(sources), {.anyExpressionStatement = true});
}

syntax::Printed printCase(const syntax::Tree& tree, syntax::Surface target, const CaseSources& sources) {
  return syntax::print(tree, target, namesOf(sources));
}

CaseResult runProbed(const CaseSources& sources, const Probed& probed, std::size_t expectations) {
  CaseResult result;
  result.outcomes.resize(expectations + 1);
  const Scratch scratch;
  Data data(sources);
  const auto runtime = vm::Runtime::make(builtins());
  runtime->setService(scratch.systems());
  script::library::installServices(*runtime, {});
  data.install(*runtime);
  runtime->setProgram(programOf(sources, probed, data.classes()));
  data.extend(*runtime->program());
  {
    vm::Process process(runtime, "conformance", vm::ProcessType::main, {.time = timeLimit, .memory = memoryLimit});
    process.extension<Records>().result = &result;
    const auto done = process.callMethod("testCase", {});
    if (!done) result.stopped = stoppedBy(process, done.error(), probed);
  }
  for (auto& outcomes : result.outcomes) {
    for (Outcome& each : outcomes) {
      if (each.line > 0 && each.line <= probed.lines.size()) each.line = probed.lines[each.line - 1];
    }
  }
  runtime->processes().shutdown();
  data.release();
  return result;
}

}  // namespace qodly::conformance
