#include "script/library/folder_access.h"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "script/library/file_access.h"
#include "script/library/io_error.h"

namespace qodly::script::library::folder {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t maximumEntries = 1'000'000;
constexpr int maximumDepth = 200;

struct Entry {
  std::string name;
  bool isFolder;
};

// Sorted; empty for what is no readable folder.
std::vector<Entry> entriesOf(const fs::path& path) {
  std::vector<Entry> entries;
  std::error_code problem;
  for (fs::directory_iterator at(path, problem), end; !problem && at != end; at.increment(problem)) {
    std::error_code ignored;
    entries.push_back({at->path().filename().string(), at->symlink_status(ignored).type() == fs::file_type::directory});
    if (entries.size() > maximumEntries) break;
  }
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

class Lister {
 public:
  Lister(bool folders, Listing listing) : folders_(folders), listing_(listing) {}

  // false when there are too many.
  bool list(const fs::path& path, const Location& place, int depth) {
    for (const Entry& entry : entriesOf(path)) {
      if (listing_.ignoreInvisible && entry.name.starts_with('.')) continue;
      const Location child = place.child(entry.name);
      if (entry.isFolder == folders_) found.push_back(child);
      if (found.size() > maximumEntries) return false;
      if (!listing_.recursive || !entry.isFolder) continue;
      if (depth >= maximumDepth || !list(path / entry.name, child, depth + 1)) return false;
    }
    return true;
  }

  std::vector<Location> found;

 private:
  bool folders_;
  Listing listing_;
};

Result<std::vector<Location>> list(const Location& place, bool folders, Listing listing) {
  const auto path = place.target();
  if (!path) return std::vector<Location>();
  Lister lister(folders, listing);
  if (!lister.list(*path, place, 0)) {
    return fail(fault::limitReached,
                fmt::format("\"{}\" holds more than a million entries or more than 200 levels.", place.path()));
  }
  return std::move(lister.found);
}

Result<> removeBelow(const fs::path& path, const Location& place, int depth) {
  if (depth > maximumDepth) {
    return fail(fault::limitReached, fmt::format("\"{}\" lies deeper than 200 levels.", place.path()));
  }
  // Read-only folders are opened, if access rights allow it.
  std::error_code ignored;
  fs::permissions(path, fs::perms::owner_all, fs::perm_options::add, ignored);
  for (const Entry& entry : entriesOf(path)) {
    const Location child = place.child(entry.name);
    const fs::path below = path / entry.name;
    if (entry.isFolder) {
      if (auto done = removeBelow(below, child, depth + 1); !done) return done;
    } else if (::unlink(below.c_str()) != 0 && errno != ENOENT) {
      return fail(fault::accessDenied, systemError(errno, "delete the file", child.path()).message());
    }
  }
  if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return {};
  return fail(fault::accessDenied, systemError(errno, "delete the folder", place.path()).message());
}

Result<> copyBelow(const fs::path& from, const fs::path& to, const std::string& shownTo, int depth) {
  if (depth > maximumDepth)
    return fail(fault::limitReached, fmt::format("\"{}\" lies deeper than 200 levels.", shownTo));
  std::error_code problem;
  if (!fs::is_directory(to, problem)) fs::create_directory(to, from, problem);
  if (!problem && !fs::is_directory(to, problem)) problem = std::make_error_code(std::errc::file_exists);
  if (problem) return std::unexpected(systemError(problem.value(), "copy to the folder", shownTo));
  for (const Entry& entry : entriesOf(from)) {
    const fs::path target = to / entry.name;
    const std::string shown = shownTo + "/" + entry.name;
    auto done = entry.isFolder ? copyBelow(from / entry.name, target, shown, depth + 1)
                               : file::copyEntry(from / entry.name, target, shown);
    if (!done) return done;
  }
  return {};
}

bool isBelow(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

}  // namespace

Result<> ensure(const Location& place) {
  const auto path = place.target();
  if (!path) return std::unexpected(path.error());
  std::error_code problem;
  fs::create_directories(*path, problem);
  if (!problem && !fs::is_directory(*path, problem)) problem = std::make_error_code(std::errc::not_a_directory);
  if (problem) return std::unexpected(systemError(problem.value(), "make the folder", place.path()));
  return {};
}

bool create(const Location& place) {
  const auto path = place.target();
  std::error_code problem;
  return path && fs::create_directories(*path, problem) && !problem;
}

Result<std::vector<Location>> files(const Location& place, Listing listing) { return list(place, false, listing); }

Result<std::vector<Location>> folders(const Location& place, Listing listing) { return list(place, true, listing); }

Result<> removeEmpty(const Location& place) {
  const auto path = place.entry();
  if (!path) return std::unexpected(path.error());
  if (file::stateOf(place).kind != file::Kind::folder) {
    return fail(fault::noFolder, fmt::format("The folder \"{}\" does not exist.", place.path()));
  }
  if (place.isRoot()) return fail(fault::accessDenied, fmt::format("\"{}\" cannot be deleted.", place.path()));
  if (::rmdir(path->c_str()) == 0) return {};
  return std::unexpected(systemError(errno, "delete the folder", place.path()));
}

Result<> removeTree(const Location& place) {
  if (place.isRoot()) return fail(fault::accessDenied, fmt::format("\"{}\" cannot be deleted.", place.path()));
  const auto path = place.entry();
  if (!path) return std::unexpected(path.error());
  if (file::stateOf(place).kind != file::Kind::folder) return {};
  return removeBelow(*path, place, 0);
}

Result<Location> copy(const Location& place, const Location& folder, std::string_view name, bool overwrite) {
  const std::string own = place.name();
  auto to = file::destination(folder, name.empty() ? std::string_view(own) : name, overwrite);
  if (!to) return to;
  const auto from = place.target();
  if (!from) return std::unexpected(from.error());
  if (file::stateOf(place).kind != file::Kind::folder) {
    return fail(fault::noFolder, fmt::format("The folder \"{}\" does not exist.", place.path()));
  }
  const auto path = to->target();
  if (!path) return std::unexpected(path.error());
  if (isBelow(*path, *from)) {
    return fail(fault::wrongPath, fmt::format("\"{}\" cannot be copied into itself.", place.path()));
  }
  if (auto done = copyTree(*from, *path, to->path()); !done) return std::unexpected(done.error());
  return to;
}

Result<> copyTree(const fs::path& from, const fs::path& to, const std::string& shownTo) {
  return copyBelow(from, to, shownTo, 0);
}

}  // namespace qodly::script::library::folder
