// What the data commands begin with: the application open and the dataclass found, or the reason told on stderr.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string_view>

#include "app/open_application.h"

namespace qodly::app {

struct OpenedData {
  Application application;
  std::uint32_t dataClass = 0;  // index in the model
};

// The error is the exit code; it has been told.
std::expected<Application, int> openForCommand(const std::filesystem::path& project, const std::filesystem::path& data,
                                               bool quiet);
std::expected<OpenedData, int> openData(const std::filesystem::path& project, const std::filesystem::path& data,
                                        std::string_view dataClass, bool quiet);

}  // namespace qodly::app
