#include "http/access_log.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/text.h"

namespace qodly::http {

namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// A field of a log must not end its line or its quotes, whatever a client sent.
void appendSafe(std::string_view text, std::string& out, bool blanksToo = false) {
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7F || c == '"' || c == '\\') {
      fmt::format_to(std::back_inserter(out), "\\x{:02X}", octet);
    } else {
      out += blanksToo && c == ' ' ? '_' : c;
    }
  }
}

void appendOrDash(std::string_view text, std::string& out, bool blanksToo = false) {
  if (text.empty()) {
    out += '-';
  } else {
    appendSafe(text, out, blanksToo);
  }
}

std::tm timeNow(bool gmt) {
  const std::time_t now = std::time(nullptr);
  std::tm out{};
  gmt ? ::gmtime_r(&now, &out) : ::localtime_r(&now, &out);
  return out;
}

void appendDate(const std::tm& time, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{:02}/{}/{:04}", time.tm_mday, months[static_cast<std::size_t>(time.tm_mon)],
                 time.tm_year + 1900);
}

void appendTime(const std::tm& time, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}", time.tm_hour, time.tm_min, time.tm_sec);
}

using Append = void (*)(const Request& request, const AccessFacts& facts, std::string& out);
struct Field {
  std::string_view name;
  bool wlfOnly;
  Append append;
};

constexpr std::array<Field, 21> fieldTable{{
    {"BYTES_SENT", false,
     [](const Request&, const AccessFacts& facts, std::string& out) { out += std::to_string(facts.bytesSent); }},
    {"C_DNS", false,
     [](const Request& request, const AccessFacts&, std::string& out) { out += request.remoteAddress(); }},
    {"C_IP", false,
     [](const Request& request, const AccessFacts&, std::string& out) { out += request.remoteAddress(); }},
    {"CS(COOKIE)", false,
     [](const Request& request, const AccessFacts&, std::string& out) {
       appendOrDash(request.header("Cookie").empty() ? "" : "***", out);
     }},
    {"CS(HOST)", false,
     [](const Request& request, const AccessFacts&, std::string& out) { appendOrDash(request.host(), out, true); }},
    {"CS(REFERER)", false,
     [](const Request& request, const AccessFacts&, std::string& out) {
       appendOrDash(request.header("Referer"), out, true);
     }},
    {"CS(USER_AGENT)", false,
     [](const Request& request, const AccessFacts&, std::string& out) {
       appendOrDash(request.header("User-Agent"), out, true);
     }},
    {"CS_SIP", false,
     [](const Request& request, const AccessFacts&, std::string& out) {
       appendOrDash(request.host().substr(0, request.host().rfind(':')), out, true);
     }},
    {"CS_URI", false,
     [](const Request& request, const AccessFacts&, std::string& out) { appendSafe(request.target(), out, true); }},
    {"CS_URI_QUERY", false,
     [](const Request& request, const AccessFacts&, std::string& out) { appendOrDash(request.query(), out, true); }},
    {"CS_URI_STEM", false,
     [](const Request& request, const AccessFacts&, std::string& out) { appendSafe(request.rawPath(), out, true); }},
    {"DATE", false, [](const Request&, const AccessFacts&, std::string& out) { appendDate(timeNow(true), out); }},
    {"METHOD", false,
     [](const Request& request, const AccessFacts&, std::string& out) { appendSafe(request.methodName(), out); }},
    {"STATUS", false,
     [](const Request&, const AccessFacts& facts, std::string& out) { out += std::to_string(facts.status); }},
    {"TIME", false, [](const Request&, const AccessFacts&, std::string& out) { appendTime(timeNow(true), out); }},
    {"TRANSFER_TIME", false,
     [](const Request&, const AccessFacts& facts, std::string& out) {
       out += std::to_string(facts.duration.count() / 1000);
     }},
    {"USER", false,
     [](const Request&, const AccessFacts& facts, std::string& out) { appendOrDash(facts.user, out, true); }},
    {"BYTES_RECEIVED", true,
     [](const Request&, const AccessFacts& facts, std::string& out) { out += std::to_string(facts.bytesReceived); }},
    {"CONNECTION_ID", true,
     [](const Request&, const AccessFacts& facts, std::string& out) { out += std::to_string(facts.connection); }},
    {"PATH_ARGS", true,
     [](const Request& request, const AccessFacts&, std::string& out) {
       const std::size_t dollar = request.target().find('$');
       appendOrDash(dollar == std::string_view::npos ? std::string_view() : request.target().substr(dollar + 1), out,
                    true);
     }},
    {"URL", true,
     [](const Request& request, const AccessFacts&, std::string& out) { appendSafe(request.target(), out, true); }},
}};

const Field* findField(std::string_view name) {
  const auto* const at = std::ranges::find(fieldTable, name, &Field::name);
  return at == fieldTable.end() ? nullptr : at;
}

bool isWritten(const Field& field, LogFormat format) { return format == LogFormat::Wlf || !field.wlfOnly; }

std::string headerOf(const AccessLogOptions& options) {
  if (options.format != LogFormat::Elf && options.format != LogFormat::Wlf) return {};
  std::string header = "#Version: 1.0\r\n#Fields:";
  for (const std::string& field : options.fields) {
    if (isWritten(*findField(field), options.format)) header.append(" ").append(field);
  }
  return header.append("\r\n");
}

}  // namespace

std::string_view versionName(Version version) {
  return version == Version::Http2 ? "HTTP/2" : version == Version::Http11 ? "HTTP/1.1" : "HTTP/1.0";
}

std::string AccessLogOptions::fieldName(std::string_view text) {
  std::string name;
  for (const char c : text) name += c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  return findField(name) == nullptr ? std::string() : name;
}

AccessLog::AccessLog(AccessLogOptions options)
    : options_(std::move(options)),
      file_(options_.file, options_.file.parent_path() / "Logweb Archives", options_.rotation, headerOf(options_)) {}

void AccessLog::record(const Request& request, const AccessFacts& facts) {
  std::string line;
  line.reserve(256);
  switch (options_.format) {
    case LogFormat::None:
      return;
    case LogFormat::Clf:
    case LogFormat::Dlf:
      appendCommon(request, facts, line);
      break;
    case LogFormat::Elf:
    case LogFormat::Wlf:
      appendFields(request, facts, line);
      break;
    case LogFormat::Json:
      appendJson(request, facts, line);
      break;
  }
  file_.append(line);
}

void AccessLog::appendCommon(const Request& request, const AccessFacts& facts, std::string& line) const {
  const std::tm time = timeNow(options_.zone);
  line.append(request.remoteAddress()).append(" - ");
  appendOrDash(facts.user, line, true);
  line += " [";
  appendDate(time, line);
  line += ':';
  appendTime(time, line);
  line += options_.zone ? " +0000] \"" : "] \"";
  appendSafe(request.methodName(), line);
  line += ' ';
  appendSafe(request.target(), line);
  fmt::format_to(std::back_inserter(line), " {}\" {} {}", versionName(request.version()), facts.status,
                 facts.bytesSent);
  if (options_.format == LogFormat::Dlf) {
    for (const std::string_view name : {"Referer", "User-Agent"}) {
      line += " \"";
      appendOrDash(request.header(name), line);
      line += '"';
    }
  }
  line += "\r\n";
}

void AccessLog::appendFields(const Request& request, const AccessFacts& facts, std::string& line) const {
  for (const std::string& name : options_.fields) {
    const Field* field = findField(name);
    if (field == nullptr || !isWritten(*field, options_.format)) continue;
    if (!line.empty()) line += ' ';
    field->append(request, facts, line);
  }
  line += "\r\n";
}

void AccessLog::appendJson(const Request& request, const AccessFacts& facts, std::string& line) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm time{};
  ::gmtime_r(&seconds, &time);
  fmt::format_to(std::back_inserter(line), R"({{"time":"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z")",
                 time.tm_year + 1900, time.tm_mon + 1, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec,
                 now.time_since_epoch().count() % 1000);
  const auto text = [&line](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    line.append(",\"").append(name).append("\":");
    json::appendString(repairUtf8(value), line);
  };
  text("requestId", request.id());
  text("address", request.remoteAddress());
  text("user", facts.user);
  text("method", request.methodName());
  text("target", request.target());
  text("protocol", versionName(request.version()));
  text("host", request.host());
  fmt::format_to(std::back_inserter(line), R"(,"status":{},"bytesSent":{},"bytesReceived":{},"milliseconds":{:.3f})",
                 facts.status, facts.bytesSent, facts.bytesReceived,
                 static_cast<double>(facts.duration.count()) / 1000.0);
  text("referer", request.header("Referer"));
  text("userAgent", request.header("User-Agent"));
  line += "}\n";
}

}  // namespace qodly::http
