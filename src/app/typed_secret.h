// Reads something that must not stand in a command line, where every user of the machine sees it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::app {

// file: empty for standard input - from a terminal after `prompt`, without showing what is typed. One line end behind
// the text does not count. Error: the file cannot be read, nothing came, more than 64 KiB.
Result<std::string> readTypedSecret(const std::filesystem::path& file, std::string_view prompt);

}  // namespace qodly::app
