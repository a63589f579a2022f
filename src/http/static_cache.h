// Contents of static files kept in memory, with their brotli form (admin.md 12: cacheEnabled, cacheSizeKB).
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace qodly::http {

struct StaticCacheFigures {
  std::uint64_t bytes = 0, maximum = 0, largest = 0;  // largest: of one file
  std::size_t files = 0, filesWithoutPictures = 0;
};

// What tells one state of a file from another.
struct FilePrint {
  std::int64_t seconds = 0, nanos = 0;
  std::uint64_t size = 0, device = 0, number = 0;
  bool operator==(const FilePrint&) const = default;
};

struct CachedFile {
  FilePrint print;
  std::shared_ptr<const std::string> plain;
  std::shared_ptr<const std::string> brotli;  // nullptr: not worth it
  bool brotliTried = false, isPicture = false;
};

// Thread-safe. The file used longest ago goes first.
class StaticCache {
 public:
  static constexpr std::uint64_t largestFile = 512 * 1024;
  explicit StaticCache(std::uint64_t maximumBytes) : maximum_(maximumBytes) {}

  bool takes(std::uint64_t size) const { return size <= largestFile && size <= maximum_; }
  // nullptr when the file is not there in this state.
  std::shared_ptr<const CachedFile> find(const std::string& path, const FilePrint& print);
  void keep(const std::string& path, std::shared_ptr<const CachedFile> file);
  void clear();
  StaticCacheFigures figures() const;

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const CachedFile>>;
  static std::uint64_t bytesOf(const CachedFile& file);
  void drop(std::list<Entry>::iterator entry);

  const std::uint64_t maximum_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // used last first
  std::unordered_map<std::string, std::list<Entry>::iterator> places_;
  std::uint64_t bytes_ = 0;
};

// The brotli form of a text; nullptr when it is not smaller. quality: 0 fast - 11 best.
std::shared_ptr<const std::string> brotliOf(std::string_view plain, int quality);

}  // namespace qodly::http
