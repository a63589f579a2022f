#include "http/log_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error_codes.h"

namespace qodly::http {

namespace {

constexpr std::size_t bufferBytes = 32 * 1024;
constexpr std::time_t daySeconds = 86'400;

std::time_t atTimeOfDay(std::tm day, int addDays, unsigned hour, unsigned minute) {
  day.tm_mday += addDays;
  day.tm_hour = static_cast<int>(hour);
  day.tm_min = static_cast<int>(minute);
  day.tm_sec = 0;
  day.tm_isdst = -1;
  return std::mktime(&day);
}

}  // namespace

std::time_t LogRotation::nextAfter(std::time_t time) const {
  std::tm local{};
  ::localtime_r(&time, &local);
  const unsigned step = std::max(1u, every);
  const auto firstLater = [&](int days, const auto& wanted) -> std::time_t {
    for (int day = 0; day <= days; ++day) {
      const std::time_t candidate = atTimeOfDay(local, day, hour, minute);
      std::tm at{};
      ::localtime_r(&candidate, &at);
      if (candidate > time && wanted(at, candidate)) return candidate;
    }
    return 0;
  };
  switch (kind) {
    case Kind::None:
    case Kind::Size:
      return 0;
    case Kind::Hours:
      for (unsigned at = hour % step; at < 24 + step; at += step) {
        const std::time_t candidate = atTimeOfDay(local, 0, at, minute);
        if (candidate > time) return candidate;
      }
      return atTimeOfDay(local, 1, hour % step, minute);
    case Kind::Days:
      return firstLater(static_cast<int>(step) + 1, [step](const std::tm&, std::time_t candidate) {
        return candidate / daySeconds % static_cast<std::time_t>(step) == 0;
      });
    case Kind::Weeks: {
      const unsigned days = weekdays == 0 ? 1 : weekdays;
      return firstLater(static_cast<int>(step) * 7 + 7, [step, days](const std::tm& at, std::time_t candidate) {
        // The weeks since 1970 begin on Sunday here.
        const std::time_t week = (candidate / daySeconds + 4) / 7;
        return (days >> at.tm_wday & 1) != 0 && week % static_cast<std::time_t>(step) == 0;
      });
    }
    case Kind::Months:
      return firstLater(static_cast<int>(step) * 31 + 31, [this, step](const std::tm& at, std::time_t) {
        const int month = at.tm_year * 12 + at.tm_mon;
        return at.tm_mday == static_cast<int>(monthDay) && month % static_cast<int>(step) == 0;
      });
  }
  return 0;
}

LogFile::LogFile(std::filesystem::path file, std::filesystem::path archiveFolder, LogRotation rotation,
                 std::string header)
    : file_(std::move(file)), archives_(std::move(archiveFolder)), rotation_(rotation), header_(std::move(header)) {}

LogFile::~LogFile() {
  write();
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<> LogFile::open() {
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (descriptor_ < 0) {
    return std::unexpected(
        Error(code::inputOutput, "http",
              fmt::format("The log {} cannot be written: {}", file_.string(), std::strerror(errno))));
  }
  struct stat facts {};
  ::fstat(descriptor_, &facts);
  size_ = static_cast<std::uint64_t>(facts.st_size);
  // A file that should have been put away while nothing ran is put away with the first flush.
  next_ = rotation_.nextAfter(size_ == 0 ? std::time(nullptr) : facts.st_mtim.tv_sec);
  if (size_ == 0) buffer_ = header_;
  return {};
}

void LogFile::append(std::string_view lines) {
  std::lock_guard lock(mutex_);
  buffer_.append(lines);
  if (buffer_.size() >= bufferBytes) write();
}

void LogFile::flush() {
  std::lock_guard lock(mutex_);
  write();
  if (isDue()) rotate();
}

bool LogFile::isDue() const {
  if (rotation_.kind == LogRotation::Kind::Size) return rotation_.bytes > 0 && size_ >= rotation_.bytes;
  return next_ != 0 && std::time(nullptr) >= next_;
}

// A full disk loses lines, never the server.
void LogFile::write() {
  std::string_view left = buffer_;
  while (!left.empty() && descriptor_ >= 0) {
    const ssize_t count = ::write(descriptor_, left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    size_ += static_cast<std::uint64_t>(count);
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  buffer_.clear();
}

void LogFile::rotate() {
  const std::time_t now = std::time(nullptr);
  next_ = rotation_.nextAfter(now);
  if (size_ <= header_.size()) return;
  std::tm local{};
  ::localtime_r(&now, &local);
  std::array<char, 64> name{};
  std::strftime(name.data(), name.size(), "D%Y_%m_%d_T%H_%M_%S", &local);
  std::error_code failed;
  std::filesystem::create_directories(archives_, failed);
  std::filesystem::path target = archives_ / fmt::format("{}.txt", name.data());
  for (int i = 2; std::filesystem::exists(target, failed); ++i)
    target = archives_ / fmt::format("{}_{}.txt", name.data(), i);
  std::filesystem::rename(file_, target, failed);
  if (failed) return;
  ::close(descriptor_);
  (void)open();
  prune();
}

void LogFile::prune() const {
  if (rotation_.keep == 0) return;
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(archives_, failed)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('D') && name.ends_with(".txt")) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (std::size_t i = 0; i + rotation_.keep < files.size(); ++i) std::filesystem::remove(files[i], failed);
}

}  // namespace qodly::http
