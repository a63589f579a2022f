// ZIP archives (classes.md 8, commands.md 20).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "script/library/file_systems.h"

namespace qodly::script::library::zip {

// Values of the constants kZIPCompression..., kZIPEncryption...
enum class Compression : std::int32_t { none = 0, deflate = 8, lzma = 14, xz = 95 };
enum class Encryption : std::int32_t { none = 0, aes128 = 1, aes192 = 2, aes256 = 3 };

struct Item {
  std::filesystem::path source;  // "" for an empty folder
  std::string name;              // in the archive; folders end with "/"
};
struct Plan {
  std::vector<Item> items;
  Compression compression = Compression::deflate;
  int level = 6;  // 1 to 10
  Encryption encryption = Encryption::none;
  std::string password;
};

// The items of a file, or of a folder and everything below it, under `name` ("": the contents alone). Links are
// followed inside the file systems and left out otherwise. `skip` is not archived (the archive itself). Error: source
// missing.
Result<std::vector<Item>> itemsOf(const Location& source, const std::string& name, bool ignoreInvisible,
                                  const std::filesystem::path& skip);
// A path inside an archive: relative, without ".."; nullopt otherwise. Backslashes count as slashes.
std::optional<std::string> cleanName(std::string_view name);

// Replaces `destination`. progress: 0 to 100, called on the same thread. Error archive.
Result<> write(const Plan& plan, const std::filesystem::path& destination, const std::function<void(int)>& progress);

struct Entry {
  std::string path;  // "dir/name.txt", "dir" for folders
  bool isFolder = false;
  std::int64_t index = -1;  // -1: a folder that is only implied by its contents
  std::uint64_t size = 0;
  std::int64_t modifiedMs = 0;
};

// An open archive. Thread-safe.
class Reader {
 public:
  // Error archive: unreadable; noFile.
  static Result<std::shared_ptr<Reader>> open(const std::filesystem::path& path, const std::string& shownPath,
                                              std::string password);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  const Entry* find(std::string_view path) const;  // "" is the root; nullptr when absent
  // Entries directly or anywhere below a folder, in the order of files() and folders() of 4D.Folder.
  std::vector<const Entry*> below(std::string_view folder, bool folders, bool recursive, bool ignoreInvisible) const;
  // Error archive: password missing or wrong, damaged; limitReached beyond 2 GB.
  Result<std::string> read(const Entry& entry) const;
  // Writes the content of an entry to a file part by part.
  Result<> extract(const Entry& entry, const Location& place) const;

 private:
  struct Handle;
  explicit Reader(std::unique_ptr<Handle> handle);
  void list();
  Result<> each(const Entry& entry, const std::function<Result<>(std::string_view)>& take) const;
  std::unique_ptr<Handle> handle_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace qodly::script::library::zip
