// Files by descriptor: owned, written whole, made durable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace qodly::storage {

// An open file; closed when it goes.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File();

  // `flags` as open(2); always close-on-exec. Error: inputOutput, fileNotFound or diskFull, naming the path.
  static Result<File> open(const std::filesystem::path& path, int flags);
  int descriptor() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

// The error for `number` (errno) met while `doing` something with `path`.
Error fileError(int number, std::string_view doing, const std::filesystem::path& path);

Result<> writeAll(const File& file, std::string_view content, const std::filesystem::path& path);
Result<> synchronise(const File& file, const std::filesystem::path& path);
Result<> synchroniseFolder(const std::filesystem::path& folder);

// Whether the disk of `folder`, or the limit on file sizes, has room for a file to grow from `size` by `bytes`.
bool hasRoomFor(const std::filesystem::path& folder, std::uint64_t size, std::uint64_t bytes);

}  // namespace qodly::storage
