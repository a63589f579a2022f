#include "storage/file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error_codes.h"
#include "base/write_all.h"

namespace qodly::storage {

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Error fileError(int number, std::string_view doing, const std::filesystem::path& path) {
  int code = code::inputOutput;
  if (number == ENOENT) code = code::fileNotFound;
  if (number == ENOSPC || number == EDQUOT || number == EFBIG) code = code::diskFull;
  return {code, "dbmg", fmt::format("Cannot {} {}: {}", doing, path.string(), std::strerror(number))};
}

Result<File> File::open(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  if (descriptor < 0) return std::unexpected(fileError(errno, "open", path));
  return File(descriptor);
}

Result<> writeAll(const File& file, std::string_view content, const std::filesystem::path& path) {
  if (!qodly::writeAll(file.descriptor(), content)) return std::unexpected(fileError(errno, "write", path));
  return {};
}

Result<> synchronise(const File& file, const std::filesystem::path& path) {
  if (::fsync(file.descriptor()) != 0) return std::unexpected(fileError(errno, "make durable", path));
  return {};
}

Result<> synchroniseFolder(const std::filesystem::path& folder) {
  const Result<File> opened = File::open(folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  return synchronise(*opened, folder);
}

bool hasRoomFor(const std::filesystem::path& folder, std::uint64_t size, std::uint64_t bytes) {
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && size + bytes > limit.rlim_cur) {
    return false;
  }
  std::error_code failure;
  const std::filesystem::space_info space = std::filesystem::space(folder, failure);
  return failure || space.available > bytes;
}

}  // namespace qodly::storage
