// qodly new: a project folder that opens (project-format.md 23.5).
#include "app/command_new.h"

#include <fmt/format.h>

#include "app/console.h"
#include "base/error_codes.h"
#include "model/new_project.h"
#include "model/project.h"

namespace qodly::app {

int runNew(const NewOptions& options) {
  NewProjectOptions locked;
  static_cast<NewOptions&>(locked) = options;
  return runNewProject(locked);
}

int runNewProject(const NewProjectOptions& options) {
  const auto make = options.open ? model::createOpenProject : model::createProject;
  if (auto made = make(options.directory, options.name); !made) {
    printError(made.error());
    return made.error().code() == code::projectInvalid ? exit_code::refused : exit_code::failed;
  }
  const std::string folder = options.directory.string();
  fmt::print("Made a project in {}.\n\n  qodly serve {}\n\nopens it.\n", folder, folder);
  if (!options.open) {
    fmt::print(
        "Its data is closed to visitors. The first start prints a link to become its administrator; so does\n\n"
        "  qodly user add {} you@example.com --admin\n",
        folder);
  }
  return exit_code::done;
}

}  // namespace qodly::app
