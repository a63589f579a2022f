#include "app/server_pages.h"

#include <array>
#include <cstdio>
#include <fstream>

#include <dirent.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "app/paths.h"
#include "app/sites.h"
#include "app/version.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "http/addresses.h"
#include "http/clock.h"

namespace qodly::app {

namespace {

constexpr std::uintmax_t leastDiskBytes = 16u << 20;

// Somebody on this machine, and not a browser that a foreign site has sent here under its own name.
bool isLocal(const http::Request& request) {
  const auto address = http::IpAddress::parse(request.remoteAddress());
  if (!address || !address->isLoopback()) return false;
  if (request.hasHeader("X-Forwarded-For") || request.hasHeader("Forwarded")) return false;
  const std::string_view host = hostName(request.host());
  return host.empty() || equalsIgnoringAsciiCase(host, "localhost") || http::IpAddress::parse(host).has_value();
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double residentBytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0, resident = 0;
  file >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

ServerPages::ServerPages(const Application& application, security::SessionTable& sessions,
                         const http::StaticFiles& files)
    : application_(application), sessions_(sessions), files_(files) {}

void ServerPages::apply(const ServerSettings& settings) {
  restEnabled_.store(settings.restEnabled, std::memory_order_relaxed);
  metricsEnabled_.store(settings.live.metrics, std::memory_order_relaxed);
  std::lock_guard lock(mutex_);
  token_ = settings.metricsToken;
}

bool ServerPages::maySee(const http::Request& request) const {
  if (isLocal(request)) return true;
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view given = request.header("Authorization");
  std::lock_guard lock(mutex_);
  return !token_.empty() && given.starts_with(scheme) && crypto::equalSecrets(given.substr(scheme.size()), token_);
}

bool ServerPages::answer(http::Request& request, http::Response& response) const {
  const std::string_view path = request.path();
  if (path.size() < 2) return false;
  switch (path[1]) {
    case 'h':
      if (path != "/healthz") return false;
      break;
    case 'm':
      if (path != "/metrics" || !metricsEnabled_.load(std::memory_order_relaxed)) return false;
      break;
    case 'r':
      if (path == "/readyz") break;
      if (restEnabled_.load(std::memory_order_relaxed) || !isBelow(path, "/rest")) return false;
      response.error(404, "REST is switched off by the settings of the server", "http");
      return true;
    case '4':
      if (path == "/4DSTATS" || path == "/4DHTMLSTATS" || path == "/4DCACHECLEAR" || path == "/4DWEBTEST") break;
      return false;
    default:
      return false;
  }
  response.setHeader("Cache-Control", "no-store");
  if (!request.isRead()) {
    response.error(405, "Only GET and HEAD are allowed here", "http");
    response.setHeader("Allow", "GET, HEAD");
  } else if (path == "/healthz") {
    health(response);
  } else if (path == "/readyz") {
    ready(response);
  } else if (path == "/4DWEBTEST") {
    webTest(request, response);
  } else if (!maySee(request)) {
    response.error(
        403, "Figures are shown on the server's own machine, or to who brings the token of http.metricsToken", "http");
  } else if (path == "/metrics") {
    metrics(response);
  } else if (path == "/4DCACHECLEAR") {
    clearCache(response);
  } else {
    stats(response, path == "/4DHTMLSTATS");
  }
  return true;
}

void ServerPages::health(http::Response& response) const {
  const std::filesystem::path& folder = application_.data;
  struct statvfs disk {};
  if (::access(folder.c_str(), W_OK) != 0) return response.text(503, "read-only");
  if (::statvfs(folder.c_str(), &disk) == 0 && std::uintmax_t{disk.f_bavail} * disk.f_frsize < leastDiskBytes)
    return response.text(503, "disk-full");
  response.text(200, "ok");
}

void ServerPages::ready(http::Response& response) const {
  if (server_.load(std::memory_order_acquire) == nullptr) return response.text(503, "stopping");
  response.text(200, "ready");
}

void ServerPages::metrics(http::Response& response) const {
  std::string& out = response.body();
  response.setContentType("text/plain; version=0.0.4; charset=utf-8");
  if (const http::Server* server = server_.load(std::memory_order_acquire)) server->metrics().write(out);
  http::appendMetric("qodly_sessions", "gauge", "Web sessions that hold something.",
                     static_cast<double>(sessions_.size()), out);
  const http::StaticCacheFigures cache = files_.cacheFigures();
  http::appendMetric("qodly_static_cache_bytes", "gauge", "Bytes of static files kept in memory.",
                     static_cast<double>(cache.bytes), out);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  http::appendMetric("process_cpu_seconds_total", "counter", "Processor time of the server.",
                     seconds(usage.ru_utime) + seconds(usage.ru_stime), out);
  http::appendMetric("process_resident_memory_bytes", "gauge", "Memory of the server.", residentBytes(), out);
  certificateMetrics(out);
  const std::chrono::duration<double> up = std::chrono::steady_clock::now() - started_;
  http::appendMetric("qodly_uptime_seconds", "gauge", "Time since the start.", up.count(), out);
  fmt::format_to(
      std::back_inserter(out),
      "# HELP qodly_build_info The version.\n# TYPE qodly_build_info gauge\nqodly_build_info{{version=\"{}\"}} "
      "1\n",
      version);
}

void ServerPages::certificateMetrics(std::string& out) const {
  const CertificateKeeper* keeper = keeper_.load(std::memory_order_acquire);
  const auto known = keeper == nullptr ? std::vector<CertificateKeeper::Status>() : keeper->status();
  if (known.empty()) return;
  out +=
      "# HELP qodly_certificate_expiry_timestamp_seconds End of a certificate that an authority gave; 0: there is "
      "none.\n# TYPE qodly_certificate_expiry_timestamp_seconds gauge\n";
  for (const auto& each : known)
    fmt::format_to(std::back_inserter(out), "qodly_certificate_expiry_timestamp_seconds{{host=\"{}\"}} {}\n", each.host,
                   each.until);
  out +=
      "# HELP qodly_certificate_failures Attempts in a row that brought no certificate.\n"
      "# TYPE qodly_certificate_failures gauge\n";
  for (const auto& each : known)
    fmt::format_to(std::back_inserter(out), "qodly_certificate_failures{{host=\"{}\"}} {}\n", each.host, each.failures);
}

void ServerPages::stats(http::Response& response, bool html) const {
  const http::StaticCacheFigures cache = files_.cacheFigures();
  const double use =
      cache.maximum == 0 ? 0.0 : 100.0 * static_cast<double>(cache.bytes) / static_cast<double>(cache.maximum);
  const std::array<std::pair<std::string_view, std::string>, 6> rows{{
      {"Cache current size", std::to_string(cache.bytes)},
      {"Cache max size", std::to_string(cache.maximum)},
      {"Cached object max size", std::to_string(cache.largest)},
      {"Cache use (%)", fmt::format("{:.1f}", use)},
      {"Cached objects", std::to_string(cache.files)},
      {"Cached objects without pictures", std::to_string(cache.filesWithoutPictures)},
  }};
  if (!html) {
    std::string text;
    for (const auto& [name, value] : std::span(rows).first(5))
      text.append(name).append(": ").append(value).append("\r\n");
    return response.text(200, text);
  }
  response.setContentType("text/html; charset=UTF-8");
  std::string& out = response.body();
  out =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Cache of the web "
      "server</title></head><body>"
      "<table><caption>Cache of the web server</caption>";
  for (const auto& [name, value] : rows)
    fmt::format_to(std::back_inserter(out), "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", name, value);
  out += "</table></body></html>";
}

void ServerPages::clearCache(http::Response& response) const {
  files_.clearCache();
  response.text(200, "The cache is empty.\r\n");
}

void ServerPages::webTest(const http::Request& request, http::Response& response) {
  std::string text = "Date: ";
  http::appendHttpDate(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()), text);
  fmt::format_to(std::back_inserter(text), "\r\nServer: qodly/{}\r\nUser-Agent: {}\r\n", version,
                 request.header("User-Agent"));
  response.text(200, text);
}

}  // namespace qodly::app
