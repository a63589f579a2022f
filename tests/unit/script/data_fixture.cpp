#include "tests/unit/script/data_fixture.h"

#include "script/compile/compiler.h"
#include "script/data/code_model.h"
#include "script/data/install.h"
#include "script/library/library.h"
#include "script/library/names_4d.h"
#include "script/syntax/names.h"
#include "script/syntax/parser.h"
#include "script/vm/environment.h"
#include "script/vm/process_list.h"
#include "script/vm/program.h"
#include "value/json.h"

namespace qodly::script::data::test {

namespace {

const vm::Builtins& builtins() {
  static const auto library = library::Library::make(dataCommands(), dataClasses());
  return *library;
}

std::shared_ptr<const compile::Unit> unitOf(syntax::UnitKind kind, const ClassText& source) {
  const syntax::NameTable names(&library::builtInNames());
  const std::string file = (kind == syntax::UnitKind::classFile ? "Classes/" : "Methods/") + source.name + ".4qs";
  const syntax::Tree tree = syntax::parse(kind, file, source.text, syntax::Surface::qodlyScript, names);
  for (const auto& each : tree.diagnostics) {
    if (each.level == syntax::Diagnostic::Level::error) throw std::runtime_error(syntax::text(each));
  }
  return compile::compile(tree, source.name, vm::RunningEnvironment(builtins(), nullptr));
}

}  // namespace

Library::Library(const Classes& classes) {
  const Value document =
      conformance::readJson(std::filesystem::path(QODLY_SOURCE_DIR) / "tests/conformance/rest/fixture.json");
  fixture_ = std::make_unique<conformance::Fixture>(document);
  model_ = fixture_->datastore().model();
  runtime_ = vm::Runtime::make(builtins());
  install(*runtime_, datastore());
  load(classes);
  process_ = std::make_unique<vm::Process>(runtime_, "test", vm::ProcessType::main);
}

Library::~Library() {
  process_.reset();
  runtime_->processes().shutdown();
  datastore().setBehaviours({});
}

orda::Datastore& Library::datastore() { return fixture_->datastore(); }

void Library::load(const Classes& classes) {
  classes_ = classes;
  std::vector<std::shared_ptr<const compile::Unit>> units;
  for (const ClassText& each : classes) units.push_back(unitOf(syntax::UnitKind::classFile, each));
  runtime_->setProgram(vm::Program::make(std::move(units), modelClasses(*model_)));
  problems_.clear();
  const auto applied = datastore().applyModel(withCode(*model_, *runtime_->program(), problems_));
  if (!applied) throw std::runtime_error(applied.error().text());
}

std::string Library::run(std::string_view body) {
  std::vector<std::shared_ptr<const compile::Unit>> units;
  for (const ClassText& each : classes_) units.push_back(unitOf(syntax::UnitKind::classFile, each));
  units.push_back(unitOf(syntax::UnitKind::method, {"testBody", std::string(body)}));
  runtime_->setProgram(vm::Program::make(std::move(units), modelClasses(*model_)));
  const auto result = process_->callMethod("testBody", {});
  if (!result) return "error " + std::to_string(result.error().code()) + ": " + result.error().message();
  if (result->isUndefined()) return "undefined";
  return json::text(*result);
}

}  // namespace qodly::script::data::test
