#include "app/instance_folder.h"

#include <fstream>
#include <system_error>

#include "model/project.h"

namespace qodly::app {

std::filesystem::path instanceFolder(const std::filesystem::path& data) { return data / "instance"; }

Result<security::Instance> openInstance(const std::filesystem::path& project, const std::filesystem::path& data) {
  auto opened = model::Project::open(project);
  if (!opened) return std::unexpected(opened.error());
  const std::filesystem::path folder = instanceFolder(data.empty() ? (*opened)->paths().data : data);
  std::error_code failed;
  if (std::filesystem::create_directories(folder, failed)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
    std::ofstream(folder / ".gitignore") << "*\n";
  }
  return security::Instance::open(folder);
}

}  // namespace qodly::app
