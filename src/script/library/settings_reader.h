// Own keys of a project's settings.json that the library needs (admin.md 24; classes.md 10, 13).
#pragma once

#include <filesystem>
#include <string_view>

#include "script/library/network_settings.h"
#include "value/value.h"

namespace qodly::script::library {

// A key in its flat form ("regional.locale") or nested ({"regional": {"locale": ...}}); undefined when it is in
// neither.
Value settingOf(const Object& settings, std::string_view group, std::string_view name);

// network.proxy (URL), network.authorityFile (relative to `folder`), systemWorkers.enabled (boolean),
// systemWorkers.allowed (list of programs). Malformed text and unusable values count as not set, but what says
// something unusable about system workers switches them off.
NetworkSettings readNetworkSettings(std::string_view settingsJson, const std::filesystem::path& folder);

}  // namespace qodly::script::library
