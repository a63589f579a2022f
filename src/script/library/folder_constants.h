// The folders that constants of the 4D surface name (commands.md 22.12).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace qodly::script::library {

// "/RESOURCES"...; nullopt for numbers that name no folder inside the file systems.
constexpr std::optional<std::string_view> systemFolder(std::int64_t constant) {
  switch (constant) {
    case 4:
      return "/PACKAGE";
    case 6:
      return "/RESOURCES";
    case 7:
      return "/LOGS";
    case 8:
      return "/PACKAGE/WebFolder";
    case 9:
      return "/DATA";
    default:
      return std::nullopt;
  }
}

}  // namespace qodly::script::library
