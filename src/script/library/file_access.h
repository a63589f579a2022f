// What can be done with files (classes.md 5). Every function works on places inside the application's file systems; a
// message names the path that scripts know. Error codes: classes.md 0.4. All are safe from every thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "base/error.h"
#include "base/file_bytes.h"
#include "script/library/file_systems.h"

namespace qodly::script::library::file {

enum class Kind : std::uint8_t { missing, file, folder };

// What a place holds now. A symbolic link is a file with isAlias, whatever it leads to; one that leads out of the file
// systems or to nothing counts as missing.
struct State {
  Kind kind = Kind::missing;
  bool isAlias = false;
  std::uint64_t size = 0;
  std::int64_t modifiedMs = 0;  // since 1970, UTC
  std::int64_t createdMs = 0;   // the same as modifiedMs where the file system does not tell
};
State stateOf(const Location& place);
bool isWritable(const Location& place);
// Where a symbolic link leads, as scripts name it; nullopt when the place is no link.
std::optional<Location> originalOf(const Location& place);

// The parts of a name: "a.tar.gz" is "a.tar" and ".gz", ".env" has no extension.
struct NameParts {
  std::string name, extension;
};
NameParts partsOf(std::string_view fullName);

inline constexpr std::uint64_t maximumContent = 2'147'483'647;  // bytes of one blob or text

Result<std::string> read(const Location& place);

// From this size on a content is not loaded but copied into a nameless file.
inline constexpr std::uint64_t largeContent = 4 * 1024 * 1024;
// The content of a file of at least `largeContent` bytes; nullptr for a smaller one, which read() reads.
Result<std::shared_ptr<const FileBytes>> readLarge(const Location& place);
// The file as it is, opened for reading, to be sent. What others write into it meanwhile is sent, too.
Result<FilePart> open(const Location& place);
// Replaces the whole content through a temporary file beside it; keeps the mode bits of an existing file. Makes missing
// folders. Error openForWriting while a handle writes to it.
Result<> write(const Location& place, std::string_view content);
Result<> write(const Location& place, const FilePart& content);
// An empty file and the folders above it. false when there is something already or it cannot be made.
bool create(const Location& place);
// Missing: nothing.
Result<> remove(const Location& place);

// `name` "" keeps the name. The result is the place of the copy. overwrite replaces a file, merges into a folder.
Result<Location> copy(const Location& place, const Location& folder, std::string_view name, bool overwrite);
Result<Location> move(const Location& place, const Location& folder, std::string_view name);
Result<Location> rename(const Location& place, std::string_view name);
// A symbolic link in `folder` that leads to `place`.
Result<Location> link(const Location& place, const Location& folder, std::string_view name);

// For files in these places: what copying, moving and naming have in common. The place of the new entry, checked.
Result<Location> destination(const Location& folder, std::string_view name, bool mayExist);
// One regular file or link onto a path that is checked; replaces a file there.
Result<> copyEntry(const std::filesystem::path& from, const std::filesystem::path& to, const std::string& shownPath);

}  // namespace qodly::script::library::file
