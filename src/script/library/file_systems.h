// The file systems that scripts see (classes.md 4): /PACKAGE, /PROJECT, /SOURCES, /RESOURCES, /DATA, /LOGS and, where
// the server's settings list them, further folders under their real path. Nothing outside can be named, and no symbolic
// link leads outside.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace qodly::script::library {

class Location;

// Thread-safe; one for an application, held by std::shared_ptr because File objects outlive their process.
class FileSystems : public std::enable_shared_from_this<FileSystems> {
 public:
  struct Root {
    std::string name;              // "/PACKAGE", without final slash
    std::filesystem::path folder;  // absolute; need not exist
  };
  explicit FileSystems(std::vector<Root> roots);

  // An absolute path of scripts. Repeated slashes count as one, "." and ".." are resolved, a final slash is ignored.
  // Error wrongPath: relative, empty, zero byte, unknown root, or above its root.
  Result<Location> locate(std::string_view path) const;
  // The root that a real path lies in, as scripts name it; nullopt outside all of them.
  std::optional<Location> named(const std::filesystem::path& real) const;

  // One writing handle a file (classes.md 7): false when there is one already. Identity: device and inode.
  using FileId = std::pair<std::uint64_t, std::uint64_t>;
  bool beginWriting(FileId file) const;
  void endWriting(FileId file) const;
  bool isBeingWritten(FileId file) const;

 private:
  friend class Location;
  bool contains(const std::filesystem::path& canonical) const;
  std::vector<Root> roots_;
  mutable std::mutex mutex_;
  mutable std::vector<std::filesystem::path> canonicalRoots_;  // of the roots that exist; filled as they come to exist
  mutable std::set<FileId> written_;
};

// A place inside one root: a value, existing or not.
class Location {
 public:
  // The path of scripts, without final slash: "/DATA/in/a.txt", "/DATA".
  std::string path() const;
  std::string name() const;  // last part; of a root the root's name without slash
  bool isRoot() const { return inside_.empty(); }
  // The containing folder; the root itself for a root.
  Location parent() const;
  // A relative path of scripts, evaluated from here. Error wrongPath as in FileSystems::locate, and for absolute paths.
  Result<Location> resolve(std::string_view relative) const;
  Location child(std::string_view name) const;

  // Where it is on disk, as named (a final symbolic link is not followed).
  std::filesystem::path named() const;
  // The same with the links of all folders above followed; error accessDenied when one leads out of the file systems.
  // What concerns the entry itself (delete, rename, list as alias) works on this.
  Result<std::filesystem::path> entry() const;
  // All links followed; error as above, also for a final link that leads to nothing. What concerns contents works on
  // it.
  Result<std::filesystem::path> target() const;

  const FileSystems& systems() const { return *systems_; }
  bool operator==(const Location& other) const { return root_ == other.root_ && inside_ == other.inside_; }

 private:
  friend class FileSystems;
  Location(std::shared_ptr<const FileSystems> systems, std::size_t root, std::string inside)
      : systems_(std::move(systems)), root_(root), inside_(std::move(inside)) {}
  std::shared_ptr<const FileSystems> systems_;
  std::size_t root_;
  std::string inside_;  // "in/a.txt"; "" at the root
};

// A name that may be given to a new file or folder (classes.md 5). Error wrongPath.
Result<> checkNewName(std::string_view name);

}  // namespace qodly::script::library
