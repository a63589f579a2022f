// The HTTP server (1.1 and 2): one I/O context a core, each run by one thread; a connection stays on the thread it was
// given to. A handler runs on a fiber of that thread (http/fiber.h): waiting by base/wait.h parks the fiber, the thread
// serves others.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/access_log.h"
#include "http/debug_log.h"
#include "http/live_settings.h"
#include "http/message.h"
#include "http/metrics.h"
#include "http/tls_context.h"

namespace qodly::http {

// Fills the response. Runs on a fiber with 256 KiB of stack, on any of the server's threads, many at once. An exception
// that leaves it is answered with 500 and logged.
using Handler = std::function<void(Request&, Response&)>;

struct Limits {
  std::size_t headBytes = 16 * 1024;              // all header fields together: 431
  std::size_t targetBytes = 16 * 1024;            // 414
  std::size_t connections = 20'000;               // further ones are answered 503 and closed
  std::chrono::milliseconds headTimeout{10'000};  // from the first byte of a request to the end of its head: 408
  std::chrono::milliseconds bodyIdleTimeout{30'000};
  std::uint64_t bodyBytesPerSecond = 256;         // slower ones, counted after the first ten seconds, are cut: 408
  std::chrono::milliseconds sendTimeout{30'000};  // a client that takes nothing of the answer
  std::chrono::milliseconds stopTimeout{10'000};  // for running requests when the server stops
  std::filesystem::path bodyFolder = {};          // for bodies over 1 MiB while they are needed; "": the system's
};

struct ListenerOptions {
  std::string host = "127.0.0.1";  // numeric address, IPv4 or IPv6
  std::uint16_t port = 8080;       // 0: one that is free
  bool tls = false;
  unsigned tries = 1;   // how many ports, from this one on, are tried until one is free
  int descriptor = -1;  // a socket that listens already (handed over at a restart); the server closes it
  bool beside = false;  // on the port of the listener before it; left out where that cannot be had
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // of the only listener, when `listeners` is empty: TLS when there is a certificate
  std::uint16_t port = 8080;
  std::vector<ListenerOptions> listeners = {};
  unsigned threads = 0;  // 0: one a core
  Limits limits = {};
  LiveSettings live = {};
  std::string serverName = "qodly";
  TlsOptions tls = {};
  // Name of whoever is logged in, for the log; may be empty.
  std::function<std::string(security::Session&)> userOf = {};
};

// Handlers by path prefix. A prefix matches whole segments: "/rest" takes "/rest" and "/rest/x", not "/restore". The
// longest one that matches is called. Fill it before the server starts; reading is thread-safe.
class Router {
 public:
  // Methods that a route takes; others are answered 405 with Allow, OPTIONS by 204 with Allow, unless they are listed
  // here. Methods that the server does not know are 501 everywhere.
  using Methods = std::vector<Method>;
  static const Methods& usual();  // GET HEAD POST PUT PATCH DELETE

  void add(std::string prefix, Handler handler, Methods methods = usual());
  // Answers 404 when no prefix matches.
  void operator()(Request& request, Response& response) const;

 private:
  struct Route {
    std::string prefix;
    Handler handler;
    std::uint32_t methods;  // bit = Method
  };
  std::vector<Route> routes_;  // longest prefix first
};

class Server {
 public:
  // sessions: nullptr for a server without sessions; must outlive the server.
  Server(ServerOptions options, Handler handler, security::SessionTable* sessions = nullptr);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens and serves on its own threads; returns at once. Error: address in use or not local, certificate not
  // readable.
  Result<> start();
  // Takes no further connections, closes idle ones, lets running requests finish, then ends the threads. After
  // stopTimeout connections are cut, but a handler is never abandoned: stop() returns when the last one has. Call it
  // from a thread of your own, never from a handler.
  void stop();
  // The port of the first listener; 0 before start().
  std::uint16_t port() const;
  std::vector<ListenerOptions> listeners() const;  // as they are, ports and descriptors filled in

  // Any thread; in force for every request that begins later. The log objects may be null.
  void apply(const LiveSettings& live, std::shared_ptr<AccessLog> log = {}, std::shared_ptr<DebugLog> debug = {});
  // Certificates for connections that begin later.
  void apply(std::shared_ptr<const TlsContext> tls);
  // Stops like stop(), but leaves the listening sockets open and returns them: clients that connect from now on wait
  // in their queues for whoever accepts next. The caller owns the descriptors.
  std::vector<ListenerOptions> handOver();

  struct Figures {
    std::uint64_t connections = 0, requests = 0;  // since the start
    std::size_t open = 0, running = 0, parked = 0;
  };
  Figures figures() const;
  MetricsSum metrics() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace qodly::http
