// A small blocking HTTP/1.1 client for tests: one keep-alive connection, whole answers.
#pragma once

#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace qodly::test {

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
};

// Used by one thread. A request that fails (connection lost, server killed) gives nullopt.
class HttpClient {
 public:
  explicit HttpClient(int port) : port_(port) {}
  ~HttpClient() { disconnect(); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  std::optional<Answer> get(std::string_view target) { return send("GET", target, {}); }
  std::optional<Answer> post(std::string_view target, std::string_view body) { return send("POST", target, body); }

  std::optional<Answer> send(std::string_view method, std::string_view target, std::string_view body) {
    if (socket_ < 0 && !connect()) return std::nullopt;
    std::string message;
    message.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    if (!cookie_.empty()) message.append("Cookie: ").append(cookie_).append("\r\n");
    if (!body.empty()) {
      message.append("Content-Type: application/json\r\nContent-Length: ")
          .append(std::to_string(body.size()))
          .append("\r\n");
    }
    message.append("\r\n").append(body);
    if (!write(message)) return lost();
    return read();
  }

  void disconnect() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
    buffer_.clear();
  }

 private:
  bool connect() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
    disconnect();
    return false;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  bool fill() {
    char block[65536];
    const ssize_t received = ::recv(socket_, block, sizeof block, 0);
    if (received <= 0) return false;
    buffer_.append(block, static_cast<std::size_t>(received));
    return true;
  }

  std::optional<Answer> lost() {
    disconnect();
    return std::nullopt;
  }

  std::optional<Answer> read() {
    std::size_t end;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return lost();
    }
    Answer answer;
    answer.head = buffer_.substr(0, end + 2);
    answer.status = std::atoi(answer.head.c_str() + 9);
    const std::size_t length =
        static_cast<std::size_t>(std::strtoull(field(answer.head, "Content-Length").c_str(), nullptr, 10));
    while (buffer_.size() < end + 4 + length) {
      if (!fill()) return lost();
    }
    answer.body = buffer_.substr(end + 4, length);
    buffer_.erase(0, end + 4 + length);
    if (const std::string cookie = field(answer.head, "Set-Cookie"); !cookie.empty())
      cookie_ = cookie.substr(0, cookie.find(';'));
    return answer;
  }

  static std::string field(const std::string& head, std::string_view name) {
    const std::string start = "\r\n" + std::string(name) + ": ";
    const std::size_t found = head.find(start);
    if (found == std::string::npos) return {};
    const std::size_t begin = found + start.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }

  int port_;
  int socket_ = -1;
  std::string buffer_, cookie_;
};

}  // namespace qodly::test
