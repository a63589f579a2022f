// What "the system" is, read from a project's settings.json (own keys `regional.*`), and what the library needs of a
// runtime beside it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "script/library/format_regional.h"

namespace qodly::script::vm {
class Runtime;
}

namespace qodly::script::library {

struct RegionalSettings {
  Regional regional;
  std::string timeZone;  // IANA name; "" when not set
};
// Malformed text, and keys of the wrong kind, count as not set.
RegionalSettings readRegionalSettings(std::string_view settingsJson);

// Gives the runtime its services: Regional, and the operators of pictures. `settingsFile` need not exist. Before any
// process runs.
void installServices(vm::Runtime& runtime, const std::filesystem::path& settingsFile);

// The time zone of the server is that of the process: the settings', else that of the environment variable TZ, else
// UTC. To be called once, at start, before there are other threads.
void setServerTimeZone(const std::filesystem::path& settingsFile);

}  // namespace qodly::script::library
