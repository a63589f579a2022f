#include "script/build/project_build.h"

#include "script/compile/compiler.h"

namespace qodly::script::build {

syntax::Tree ProjectBuild::parse(const SourceText& source) const {
  return syntax::parse(source.unit, source.file, source.text, source.surface, names_, options_);
}

std::vector<BuiltUnit> ProjectBuild::build(const std::vector<SourceText>& sources) {
  for (const SourceText& source : sources) {
    if (source.unit == syntax::UnitKind::method && BuildEnvironment::isCompilerMethod(source.name)) {
      environment_.declare(parse(source));
    }
  }
  std::vector<BuiltUnit> built;
  built.reserve(sources.size());
  for (const SourceText& source : sources) built.push_back(build(source));
  return built;
}

BuiltUnit ProjectBuild::build(const SourceText& source) const {
  return buildOne(source, names_, environment_, options_);
}

BuiltUnit buildOne(const SourceText& source, const syntax::Names& names, const compile::Environment& environment,
                   const syntax::ParseOptions& options) {
  syntax::Tree tree = syntax::parse(source.unit, source.file, source.text, source.surface, names, options);
  auto unit = compile::compile(tree, source.name, environment);
  return {std::move(unit), std::move(tree.diagnostics)};
}

}  // namespace qodly::script::build
