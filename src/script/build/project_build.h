// From source texts to compiled units: what opening a project, hot reload and the tests have in common.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "script/build/build_environment.h"
#include "script/compile/code.h"
#include "script/syntax/names.h"
#include "script/syntax/parser.h"
#include "script/syntax/tree.h"

namespace qodly::script::build {

struct SourceText {
  std::string name;  // of the method or class
  std::string file;  // as diagnostics and error traces name it
  syntax::UnitKind unit = syntax::UnitKind::method;
  syntax::Surface surface = syntax::Surface::qodlyScript;
  std::string text;
};

struct BuiltUnit {
  std::shared_ptr<const compile::Unit> unit;
  syntax::Diagnostics diagnostics;  // errors and warnings
};

// One text, with options of its own.
BuiltUnit buildOne(const SourceText& source, const syntax::Names& names, const compile::Environment& environment,
                   const syntax::ParseOptions& options = {});

// Not thread-safe. `builtins` and `names` must outlive it; `names` knows commands, constants, methods and tables.
class ProjectBuild {
 public:
  ProjectBuild(const vm::Builtins& builtins, const syntax::Names& names, syntax::ParseOptions options = {})
      : names_(names), options_(options), environment_(builtins) {}

  // All files; what Compiler_* methods declare is known to all of them. One result a source, in their order.
  std::vector<BuiltUnit> build(const std::vector<SourceText>& sources);
  // One more, or a changed one.
  BuiltUnit build(const SourceText& source) const;

  const BuildEnvironment& environment() const { return environment_; }

 private:
  syntax::Tree parse(const SourceText& source) const;
  const syntax::Names& names_;
  syntax::ParseOptions options_;
  BuildEnvironment environment_;
};

}  // namespace qodly::script::build
