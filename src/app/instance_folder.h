// Where the instance folder of a project is (admin.md 1.1): <root>/Data/instance, or below the folder of --data.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "security/instance.h"

namespace qodly::app {

std::filesystem::path instanceFolder(const std::filesystem::path& data);

// For commands, which may run while no server does. data: empty for <root>/Data. Makes the folder, hidden from version
// control and from other users, when it is not there. Errors: projectInvalid, those of Instance::open.
Result<security::Instance> openInstance(const std::filesystem::path& project, const std::filesystem::path& data);

}  // namespace qodly::app
