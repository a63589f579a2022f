// What can be done with folders (classes.md 6); conventions as in file_access.h.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "script/library/file_systems.h"

namespace qodly::script::library::folder {

// Makes the folder and those above it where they are missing.
Result<> ensure(const Location& place);
// true when it was made; false when it exists or cannot be made.
bool create(const Location& place);

// Options of files() and folders().
struct Listing {
  bool recursive = false;
  bool ignoreInvisible = false;
};
// By full name in binary order, each folder directly followed by what is below it when recursive. Links are files. A
// missing folder holds nothing. Error limitReached beyond a million entries.
Result<std::vector<Location>> files(const Location& place, Listing listing);
Result<std::vector<Location>> folders(const Location& place, Listing listing);

// Only an empty folder. Errors folderNotEmpty, noFolder.
Result<> removeEmpty(const Location& place);
// With everything below, links not followed; missing: nothing. The error names the element that could not be deleted.
Result<> removeTree(const Location& place);

Result<Location> copy(const Location& place, const Location& folder, std::string_view name, bool overwrite);
// What is below `from` into `to`, which is made; same-named files are replaced. `shownTo` is `to` as scripts name it.
Result<> copyTree(const std::filesystem::path& from, const std::filesystem::path& to, const std::string& shownTo);

}  // namespace qodly::script::library::folder
