// Opening a project folder together with its data: what `serve` and every data command begin with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "model/project.h"
#include "orda/datastore.h"

namespace qodly::app {

struct Application {
  std::unique_ptr<model::Project> project;
  std::unique_ptr<orda::Datastore> datastore;
  std::filesystem::path data;  // folder of the data files
};

// Told while indexes are built: rows done, rows in all, what is being done.
using OpenProgress = std::function<void(std::uint64_t done, std::uint64_t total, std::string_view what)>;

// Opens the project, then the embedded engine in `data` (empty: <root>/Data, made when it does not exist), and applies
// the model. Prints nothing. Errors: projectInvalid, those of storage::Store::open, inputOutput.
Result<Application> openApplication(const std::filesystem::path& project, const std::filesystem::path& data = {},
                                    const OpenProgress& progress = {});

}  // namespace qodly::app
