// The code of a conformance case: class files of a folder, compiled and laid over the model of a datastore.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "orda/datastore.h"
#include "script/compile/compiler.h"
#include "script/data/code_model.h"
#include "script/data/install.h"
#include "script/library/library.h"
#include "script/library/names_4d.h"
#include "script/syntax/names.h"
#include "script/syntax/parser.h"
#include "script/syntax/sources.h"
#include "script/vm/environment.h"
#include "script/vm/process_list.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"

namespace qodly::conformance {

class Code {
 public:
  Code(orda::Datastore& datastore, const std::filesystem::path& folder)
      : datastore_(datastore), runtime_(script::vm::Runtime::make(builtins())) {
    namespace vm = script::vm;
    script::data::install(*runtime_, datastore);
    const auto model = datastore.model();
    std::vector<std::shared_ptr<const script::compile::Unit>> units;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
    std::ranges::sort(files);
    for (const auto& file : files) units.push_back(unitOf(file));
    runtime_->setProgram(vm::Program::make(std::move(units), script::data::modelClasses(*model)));
    std::vector<std::string> problems;
    const auto applied = datastore.applyModel(script::data::withCode(*model, *runtime_->program(), problems));
    if (!applied) throw std::runtime_error(applied.error().text());
    for (const std::string& problem : problems) throw std::runtime_error(problem);
  }
  ~Code() {
    runtime_->processes().shutdown();
    datastore_.setBehaviours({});
  }
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;

  const std::shared_ptr<script::vm::Runtime>& runtime() const { return runtime_; }

  static const script::vm::Builtins& builtins() {
    static const auto library =
        script::library::Library::make(script::data::dataCommands(), script::data::dataClasses());
    return *library;
  }

 private:
  static std::shared_ptr<const script::compile::Unit> unitOf(const std::filesystem::path& file) {
    namespace syntax = script::syntax;
    const syntax::NameTable names(&script::library::builtInNames());
    const auto text = syntax::readSource(file);
    if (!text) throw std::runtime_error("cannot read " + file.string());
    const syntax::Tree tree = syntax::parse(syntax::UnitKind::classFile, file.filename().string(), *text,
                                            *syntax::surfaceOf(file.filename().string()), names);
    for (const auto& each : tree.diagnostics) {
      if (each.level == syntax::Diagnostic::Level::error) throw std::runtime_error(syntax::text(each));
    }
    return script::compile::compile(tree, file.stem().string(), script::vm::RunningEnvironment(builtins(), nullptr));
  }

  orda::Datastore& datastore_;
  std::shared_ptr<script::vm::Runtime> runtime_;
};

}  // namespace qodly::conformance
