#include "script/library/file_systems.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longestPath = 4096;

std::string shown(std::string_view path) { return repairUtf8(path.substr(0, 200)); }

// Appends the parts of `path` to `inside`. Error: goes above the root, or cannot be a path.
Result<> append(std::string_view path, std::string& inside) {
  if (path.size() > longestPath) return fail(fault::wrongPath, "The path is longer than 4096 bytes.");
  if (path.find('\0') != path.npos) return fail(fault::wrongPath, "The path contains a zero character.");
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (inside.empty()) {
        return fail(fault::wrongPath, fmt::format("The path \"{}\" leads above its file system.", shown(path)));
      }
      const std::size_t slash = inside.rfind('/');
      inside.resize(slash == inside.npos ? 0 : slash);
      continue;
    }
    if (!inside.empty()) inside += '/';
    inside += part;
  }
  return {};
}

bool isBelow(const fs::path& path, const fs::path& folder) {
  const auto [end, unused] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

// A folder path without final slash, which would count as an empty last part.
fs::path plain(const fs::path& path) { return path.has_filename() ? path : path.parent_path(); }

}  // namespace

FileSystems::FileSystems(std::vector<Root> roots) : roots_(std::move(roots)) {
  for (Root& root : roots_) root.folder = plain(root.folder.lexically_normal());
}

Result<Location> FileSystems::locate(std::string_view path) const {
  if (!path.starts_with('/')) {
    return fail(
        fault::wrongPath,
        fmt::format("\"{}\" is not an absolute path: one such as /RESOURCES/file.txt is expected.", shown(path)));
  }
  // Repeated slashes at the start count as one, too.
  const std::size_t start = path.find_first_not_of('/');
  const std::string_view rest = start == path.npos ? std::string_view() : path.substr(start - 1);
  std::size_t best = roots_.size();
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    const std::string& name = roots_[i].name;
    const bool below = rest.starts_with(name) && (rest.size() == name.size() || rest[name.size()] == '/');
    if (below && (best == roots_.size() || name.size() > roots_[best].name.size())) best = i;
  }
  if (best == roots_.size()) {
    return fail(fault::wrongPath, fmt::format("\"{}\" is in none of the file systems: paths begin with /PACKAGE, "
                                              "/PROJECT, /SOURCES, /RESOURCES, /DATA or /LOGS.",
                                              shown(path)));
  }
  std::string inside;
  if (auto done = append(rest.substr(roots_[best].name.size()), inside); !done) return std::unexpected(done.error());
  return Location(shared_from_this(), best, std::move(inside));
}

std::optional<Location> FileSystems::named(const fs::path& real) const {
  std::optional<Location> found;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    std::error_code ignored;
    const fs::path folder = fs::weakly_canonical(roots_[i].folder, ignored);
    const std::size_t length = folder.native().size();
    if (ignored || !isBelow(real, folder) || (found && length <= longest)) continue;
    std::string inside = real.lexically_relative(folder).generic_string();
    if (inside == ".") inside.clear();
    found = Location(shared_from_this(), i, std::move(inside));
    longest = length;
  }
  return found;
}

bool FileSystems::contains(const fs::path& canonical) const {
  std::lock_guard lock(mutex_);
  if (canonicalRoots_.size() < roots_.size()) {
    canonicalRoots_.clear();
    for (const Root& root : roots_) {
      std::error_code missing;
      fs::path folder = fs::canonical(root.folder, missing);
      if (!missing) canonicalRoots_.push_back(std::move(folder));
    }
  }
  return std::ranges::any_of(canonicalRoots_, [&](const fs::path& root) { return isBelow(canonical, root); });
}

bool FileSystems::beginWriting(FileId file) const {
  std::lock_guard lock(mutex_);
  return written_.insert(file).second;
}

void FileSystems::endWriting(FileId file) const {
  std::lock_guard lock(mutex_);
  written_.erase(file);
}

bool FileSystems::isBeingWritten(FileId file) const {
  std::lock_guard lock(mutex_);
  return written_.contains(file);
}

std::string Location::path() const {
  const std::string& root = systems_->roots_[root_].name;
  return inside_.empty() ? root : root + "/" + inside_;
}

std::string Location::name() const {
  const std::string whole = path();
  return whole.substr(whole.rfind('/') + 1);
}

Location Location::parent() const {
  const std::size_t slash = inside_.rfind('/');
  return {systems_, root_, slash == inside_.npos ? std::string() : inside_.substr(0, slash)};
}

Result<Location> Location::resolve(std::string_view relative) const {
  if (relative.empty()) return fail(fault::wrongPath, "The path is empty.");
  if (relative.starts_with('/')) {
    return fail(fault::wrongPath,
                fmt::format("\"{}\" is an absolute path, a relative one is expected.", shown(relative)));
  }
  std::string inside = inside_;
  if (auto done = append(relative, inside); !done) return std::unexpected(done.error());
  return Location(systems_, root_, std::move(inside));
}

Location Location::child(std::string_view name) const {
  return {systems_, root_, inside_.empty() ? std::string(name) : inside_ + "/" + std::string(name)};
}

fs::path Location::named() const {
  const fs::path& root = systems_->roots_[root_].folder;
  return inside_.empty() ? root : root / inside_;
}

Result<fs::path> Location::entry() const {
  if (isRoot()) return target();
  auto above = parent().target();
  if (!above) return above;
  return *above / name();
}

// Goes down part by part: what exists is followed and must stay inside; from the first part that does not exist on,
// nothing can lead elsewhere.
Result<fs::path> Location::target() const {
  const fs::path& root = systems_->roots_[root_].folder;
  std::error_code missing;
  fs::path real = fs::canonical(root, missing);
  if (missing) return named();
  for (const std::string_view part : split(inside_, '/')) {
    if (part.empty()) continue;
    real /= part;
    const fs::file_status status = fs::symlink_status(real, missing);
    if (status.type() != fs::file_type::symlink) continue;
    fs::path followed = fs::canonical(real, missing);
    if (missing || !systems_->contains(followed)) {
      return fail(fault::accessDenied,
                  fmt::format("\"{}\" is reached through a symbolic link that leads to nothing or out of the "
                              "application's file systems.",
                              path()));
    }
    real = std::move(followed);
  }
  return real;
}

Result<> checkNewName(std::string_view name) {
  const bool control = std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
  if (name.empty() || name == "." || name == ".." || control || name.size() > 255 ||
      name.find_first_of("/:*?\"<>|\\") != name.npos) {
    return fail(
        fault::wrongPath,
        fmt::format("\"{}\" cannot be a file or folder name: it must not be empty, \".\" or \"..\", nor contain "
                    "/ : * ? \" < > | \\ or control characters.",
                    shown(name)));
  }
  return {};
}

}  // namespace qodly::script::library
