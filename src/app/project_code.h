// The code of a project as the commands `check` and `convert` read it.
#pragma once

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "model/model.h"
#include "script/syntax/names.h"
#include "script/syntax/sources.h"

namespace qodly::app {

struct ProjectCode {
  std::filesystem::path root;  // the folder that contains Project/
  script::syntax::ProjectSources sources;
  script::syntax::NameTable names;  // built-in names, the project's methods and tables
  std::shared_ptr<const model::Model> model;
};

// `project`: as model::Project::open takes it.
Result<ProjectCode> openCode(const std::filesystem::path& project);

}  // namespace qodly::app
