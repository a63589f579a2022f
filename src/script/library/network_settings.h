// What the server's settings say about the outside (classes.md 10, 13): a service of the runtime; without it the
// defaults hold.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace qodly::script::library {

struct NetworkSettings {
  std::string proxyUrl;       // "" as the environment says
  std::string authorityFile;  // PEM file of trusted authorities; "" those of the system
  bool systemWorkers = true;
  // Executables that system workers may start, by full path or bare name; nullopt: any.
  std::optional<std::vector<std::string>> allowedPrograms;
};

}  // namespace qodly::script::library
