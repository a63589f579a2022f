#include "http/debug_log.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "http/access_log.h"
#include "http/answer_writer.h"
#include "http/ascii.h"

namespace qodly::http {

namespace {

constexpr std::uint64_t fileBytes = 10 * 1024 * 1024;
constexpr std::size_t longestBody = 1024 * 1024;
constexpr unsigned answerBodies = 2, requestBodies = 4;
constexpr std::array<std::string_view, 6> secretFields{"cookie",  "set-cookie",          "authorization",
                                                       "api-key", "proxy-authorization", "x-api-key"};

void appendField(std::string_view name, std::string_view value, bool secrets, std::string& out) {
  const bool masked =
      !secrets && std::ranges::any_of(secretFields, [name](std::string_view each) { return sameToken(each, name); });
  out.append(name).append(": ").append(masked ? "***" : value).append("\r\n");
}

void appendBody(std::string_view body, bool whole, std::string& out) {
  if (body.empty()) {
    out += "\r\n";
  } else if (whole) {
    out.append("\r\n").append(body.substr(0, longestBody)).append("\r\n");
  } else {
    fmt::format_to(std::back_inserter(out), "\r\n[body of {} bytes]\r\n", body.size());
  }
}

}  // namespace

DebugLog::DebugLog(DebugLogOptions options) : options_(std::move(options)), run_(lowerAscii(randomHex(8))) {}

// A UUID: of this log and of the number that the connection has.
std::string DebugLog::connectionId(std::uint64_t connection) const {
  const std::string_view run = run_;
  return fmt::format("{}-{}-{}-{:04x}-{:012x}", run.substr(0, 8), run.substr(8, 4), run.substr(12, 4),
                     connection >> 48U & 0xFFFFU, connection & 0xFFFFFFFFFFFFU);
}

std::filesystem::path DebugLog::nextFile() const {
  std::error_code ignored;
  for (int number = 1;; ++number) {
    std::filesystem::path file = options_.folder / fmt::format("HTTPDebugLog_{:02}.txt", number);
    if (!std::filesystem::exists(file, ignored)) return file;
  }
}

Result<> DebugLog::open() {
  auto file = std::make_unique<LogFile>(nextFile(), options_.folder, LogRotation(), std::string());
  if (auto opened = file->open(); !opened) return opened;
  file_ = std::move(file);
  written_ = 0;
  return {};
}

void DebugLog::record(const Request& request, const Response& response, std::uint64_t connection) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
  const std::string id = connectionId(connection);
  const std::string_view version = versionName(request.version());
  std::string text = fmt::format(
      "# REQUEST\r\n# ConnectionID: {}\r\n# PeerIP: {}\r\n# TimeStamp: {}\r\n"
      "# SequenceNumber: {}\r\n{} {} {}\r\n",
      id, request.remoteAddress(), milliseconds.count(), ++sequence_, request.methodName(), request.target(), version);
  for (const Header& header : request.headers()) appendField(header.name, header.value, options_.secrets, text);
  appendBody(request.body(), (options_.level & requestBodies) != 0, text);
  fmt::format_to(std::back_inserter(text),
                 "# RESPONSE\r\n# ConnectionID: {}\r\n# TimeStamp: {}\r\n# SequenceNumber: {}\r\n{} {} {}\r\n", id,
                 milliseconds.count(), ++sequence_, version, response.status(), reasonPhrase(response.status()));
  if (!response.contentType().empty()) appendField("Content-Type", response.contentType(), true, text);
  for (std::string_view left = response.fields_; !left.empty();) {
    const std::size_t end = left.find("\r\n");
    const std::string_view line = left.substr(0, end);
    left = end == std::string_view::npos ? std::string_view() : left.substr(end + 2);
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos)
      appendField(line.substr(0, colon), line.substr(colon + 2), options_.secrets, text);
  }
  appendBody(response.bodyView(), (options_.level & answerBodies) != 0, text);
  text += "\r\n";
  std::lock_guard lock(mutex_);
  written_ += text.size();
  if (file_) file_->append(text);
  if (written_ > fileBytes) (void)open();
}

void DebugLog::flush() {
  std::lock_guard lock(mutex_);
  if (file_) file_->flush();
}

}  // namespace qodly::http
