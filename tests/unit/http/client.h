// A blocking HTTP client that sends exactly the bytes it is given, and servers to try it on.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.h"

namespace qodly::http::test {

struct Answer {
  int status = 0;                              // 0: the connection ended before an answer
  std::map<std::string, std::string> headers;  // names in lower case
  std::vector<std::string> cookies;            // values of Set-Cookie
  std::string body;
};

class Client {
 public:
  explicit Client(std::uint16_t port);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes);
  // headOnly: the answer to a HEAD request.
  Answer answer(bool headOnly = false);
  // Request line and Host are written, `fields` are complete lines.
  Answer get(std::string_view target, std::string_view fields = {});
  // Exactly `count` bytes; fewer when the connection ends.
  std::string bytes(std::size_t count);
  // The data of the next chunk of a chunked body; "" for the last one, and when the connection ends.
  std::string chunk();
  // True when the server closes the connection (within 10 s) without sending anything more.
  bool closed();
  void shutdownSending();

 private:
  bool receive();
  int descriptor_;
  std::string input_;
};

// A server on a free port of 127.0.0.1 with one thread, unless the options say otherwise.
class TestServer {
 public:
  explicit TestServer(Handler handler, ServerOptions options = {}, security::SessionTable* sessions = nullptr);
  std::uint16_t port() const { return server_.port(); }
  Server& server() { return server_; }

 private:
  Server server_;
};

std::string gunzip(std::string_view compressed);

}  // namespace qodly::http::test
