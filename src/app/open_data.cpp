// Opening for one command.
#include "app/open_data.h"

#include <fmt/format.h>

#include "app/commands.h"
#include "app/console.h"
#include "base/error_codes.h"

namespace qodly::app {

std::expected<Application, int> openForCommand(const std::filesystem::path& project, const std::filesystem::path& data,
                                               bool quiet) {
  Progress progress("entries", quiet);
  auto application = openApplication(project, data, [&](std::uint64_t done, std::uint64_t total, std::string_view) {
    progress.update(done, done, total);
  });
  progress.finish();
  if (!application) {
    printError(application.error());
    const bool noProject = application.error().code() == code::projectInvalid;
    return std::unexpected(noProject ? exit_code::failed : exitCodeOf(application.error()));
  }
  for (const model::Diagnostic& diagnostic : application->project->diagnostics()) {
    if (diagnostic.level == model::Diagnostic::Level::error) printLine(model::text(diagnostic));
  }
  return std::move(*application);
}

std::expected<OpenedData, int> openData(const std::filesystem::path& project, const std::filesystem::path& data,
                                        std::string_view dataClass, bool quiet) {
  auto application = openForCommand(project, data, quiet);
  if (!application) return std::unexpected(application.error());
  const auto model = application->datastore->model();
  const std::uint32_t index = model->indexOf(dataClass);
  if (index != model::noIndex) return OpenedData{std::move(*application), index};
  std::string names;
  for (const model::DataClass& candidate : model->classes) names += (names.empty() ? "" : ", ") + candidate.name;
  fmt::print(stderr, "qodly: There is no dataclass \"{}\". The project has: {}.\n", dataClass,
             names.empty() ? "none" : names);
  return std::unexpected(exit_code::usage);
}

}  // namespace qodly::app
