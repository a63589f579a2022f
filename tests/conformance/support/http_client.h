// A small HTTP client for tests: one request a connection, the answer as it came over the wire.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

namespace qodly::conformance {

struct Answer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::string header(std::string_view name) const {
    for (const auto& [known, value] : headers) {
      if (equalsIgnoringAsciiCase(known, name)) return value;
    }
    return {};
  }
};

// Characters that may not stand in a request line are percent-encoded; everything else is sent as the case wrote it.
inline std::string encodedUrl(std::string_view url) {
  std::string result;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7F || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`') {
      result += '%' + toHex(std::string_view(&c, 1));
    } else {
      result += c;
    }
  }
  return result;
}

class Socket {
 public:
  explicit Socket(std::uint16_t port) : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      close(descriptor_);
      throw std::runtime_error("cannot connect to the server under test");
    }
  }
  ~Socket() { close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the server closed the connection");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // What has come; "" when the server has closed, or said nothing for a long time.
  std::string some() const {
    const timeval patience{.tv_sec = 60, .tv_usec = 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char buffer[16384];
    const ssize_t received = recv(descriptor_, buffer, sizeof buffer, 0);
    return received <= 0 ? std::string() : std::string(buffer, static_cast<std::size_t>(received));
  }
  std::string receiveAll() const {
    std::string bytes;
    char buffer[65536];
    for (;;) {
      const ssize_t received = recv(descriptor_, buffer, sizeof buffer, 0);
      if (received <= 0) return bytes;
      bytes.append(buffer, static_cast<std::size_t>(received));
    }
  }

 private:
  int descriptor_;
};

inline Answer parseAnswer(const std::string& bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with("HTTP/1.1 ") || end == std::string::npos)
    throw std::runtime_error("no answer: " + bytes.substr(0, 80));
  Answer answer;
  answer.status = static_cast<int>(parseInteger(bytes.substr(9, 3)).value_or(0));
  const std::string head = bytes.substr(0, end);
  for (const std::string_view line : split(head, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos)
      answer.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  answer.body = bytes.substr(end + 4);
  return answer;
}

// Keeps the cookies it is given, as a browser does.
class Client {
 public:
  explicit Client(std::uint16_t port) : port_(port) {}

  Answer request(std::string_view method, std::string_view url, const std::map<std::string, std::string>& headers,
                 std::string_view body) {
    std::string message = std::string(method) + ' ' + encodedUrl(url) + " HTTP/1.1\r\nConnection: close\r\n";
    if (!headers.contains("Host")) message += "Host: biblio.test\r\n";
    for (const auto& [name, value] : headers) message += name + ": " + value + "\r\n";
    if (!cookies_.empty() && !headers.contains("Cookie")) {
      message += "Cookie: ";
      for (const auto& [name, value] : cookies_) message += name + '=' + value + "; ";
      message += "\r\n";
    }
    if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
      message += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    message += "\r\n";
    message += body;
    const Socket socket(port_);
    socket.send(message);
    Answer answer = parseAnswer(socket.receiveAll());
    for (const auto& [name, value] : answer.headers) {
      if (equalsIgnoringAsciiCase(name, "Set-Cookie")) keep(value);
    }
    return answer;
  }

  void setCookie(const std::string& name, const std::string& value) { cookies_[name] = value; }
  void forget() { cookies_.clear(); }
  const std::map<std::string, std::string>& cookies() const { return cookies_; }

 private:
  void keep(std::string_view cookie) {
    const std::string_view pair = cookie.substr(0, cookie.find(';'));
    const std::size_t equals = pair.find('=');
    cookies_[std::string(pair.substr(0, equals))] = std::string(pair.substr(equals + 1));
  }

  std::uint16_t port_;
  std::map<std::string, std::string> cookies_;
};

}  // namespace qodly::conformance
