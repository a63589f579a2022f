#include "security/file_lock.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error_codes.h"

namespace qodly::security {

Result<FileLock> FileLock::take(const std::filesystem::path& file) {
  const std::string name = file.string() + ".lock";
  FileLock lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  int locked = lock.descriptor_ < 0 ? -1 : ::flock(lock.descriptor_, LOCK_EX);
  while (locked != 0 && errno == EINTR) locked = ::flock(lock.descriptor_, LOCK_EX);
  if (locked != 0) {
    return std::unexpected(
        Error(code::inputOutput, "dbmg", fmt::format("Cannot lock \"{}\": {}.", name, std::strerror(errno))));
  }
  return lock;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace qodly::security
