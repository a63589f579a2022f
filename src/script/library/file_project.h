// The file systems of an open project (classes.md 4).
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "model/project.h"
#include "script/library/file_systems.h"

namespace qodly::script::library {

// data: folder of the open data file; "" the project's own. further: folders that the server's settings allow, reached
// under their real path.
std::shared_ptr<FileSystems> fileSystemsOfProject(const model::ProjectPaths& paths,
                                                  const std::filesystem::path& data = {},
                                                  std::span<const std::filesystem::path> further = {});

}  // namespace qodly::script::library
