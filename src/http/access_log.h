// The web request log (admin.md 15.3): CLF, DLF (combined), ELF, WLF and JSON lines.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/log_file.h"
#include "http/message.h"

namespace qodly::http {

enum class LogFormat : std::uint8_t { None = 0, Clf = 1, Dlf = 2, Elf = 3, Wlf = 4, Json = 5 };

struct AccessLogOptions {
  LogFormat format = LogFormat::None;
  std::vector<std::string> fields = {};  // of Elf and Wlf, in their order; none: nothing is logged
  bool zone = false;                     // clfZone: " +0000" behind the time, which is GMT then
  LogRotation rotation = {};
  std::filesystem::path file = {};  // Logs/logweb.txt
  bool operator==(const AccessLogOptions&) const = default;

  // "BYTES-SENT" and "CS(USER-AGENT)" of settings files as the names used here. "": no such field.
  static std::string fieldName(std::string_view text);
};

// What a finished request is logged with beside its own fields.
struct AccessFacts {
  int status = 0;
  std::uint64_t bytesSent = 0, bytesReceived = 0;
  std::chrono::microseconds duration{0};
  std::string_view user;
  std::uint64_t connection = 0;
};

// "HTTP/1.1"
std::string_view versionName(Version version);

// Thread-safe.
class AccessLog {
 public:
  explicit AccessLog(AccessLogOptions options);
  Result<> open() { return file_.open(); }
  const AccessLogOptions& options() const { return options_; }
  void record(const Request& request, const AccessFacts& facts);
  void flush() { file_.flush(); }

 private:
  void appendCommon(const Request& request, const AccessFacts& facts, std::string& line) const;
  void appendFields(const Request& request, const AccessFacts& facts, std::string& line) const;
  static void appendJson(const Request& request, const AccessFacts& facts, std::string& line);

  AccessLogOptions options_;
  LogFile file_;
};

}  // namespace qodly::http
