// Lets one program after the other change a file of the instance folder: an exclusive lock on "<file>.lock", held for
// the life of the object. Between threads of one program a mutex is needed as well.
#pragma once

#include <filesystem>
#include <utility>

#include "base/error.h"

namespace qodly::security {

class FileLock {
 public:
  static Result<FileLock> take(const std::filesystem::path& file);
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace qodly::security
