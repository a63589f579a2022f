// The HTTP/1.1 server: one I/O context a core, each run by one thread; a connection stays on the thread it was given
// to. A handler runs on a fiber of that thread (http/fiber.h): waiting by base/wait.h parks the fiber, the thread
// serves others.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"

namespace qodly::http {

// Fills the response. Runs on a fiber with 256 KiB of stack, on any of the server's threads, many at once. An exception
// that leaves it is answered with 500 and logged.
using Handler = std::function<void(Request&, Response&)>;

struct Limits {
  std::size_t headBytes = 16 * 1024;              // all header fields together: 431
  std::size_t targetBytes = 16 * 1024;            // 414
  std::uint64_t bodyBytes = 64ull * 1024 * 1024;  // maxRequestSize (admin.md 12): 413
  std::size_t connections = 20'000;               // further ones are answered 503 and closed
  std::size_t runningRequests = 4'096;            // further ones are answered 503
  std::chrono::milliseconds headTimeout{10'000};  // from the first byte of a request to the end of its head: 408
  std::chrono::milliseconds bodyIdleTimeout{30'000};
  std::chrono::milliseconds keepAliveTimeout{75'000};
  std::chrono::milliseconds sendTimeout{30'000};  // a client that takes nothing of the answer
  std::chrono::milliseconds stopTimeout{10'000};  // for running requests when the server stops
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // numeric address, IPv4 or IPv6
  std::uint16_t port = 8080;       // 0: one that is free
  unsigned threads = 0;            // 0: one a core
  Limits limits;
  bool compression = true;
  int compressionLevel = 1;  // zlib: 1 fast - 9 best, -1 compromise
  std::size_t compressionThreshold = 1024;
  std::string serverName = "qodly";
  // Files in PEM. Both set: TLS 1.2 and later.
  std::string certificateFile, keyFile;
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
  // The port listened on; 0 before start().
  std::uint16_t port() const;

  struct Figures {
    std::uint64_t connections = 0, requests = 0;  // since the start
    std::size_t open = 0, running = 0, parked = 0;
  };
  Figures figures() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace qodly::http
