// What happens around the handler of every request: who the client is behind proxies, request ids, limits of rate,
// TRACE, CORS, redirect to HTTPS; headers that the settings ask for; log and figures. One a thread; with everything off
// a request pays for a few tests of flags.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/access_log.h"
#include "http/debug_log.h"
#include "http/head_parser.h"
#include "http/live_settings.h"
#include "http/metrics.h"
#include "http/rate_limiter.h"

namespace qodly::http {

// Shared by the threads of a server.
struct GateShared {
  RateLimiter addresses, sessions;
  ConnectionCounter connections;
  std::atomic<std::uint64_t> numbers{0};
  std::function<std::string(security::Session&)> userOf;  // for the log; may be empty
};

class Gate {
 public:
  Gate(GateShared& shared, LoopCounters& counters);

  // Takes effect with the next request.
  void apply(std::shared_ptr<const LiveSettings> live, std::shared_ptr<AccessLog> log, std::shared_ptr<DebugLog> debug);
  const LiveSettings& live() const { return *live_; }

  // First of all: who the client is, behind proxies. peer: the address of the connection.
  void identify(Request& request, const std::string& peer) const {
    if (everProxied_) readProxy(request, peer);
  }
  // What the logs call a connection: 1, 2, 3...
  std::uint64_t nextConnection() { return 1 + shared_.numbers.fetch_add(1, std::memory_order_relaxed); }
  // Before the handler. True: the response is the answer already.
  bool enter(Request& request, Response& response, const Framing& framing);
  // Adds the headers of the settings; call it when the head is made.
  void dress(Request& request, Response& response);
  // The answer is made. bytes: of its body.
  void leave(Request& request, const Response& response, std::uint64_t bytes, std::uint64_t connection);
  // Of a request that no handler saw.
  void refused(int status) {
    counters_.refused.add();
    counters_.answered(status);
  }

 private:
  void readProxy(Request& request, const std::string& peer) const;
  void takeId(Request& request, std::string_view brought);
  bool redirect(const Request& request, Response& response) const;
  bool limit(Request& request, Response& response);
  void trace(const Request& request, Response& response) const;

  GateShared& shared_;
  LoopCounters& counters_;
  std::shared_ptr<const LiveSettings> live_;
  std::shared_ptr<AccessLog> log_;
  std::shared_ptr<DebugLog> debug_;
  std::string idPrefix_;
  std::uint64_t idNumber_ = 0;
  bool timed_ = false, makesIds_ = false, everProxied_ = false, limited_ = false;
};

}  // namespace qodly::http
