// qodly new: a project folder that opens (project-format.md 23.5).
#include <fmt/format.h>

#include "app/commands.h"
#include "app/console.h"
#include "base/error_codes.h"
#include "model/project.h"

namespace qodly::app {

int runNew(const NewOptions& options) {
  if (auto made = model::createProject(options.directory, options.name); !made) {
    printError(made.error());
    return made.error().code() == code::projectInvalid ? exit_code::refused : exit_code::failed;
  }
  const std::string folder = options.directory.string();
  fmt::print("Made a project in {}.\n\n  qodly serve {}\n\nopens it.\n", folder, folder);
  return exit_code::done;
}

}  // namespace qodly::app
