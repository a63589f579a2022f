// A log that grows and is put away: buffered lines, rotation by size or time (admin.md 15.3).
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::http {

struct LogRotation {
  enum class Kind : std::uint8_t { None, Hours, Days, Weeks, Months, Size };
  Kind kind = Kind::None;
  unsigned every = 1;             // hours, days, weeks, months
  unsigned hour = 0, minute = 0;  // of the day it happens at (local time); of Hours: the first one
  std::uint8_t weekdays = 0;      // Weeks: bit 0 Sunday - bit 6 Saturday; 0: Sunday
  unsigned monthDay = 1;          // Months
  std::uint64_t bytes = 0;        // Size
  unsigned keep = 0;              // archives kept, the oldest deleted; 0: all
  bool operator==(const LogRotation&) const = default;

  // The first moment after `time` at which the file is put away; 0: none, or by size.
  std::time_t nextAfter(std::time_t time) const;
};

// Thread-safe.
class LogFile {
 public:
  // archiveFolder: where files put away go, named DYYYY_MM_DD_Thh_mm_ss.txt. header: first text of every file.
  LogFile(std::filesystem::path file, std::filesystem::path archiveFolder, LogRotation rotation, std::string header);
  ~LogFile();  // flushes
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // Opens it for appending, making its folder. Error: what the system says.
  Result<> open();
  // Whole lines. Written out at 32 KiB, and by flush().
  void append(std::string_view lines);
  // Writes what is buffered; puts the file away when it is time. Call it about once a second.
  void flush();

 private:
  void write();
  void rotate();
  bool isDue() const;
  void prune() const;

  const std::filesystem::path file_, archives_;
  const LogRotation rotation_;
  const std::string header_;
  std::mutex mutex_;
  std::string buffer_;
  std::uint64_t size_ = 0;
  std::time_t next_ = 0;
  int descriptor_ = -1;
};

}  // namespace qodly::http
