// A new project that lets everybody in: for trying things out on the own machine, and for tests. createProject of
// model/project.h makes the usual one, which nobody but the role Admin gets into.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace qodly::model {

// As createProject, but roles.json restricts nothing.
Result<> createOpenProject(const std::filesystem::path& directory, std::string name = {});

}  // namespace qodly::model
