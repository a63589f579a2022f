#include "script/library/file_access.h"

#include <cerrno>
#include <cstdio>
#include <functional>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/write_all.h"
#include "script/library/descriptor.h"
#include "script/library/folder_access.h"
#include "script/library/io_error.h"

namespace qodly::script::library::file {

namespace {

namespace fs = std::filesystem;

std::int64_t milliseconds(const statx_timestamp& time) { return time.tv_sec * 1000 + time.tv_nsec / 1'000'000; }

std::optional<struct statx> look(const fs::path& path, int flags) {
  struct statx found {};
  if (statx(AT_FDCWD, path.c_str(), flags, STATX_BASIC_STATS | STATX_BTIME, &found) != 0) return std::nullopt;
  return found;
}

// A name beside `path` that nothing has.
fs::path temporaryBeside(const fs::path& path) { return path.parent_path() / (".qodly-" + randomHex(8) + ".tmp"); }

}  // namespace

State stateOf(const Location& place) {
  State state;
  const auto entry = place.entry();
  const auto own = entry ? look(*entry, AT_SYMLINK_NOFOLLOW) : std::nullopt;
  if (!own) return state;
  auto shown = own;
  state.isAlias = S_ISLNK(own->stx_mode);
  if (state.isAlias) {
    const auto target = place.target();
    shown = target ? look(*target, 0) : std::nullopt;
    if (!shown) return state;
  }
  state.kind = S_ISDIR(own->stx_mode) ? Kind::folder : Kind::file;
  state.size = S_ISREG(shown->stx_mode) ? shown->stx_size : 0;
  state.modifiedMs = milliseconds(shown->stx_mtime);
  state.createdMs = (shown->stx_mask & STATX_BTIME) != 0 ? milliseconds(shown->stx_btime) : state.modifiedMs;
  return state;
}

bool isWritable(const Location& place) {
  const auto target = place.target();
  return target && stateOf(place).kind == Kind::file && ::faccessat(AT_FDCWD, target->c_str(), W_OK, AT_EACCESS) == 0;
}

std::optional<Location> originalOf(const Location& place) {
  if (!stateOf(place).isAlias) return std::nullopt;
  const auto target = place.target();
  return target ? place.systems().named(*target) : std::nullopt;
}

NameParts partsOf(std::string_view fullName) {
  const std::size_t dot = fullName.rfind('.');
  if (dot == fullName.npos || dot == 0) return {std::string(fullName), ""};
  return {std::string(fullName.substr(0, dot)), std::string(fullName.substr(dot))};
}

Result<FilePart> open(const Location& place) {
  const auto path = place.target();
  if (!path) return std::unexpected(path.error());
  // O_NONBLOCK: a pipe among the files must not keep the process waiting.
  auto file = std::make_shared<const OpenFile>(::open(path->c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat found {};
  if (!file->isOpen() || ::fstat(file->descriptor(), &found) != 0) {
    return std::unexpected(systemError(errno, "read the file", place.path()));
  }
  if (!S_ISREG(found.st_mode)) {
    return fail(fault::noFile, fmt::format("\"{}\" is not a file.", place.path()));
  }
  return FilePart{.file = std::move(file), .offset = 0, .length = static_cast<std::uint64_t>(found.st_size)};
}

namespace {

// Opened, and not larger than what can be one value.
Result<FilePart> openContent(const Location& place) {
  auto part = open(place);
  if (!part || part->length <= maximumContent) return part;
  return fail(fault::limitReached, fmt::format("\"{}\" has {} bytes: the largest content that can be read at once has "
                                               "2 GB. Read it in parts with open().",
                                               place.path(), part->length));
}

}  // namespace

Result<std::shared_ptr<const FileBytes>> readLarge(const Location& place) {
  const auto part = openContent(place);
  if (!part) return std::unexpected(part.error());
  if (part->length < largeContent) return nullptr;
  // A copy on the same volume may cost nothing at all.
  auto copy = FileBytes::copyOf(*part->file, part->length, place.named().parent_path());
  if (!copy) return std::unexpected(systemError(copy.error(), "read the file", place.path()));
  return std::move(*copy);
}

Result<std::string> read(const Location& place) {
  const auto part = openContent(place);
  if (!part) return std::unexpected(part.error());
  std::string content(static_cast<std::size_t>(part->length), '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t got = ::read(part->file->descriptor(), content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(systemError(errno, "read the file", place.path()));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  content.resize(filled);
  return content;
}

namespace {

// Replaces the file by what `fill` writes into a new one; false from it: as errno says.
Result<> replace(const Location& place, const std::function<bool(int descriptor)>& fill) {
  if (place.isRoot()) return fail(fault::accessDenied, fmt::format("\"{}\" is a folder.", place.path()));
  if (auto made = folder::ensure(place.parent()); !made) return made;
  const auto path = place.target();
  if (!path) return std::unexpected(path.error());
  struct stat old {};
  const bool exists = ::stat(path->c_str(), &old) == 0;
  if (exists && S_ISDIR(old.st_mode)) {
    return fail(fault::nameInUse, fmt::format("\"{}\" is a folder.", place.path()));
  }
  if (exists && place.systems().isBeingWritten({old.st_dev, old.st_ino})) {
    return fail(fault::openForWriting, fmt::format("\"{}\" is open for writing through a file handle.", place.path()));
  }
  if (exists && ::faccessat(AT_FDCWD, path->c_str(), W_OK, AT_EACCESS) != 0) {
    return std::unexpected(systemError(errno, "write the file", place.path()));
  }
  const fs::path temporary = temporaryBeside(*path);
  int failure = 0;
  {
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file.isOpen()) return std::unexpected(systemError(errno, "write the file", place.path()));
    if (!fill(file.number()) || (exists && ::fchmod(file.number(), old.st_mode & 07777) != 0)) {
      failure = errno;
    }
  }
  if (failure == 0 && std::rename(temporary.c_str(), path->c_str()) != 0) failure = errno;
  if (failure == 0) return {};
  ::unlink(temporary.c_str());
  return std::unexpected(systemError(failure, "write the file", place.path()));
}

}  // namespace

Result<> write(const Location& place, std::string_view content) {
  return replace(place, [content](int descriptor) { return writeAll(descriptor, content); });
}

Result<> write(const Location& place, const FilePart& content) {
  return replace(place, [&content](int descriptor) {
    const auto copied = copyPart(content, descriptor, 0);
    if (!copied) errno = copied.error();
    return copied.has_value();
  });
}

bool create(const Location& place) {
  if (place.isRoot() || !folder::ensure(place.parent())) return false;
  const auto path = place.entry();
  if (!path) return false;
  return Descriptor(::open(path->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)).isOpen();
}

Result<> remove(const Location& place) {
  if (place.isRoot()) return fail(fault::accessDenied, fmt::format("\"{}\" cannot be deleted.", place.path()));
  const auto path = place.entry();
  if (!path) return std::unexpected(path.error());
  if (::unlink(path->c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  return std::unexpected(systemError(errno, "delete the file", place.path()));
}

Result<Location> destination(const Location& folder, std::string_view name, bool mayExist) {
  if (auto valid = checkNewName(name); !valid) return std::unexpected(valid.error());
  const auto path = folder.target();
  if (!path) return std::unexpected(path.error());
  std::error_code missing;
  if (!fs::is_directory(*path, missing)) {
    return fail(fault::noFolder, fmt::format("The destination folder \"{}\" does not exist.", folder.path()));
  }
  Location place = folder.child(name);
  if (!mayExist && fs::exists(fs::symlink_status(*path / std::string(name), missing))) {
    return fail(fault::nameInUse, fmt::format("\"{}\" exists already.", place.path()));
  }
  return place;
}

Result<> copyEntry(const fs::path& from, const fs::path& to, const std::string& shownPath) {
  std::error_code problem;
  const fs::path temporary = temporaryBeside(to);
  if (fs::is_symlink(fs::symlink_status(from, problem))) {
    fs::copy_symlink(from, temporary, problem);
  } else {
    fs::copy_file(from, temporary, problem);
  }
  if (!problem) fs::rename(temporary, to, problem);
  if (!problem) return {};
  std::error_code ignored;
  fs::remove(temporary, ignored);
  return std::unexpected(systemError(problem.value(), "copy the file to", shownPath));
}

Result<Location> copy(const Location& place, const Location& folder, std::string_view name, bool overwrite) {
  const std::string own = place.name();
  auto to = destination(folder, name.empty() ? std::string_view(own) : name, overwrite);
  if (!to) return to;
  const auto from = place.target();
  if (!from) return std::unexpected(from.error());
  const auto path = to->entry();
  if (!path) return std::unexpected(path.error());
  std::error_code missing;
  if (!fs::is_regular_file(*from, missing)) {
    return fail(fault::noFile, fmt::format("The file \"{}\" does not exist.", place.path()));
  }
  if (fs::is_directory(fs::symlink_status(*path, missing))) {
    return fail(fault::nameInUse, fmt::format("\"{}\" is a folder.", to->path()));
  }
  if (fs::equivalent(*from, *path, missing) && !missing) return to;
  if (auto done = copyEntry(*from, *path, to->path()); !done) return std::unexpected(done.error());
  return to;
}

Result<Location> move(const Location& place, const Location& folder, std::string_view name) {
  const std::string own = place.name();
  if (place.isRoot()) return fail(fault::accessDenied, fmt::format("\"{}\" cannot be moved.", place.path()));
  const auto from = place.entry();
  if (!from) return std::unexpected(from.error());
  if (stateOf(place).kind == Kind::missing) {
    return fail(fault::noFile, fmt::format("\"{}\" does not exist.", place.path()));
  }
  auto to = destination(folder, name.empty() ? std::string_view(own) : name, false);
  if (!to) return to;
  const auto path = to->entry();
  if (!path) return std::unexpected(path.error());
  if (std::rename(from->c_str(), path->c_str()) == 0) return to;
  if (errno == EINVAL) {
    return fail(fault::wrongPath, fmt::format("\"{}\" cannot be moved into itself.", place.path()));
  }
  if (errno != EXDEV) return std::unexpected(systemError(errno, "move to", to->path()));
  // Another disk: copied, then deleted.
  if (stateOf(place).kind == Kind::folder) {
    if (auto done = folder::copyTree(*from, *path, to->path()); !done) return std::unexpected(done.error());
    if (auto done = folder::removeTree(place); !done) return std::unexpected(done.error());
    return to;
  }
  if (auto done = copyEntry(*from, *path, to->path()); !done) return std::unexpected(done.error());
  if (auto done = remove(place); !done) return std::unexpected(done.error());
  return to;
}

Result<Location> rename(const Location& place, std::string_view name) {
  if (place.isRoot()) return fail(fault::accessDenied, fmt::format("\"{}\" cannot be renamed.", place.path()));
  if (auto valid = checkNewName(name); !valid) return std::unexpected(valid.error());
  return move(place, place.parent(), name);
}

Result<Location> link(const Location& place, const Location& folder, std::string_view name) {
  auto alias = destination(folder, name, false);
  if (!alias) return alias;
  const auto target = place.target();
  if (!target) return std::unexpected(target.error());
  std::error_code problem;
  if (!fs::exists(*target, problem)) {
    return fail(fault::noFile,
                fmt::format("\"{}\" does not exist: there is nothing to make an alias of.", place.path()));
  }
  const auto path = alias->entry();
  if (!path) return std::unexpected(path.error());
  // Relative, so that a moved application keeps its aliases.
  fs::create_symlink(target->lexically_relative(path->parent_path()), *path, problem);
  if (problem) return std::unexpected(systemError(problem.value(), "make the alias", alias->path()));
  return alias;
}

}  // namespace qodly::script::library::file
