// HTTPDebugLog (admin.md 15.4): requests and answers as they were, for the search of a fault. Secrets are masked.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

#include "http/log_file.h"
#include "http/message.h"

namespace qodly::http {

struct DebugLogOptions {
  unsigned level = 0;  // 0 off; 1 without bodies; 3 bodies of answers; 5 bodies of requests; 7 both
  std::filesystem::path folder;
  bool secrets = false;  // --log-secrets
  bool operator==(const DebugLogOptions&) const = default;
};

// Thread-safe. Writes HTTPDebugLog_<n>.txt with the first free number, and goes on with the next one at 10 MB.
class DebugLog {
 public:
  explicit DebugLog(DebugLogOptions options);
  Result<> open();
  const DebugLogOptions& options() const { return options_; }
  void record(const Request& request, const Response& response, std::uint64_t connection);
  void flush();

 private:
  std::filesystem::path nextFile() const;
  std::string connectionId(std::uint64_t connection) const;

  const DebugLogOptions options_;
  const std::string run_;  // 16 hexadecimal digits
  std::mutex mutex_;
  std::unique_ptr<LogFile> file_;
  std::uint64_t written_ = 0;
  std::atomic<std::uint64_t> sequence_{0};
};

}  // namespace qodly::http
