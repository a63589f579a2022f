// Opening a project for its code: model and names, no data.
#include "app/project_code.h"

#include "model/project.h"
#include "script/library/names_4d.h"

namespace qodly::app {

Result<ProjectCode> openCode(const std::filesystem::path& project) {
  const auto opened = model::Project::open(project);
  if (!opened) return std::unexpected(opened.error());
  ProjectCode code{(*opened)->paths().root, script::syntax::findSources((*opened)->paths().sources),
                   script::syntax::NameTable(&script::library::builtInNames()), (*opened)->model()};
  script::syntax::addMethods(code.sources, code.names);
  for (const model::DataClass& each : code.model->classes) {
    code.names.addTable(each.name, each.tableNumber);
  }
  return code;
}

}  // namespace qodly::app
