#include "app/command_instance.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/instance_folder.h"
#include "value/json.h"

namespace qodly::app {

Result<OpenInstance> openInstance(const InstanceOptions& options) {
  auto project = model::Project::open(options.project);
  if (!project) return std::unexpected(project.error());
  auto instance = openInstance(options.project, options.data);
  if (!instance) return std::unexpected(instance.error());
  return OpenInstance{std::move(*project), std::move(*instance)};
}

std::string commandUser() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? std::string(entry->pw_name) : fmt::format("uid {}", ::geteuid());
}

void printJson(const Value& value) { fmt::print("{}\n", json::text(value, {.pretty = true})); }

int fail(const Error& error) {
  static constexpr std::array<std::pair<std::string_view, int>, 6> codes = {{{"E_EMAIL", exit_code::usage},
                                                                             {"E_PROFILE", exit_code::usage},
                                                                             {"E_WEAK_PASSWORD", exit_code::refused},
                                                                             {"E_DUPLICATE", exit_code::refused},
                                                                             {"E_UNKNOWN_USER", exit_code::notFound},
                                                                             {"E_LIMIT", exit_code::refused}}};
  printError(error);
  const auto found =
      std::ranges::find_if(codes, [&](const auto& row) { return error.message().starts_with(row.first); });
  return found != codes.end() ? found->second : exitCodeOf(error);
}

}  // namespace qodly::app
