// What may be changed while the server runs (admin.md 12, column "Live"). Every thread holds the current ones; a
// request sees one state of them from its beginning to its end.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "http/addresses.h"
#include "http/cors.h"

namespace qodly::http {

// A bucket: `burst` requests at once, refilled by `perSecond`. 0: no limit.
struct RateLimit {
  double perSecond = 0;
  double burst = 0;
  bool on() const { return perSecond > 0; }
};

struct LiveSettings {
  bool compression = true;
  int compressionLevel = 1;  // zlib: 1 fast - 9 best, -1 compromise
  std::size_t compressionThreshold = 1024;

  bool trace = false;  // HTTPTrace
  bool hsts = false;   // HSTSEnabled
  std::uint64_t hstsMaxAge = 63'072'000;
  bool redirectToHttps = false;  // plain requests are answered 308, but for /healthz and /.well-known/
  std::uint16_t httpsPort = 0;   // named by the redirect; 0: that of the server's own TLS listener
  CorsRules cors;
  bool corsEnabled = false;

  bool keepAlive = true;
  std::uint32_t keepAliveMaxRequests = 0;  // 0: no limit
  std::chrono::milliseconds keepAliveTimeout{75'000};
  std::uint64_t bodyBytes = 64ull * 1024 * 1024;  // maxRequestSize: 413
  std::size_t runningRequests = 4'096;            // maxConcurrentProcesses: 503
  std::size_t connectionsPerAddress = 0;          // further ones are closed at once; 0: no limit
  RateLimit ratePerAddress, ratePerSession;       // 429
  AddressList trustedProxies;

  bool requestIds = false;    // also for requests that bring none (they always are while something logs)
  bool serverTiming = false;  // Server-Timing: total and what handlers add
  bool metrics = false;       // measures the time of every request
};

}  // namespace qodly::http
