// Project, engine and model put together.
#include "app/open_application.h"

#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "engine/embedded/embedded_engine.h"
#include "script/library/format_settings.h"

namespace qodly::app {

namespace {

// Data never goes into the project's version control (project-format.md 2).
Result<> makeDataFolder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  if (!std::filesystem::create_directories(folder, error)) {
    return std::unexpected(Error(code::inputOutput, "dbmg",
                                 fmt::format("Cannot make the data folder \"{}\": {}. Name another one with --data.",
                                             folder.string(), error.message())));
  }
  std::ofstream(folder / ".gitignore") << "*\n";
  return {};
}

}  // namespace

Result<Application> openApplication(const std::filesystem::path& project, const std::filesystem::path& data,
                                    const OpenProgress& progress) {
  Application application;
  auto opened = model::Project::open(project);
  if (!opened) return std::unexpected(opened.error());
  application.project = std::move(*opened);
  script::library::setServerTimeZone(application.project->paths().sources / "settings.json");
  application.data = data.empty() ? application.project->paths().data : data;
  if (auto made = makeDataFolder(application.data); !made) return std::unexpected(made.error());

  const auto model = application.project->model();
  auto engine = engine::openEmbeddedEngine({.folder = application.data, .collationLocale = model->collationLocale});
  if (!engine) return std::unexpected(engine.error());
  auto datastore = orda::Datastore::open(std::move(*engine), model, progress);
  if (!datastore) return std::unexpected(datastore.error());
  application.datastore = std::move(*datastore);
  return application;
}

}  // namespace qodly::app
