#include "tests/unit/http/client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#include <zlib.h>

namespace qodly::http::test {

namespace {
std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

ServerOptions withFreePort(ServerOptions options) {
  options.port = 0;
  if (options.threads == 0) options.threads = 1;
  return options;
}
}  // namespace

Client::Client(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{60, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ADD_FAILURE() << "cannot connect";
  }
}

Client::~Client() { ::close(descriptor_); }

void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

bool Client::receive() {
  std::array<char, 65536> buffer;
  const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  input_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

Answer Client::answer(bool headOnly) {
  Answer answer;
  std::size_t end = 0;
  while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return answer;
  }
  std::size_t line = input_.find("\r\n");
  answer.status = std::stoi(input_.substr(9, 3));
  while (line < end) {
    const std::size_t next = input_.find("\r\n", line + 2);
    const std::string field = input_.substr(line + 2, next - line - 2);
    const std::size_t colon = field.find(": ");
    const std::string name = lower(field.substr(0, colon));
    const std::string value = field.substr(colon + 2);
    if (name == "set-cookie") answer.cookies.push_back(value);
    answer.headers[name] = value;
    line = next;
  }
  input_.erase(0, end + 4);
  if (headOnly || !answer.headers.contains("content-length")) return answer;
  const std::size_t length = std::stoul(answer.headers["content-length"]);
  while (input_.size() < length) {
    if (!receive()) {
      ADD_FAILURE() << "the body ended early";
      return answer;
    }
  }
  answer.body = input_.substr(0, length);
  input_.erase(0, length);
  return answer;
}

Answer Client::get(std::string_view target, std::string_view fields) {
  send("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(fields) + "\r\n");
  return answer();
}

std::string Client::bytes(std::size_t count) {
  while (input_.size() < count && receive()) {
  }
  std::string taken = input_.substr(0, count);
  input_.erase(0, taken.size());
  return taken;
}

std::string Client::chunk() {
  while (input_.find("\r\n") == std::string::npos) {
    if (!receive()) return {};
  }
  const std::size_t size = std::stoul(input_, nullptr, 16);
  input_.erase(0, input_.find("\r\n") + 2);
  std::string data = bytes(size);
  EXPECT_EQ(bytes(2), "\r\n");
  return data;
}

bool Client::closed() {
  if (!input_.empty()) return false;
  char byte = 0;
  const ssize_t count = ::recv(descriptor_, &byte, 1, 0);
  return count == 0 || (count < 0 && errno != EAGAIN);
}

void Client::shutdownSending() { ::shutdown(descriptor_, SHUT_WR); }

TestServer::TestServer(Handler handler, ServerOptions options, security::SessionTable* sessions)
    : server_(withFreePort(std::move(options)), std::move(handler), sessions) {
  const auto started = server_.start();
  if (!started) ADD_FAILURE() << started.error().text();
}

std::string gunzip(std::string_view compressed) {
  z_stream z{};
  inflateInit2(&z, 15 + 16);
  std::string plain(4 * 1024 * 1024, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  z.avail_in = static_cast<uInt>(compressed.size());
  z.next_out = reinterpret_cast<Bytef*>(plain.data());
  z.avail_out = static_cast<uInt>(plain.size());
  const int result = inflate(&z, Z_FINISH);
  plain.resize(result == Z_STREAM_END ? z.total_out : 0);
  inflateEnd(&z);
  return plain;
}
#pragma GCC diagnostic pop

}  // namespace qodly::http::test
