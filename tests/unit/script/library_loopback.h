// Small servers on loopback for tests of the library's clients.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace qodly::script::library::test {

// One accepted connection; plain or TLS.
class Connection {
 public:
  virtual ~Connection() = default;
  // Up to the text `end`, which is included; "" when the peer closed before.
  std::string readUntil(std::string_view end);
  std::string read(std::size_t count);
  void write(std::string_view bytes);
  bool startTls();  // with the test certificate
  explicit Connection(int descriptor);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  void close();

 private:
  struct Tls;
  bool fill();
  int descriptor_;
  std::shared_ptr<Tls> tls_;
  std::string buffer_;
};

// Runs `serve` for each connection on a thread of its own; ends with the object.
class LoopbackServer {
 public:
  explicit LoopbackServer(std::function<void(Connection&)> serve);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  int port() const { return port_; }
  std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }

 private:
  int listener_, port_ = 0;
  std::function<void(Connection&)> serve_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

struct HttpMessage {
  std::string start, headers, body;
  std::string header(std::string_view name) const;  // ignoring case; "" when absent
};
// Answers requests with what `answer` gives (a whole response message).
std::function<void(Connection&)> httpServer(std::function<std::string(const HttpMessage&)> answer);
std::string response(std::string_view status, std::string_view headers, std::string_view body);

// A self-made certificate for "localhost" and 127.0.0.1, as PEM file; made once.
const std::string& certificateFile();

}  // namespace qodly::script::library::test
