#include "app/language.h"

#include <algorithm>
#include <iterator>

#include "script/data/code_model.h"
#include "script/data/directory_classes.h"
#include "script/data/install.h"
#include "script/library/file_project.h"
#include "script/library/format_settings.h"
#include "script/library/library.h"
#include "script/library/names_4d.h"
#include "script/vm/function.h"
#include "script/vm/process_list.h"
#include "script/vm/program.h"

namespace qodly::app {

namespace fs = std::filesystem;
namespace syntax = script::syntax;
namespace build = script::build;
namespace vm = script::vm;

Language::Language(Application* application)
    : application_(application),
      builtins_(script::library::Library::make(script::data::dataCommands(), script::data::dataClasses())),
      runtime_(vm::Runtime::make(*builtins_)),
      names_(std::make_shared<syntax::NameTable>(&script::library::builtInNames())),
      build_(std::make_unique<build::ProjectBuild>(*builtins_, *names_)) {}

Language::~Language() { runtime_->processes().shutdown(); }

std::unique_ptr<Language> Language::open(Application& application) {
  std::unique_ptr<Language> language(new Language(&application));
  const model::ProjectPaths& paths = application.project->paths();
  language->runtime_->setService(script::library::fileSystemsOfProject(paths, application.data));
  script::library::installServices(*language->runtime_, paths.sources / "settings.json");
  script::data::install(*language->runtime_, *application.datastore);
  script::data::installDirectory(*language->runtime_, {});
  const std::scoped_lock lock(language->mutex_);
  language->readAll();
  language->publishAndTell();
  return language;
}

std::unique_ptr<Language> Language::alone() {
  std::unique_ptr<Language> language(new Language(nullptr));
  language->runtime_->setProgram(vm::Program::make({}, {}));
  return language;
}

syntax::Diagnostics Language::diagnostics() const {
  const std::scoped_lock lock(mutex_);
  syntax::Diagnostics all = projectDiagnostics_;
  for (const auto& [path, file] : files_) std::ranges::copy(file.diagnostics, std::back_inserter(all));
  return all;
}

std::string Language::shownPath(const fs::path& path) const {
  return application_ == nullptr ? path.string()
                                 : path.lexically_relative(application_->project->paths().root).string();
}

std::optional<build::SourceText> Language::read(const syntax::SourceFile& file) const {
  auto text = syntax::readSource(file.path);
  if (!text) return std::nullopt;
  return build::SourceText{file.name, shownPath(file.path), file.unit(), file.surface, std::move(*text)};
}

void Language::makeNames(const syntax::ProjectSources& sources) {
  auto names = std::make_shared<syntax::NameTable>(&script::library::builtInNames());
  syntax::addMethods(sources, *names);
  for (const model::DataClass& each : application_->project->model()->classes) {
    names->addTable(each.name, each.tableNumber);
  }
  const bool standard = application_->project->anchor().standardPrecedence;
  build_ =
      std::make_unique<build::ProjectBuild>(*builtins_, *names, syntax::ParseOptions{.standardPrecedence = standard});
  names_ = std::move(names);
}

void Language::readAll() {
  const syntax::ProjectSources sources = syntax::findSources(application_->project->paths().sources);
  makeNames(sources);
  projectDiagnostics_ = sources.diagnostics;
  std::vector<build::SourceText> texts;
  std::vector<File> files;
  for (const syntax::SourceFile& source : sources.files) {
    std::error_code gone;
    File file{.source = source,
              .changed = fs::last_write_time(source.path, gone),
              .size = fs::file_size(source.path, gone),
              .unit = nullptr,
              .diagnostics = {}};
    auto text = read(source);
    if (!text) {
      projectDiagnostics_.push_back({syntax::Diagnostic::Level::error,
                                     shownPath(source.path),
                                     {},
                                     "unreadable-file",
                                     "The file cannot be read."});
      continue;
    }
    texts.push_back(std::move(*text));
    files.push_back(std::move(file));
  }
  std::vector<build::BuiltUnit> built = build_->build(texts);
  std::map<fs::path, File> known;
  for (std::size_t i = 0; i < files.size(); ++i) {
    // A file that had good code keeps it while its new text has errors.
    const auto old = files_.find(files[i].source.path);
    const bool keepsOld = old != files_.end() && old->second.unit != nullptr &&
                          old->second.changed != files[i].changed && syntax::hasErrors(built[i].diagnostics) &&
                          !syntax::hasErrors(old->second.diagnostics);
    files[i].unit = keepsOld ? old->second.unit : std::move(built[i].unit);
    files[i].diagnostics = std::move(built[i].diagnostics);
    known.emplace(files[i].source.path, std::move(files[i]));
  }
  files_ = std::move(known);
}

Result<> Language::publish() {
  std::vector<std::shared_ptr<const script::compile::Unit>> units;
  for (const auto& [path, file] : files_) {
    using Role = syntax::SourceFile::Role;
    const bool runs = file.source.role == Role::method || file.source.role == Role::classFile ||
                      file.source.role == Role::databaseMethod;
    if (runs) units.push_back(file.unit);
  }
  const auto model = application_->project->model();
  auto program =
      vm::Program::make(std::move(units), script::data::modelClasses(*model), build_->environment().variableTypes());
  std::erase_if(projectDiagnostics_, [](const syntax::Diagnostic& each) { return each.code == "class"; });
  for (const std::string& problem : program->problems()) {
    projectDiagnostics_.push_back({syntax::Diagnostic::Level::error, "", {}, "class", problem});
  }
  std::vector<std::string> problems;
  const auto extended = script::data::withCode(*model, *program, problems);
  for (std::string& problem : problems) {
    projectDiagnostics_.push_back({syntax::Diagnostic::Level::error, "", {}, "class", std::move(problem)});
  }
  runtime_->setProgram(std::move(program));
  orda::Datastore& datastore = *application_->datastore;
  if (!script::data::extends(*model, *extended) && datastore.model() == model) return {};
  return datastore.applyModel(extended);
}

void Language::publishAndTell() {
  const Result<> applied = publish();
  if (applied) return;
  projectDiagnostics_.push_back({syntax::Diagnostic::Level::error, "", {}, "class", applied.error().text()});
}

bool Language::sameMethods(const syntax::ProjectSources& found) const {
  const auto methods = std::ranges::count(found.files, syntax::SourceFile::Role::method, &syntax::SourceFile::role);
  const auto known = std::ranges::count_if(
      files_, [](const auto& entry) { return entry.second.source.role == syntax::SourceFile::Role::method; });
  return methods == known && std::ranges::all_of(found.files, [&](const syntax::SourceFile& file) {
           return file.role != syntax::SourceFile::Role::method || files_.contains(file.path);
         });
}

std::optional<Language::Reloaded> Language::reload() {
  if (application_ == nullptr) return std::nullopt;
  const syntax::ProjectSources found = syntax::findSources(application_->project->paths().sources);
  const std::scoped_lock lock(mutex_);
  Reloaded reloaded;
  std::vector<fs::path> changed;
  for (const syntax::SourceFile& source : found.files) {
    std::error_code gone;
    const auto known = files_.find(source.path);
    const auto time = fs::last_write_time(source.path, gone);
    if (known != files_.end() && known->second.changed == time &&
        known->second.size == fs::file_size(source.path, gone)) {
      continue;
    }
    changed.push_back(source.path);
    reloaded.files.push_back(shownPath(source.path));
  }
  for (const auto& [path, file] : files_) {
    if (std::ranges::find(found.files, path, &syntax::SourceFile::path) == found.files.end()) {
      reloaded.files.push_back(shownPath(path));
    }
  }
  if (reloaded.files.empty()) return std::nullopt;
  // Which words are methods decides how every text reads, and Compiler_* methods type variables of all.
  const bool all = !sameMethods(found) || changed.size() < reloaded.files.size() ||
                   std::ranges::any_of(changed, [](const fs::path& path) {
                     return build::BuildEnvironment::isCompilerMethod(path.stem().string());
                   });
  if (all) {
    readAll();
  } else {
    for (const syntax::SourceFile& source : found.files) {
      if (std::ranges::find(changed, source.path) == changed.end()) continue;
      const auto text = read(source);
      if (!text) continue;
      build::BuiltUnit built = build_->build(*text);
      File& file = files_[source.path];
      std::error_code gone;
      const bool keepsOld = file.unit != nullptr && syntax::hasErrors(built.diagnostics);
      file = {.source = source,
              .changed = fs::last_write_time(source.path, gone),
              .size = fs::file_size(source.path, gone),
              .unit = keepsOld ? file.unit : std::move(built.unit),
              .diagnostics = std::move(built.diagnostics)};
    }
  }
  for (const fs::path& path : changed) {
    const auto file = files_.find(path);
    if (file != files_.end()) std::ranges::copy(file->second.diagnostics, std::back_inserter(reloaded.diagnostics));
  }
  publishAndTell();
  return reloaded;
}

Result<> Language::modelChanged() {
  if (application_ == nullptr) return {};
  const std::scoped_lock lock(mutex_);
  readAll();
  return publish();
}

syntax::Tree Language::parse(const build::SourceText& source, const syntax::ParseOptions& options) const {
  const std::scoped_lock lock(mutex_);
  return syntax::parse(source.unit, source.file, source.text, source.surface, *names_, options);
}

build::BuiltUnit Language::compile(const build::SourceText& source, const syntax::ParseOptions& options) const {
  const std::scoped_lock lock(mutex_);
  return build::buildOne(source, *names_, build_->environment(), options);
}

Value Language::functionOf(const build::BuiltUnit& built) {
  const Ref<vm::Function> function = vm::Function::user(built.unit, *built.unit->main, nullptr);
  return Value::handle(Ref<Handle>::sharing(function.get()));
}

}  // namespace qodly::app
