#include "script/library/file_project.h"

namespace qodly::script::library {

std::shared_ptr<FileSystems> fileSystemsOfProject(const model::ProjectPaths& paths, const std::filesystem::path& data,
                                                  std::span<const std::filesystem::path> further) {
  std::vector<FileSystems::Root> roots{
      {"/PACKAGE", paths.root},
      {"/PROJECT", paths.project},
      {"/SOURCES", paths.sources},
      {"/RESOURCES", paths.resources},
      {"/DATA", data.empty() ? paths.data : data},
      {"/LOGS", paths.logs},
  };
  for (const std::filesystem::path& folder : further) {
    const std::filesystem::path real = std::filesystem::absolute(folder).lexically_normal();
    roots.push_back({(real.has_filename() ? real : real.parent_path()).generic_string(), real});
  }
  return std::make_shared<FileSystems>(std::move(roots));
}

}  // namespace qodly::script::library
