// One process owns a data folder. The owner holds a lock on `data.qodly.owner` for life and writes into it who it is,
// so that a second process can say whom to ask.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "storage/file.h"

namespace qodly::storage {

// Takes the lock and writes the file: JSON {"pid", "command", "since"}. `shared`: other read-only openers are welcome.
// Error dataFileInUse names the holder. The lock ends with the returned file, also when the process dies.
Result<File> lockDataFolder(const std::filesystem::path& folder, bool shared);

}  // namespace qodly::storage
