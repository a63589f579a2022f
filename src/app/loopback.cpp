#include "app/loopback.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace qodly::app {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::unexpected<Error> failure(std::string_view what, std::uint16_t port) {
  return std::unexpected(Error(0, "network", fmt::format("{} 127.0.0.1:{}: {}.", what, port, std::strerror(errno))));
}

void answerAtOnce(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Descriptor::~Descriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Descriptor::shutDown() const {
  if (descriptor_ >= 0) ::shutdown(descriptor_, SHUT_RDWR);
}

void Descriptor::finish() const {
  if (descriptor_ < 0 || ::shutdown(descriptor_, SHUT_WR) != 0) return;
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  std::array<char, 4096> dropped;
  while (std::chrono::steady_clock::now() < end && ::read(descriptor_, dropped.data(), dropped.size()) > 0) {
  }
}

Result<Listening> listenOnLoopback(std::uint16_t port) {
  Listening made;
  made.socket = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(made.socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = loopback(port);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (made.socket.get() < 0 || ::bind(made.socket.get(), generic, sizeof address) != 0 ||
      ::listen(made.socket.get(), 8) != 0) {
    return failure("Cannot listen on", port);
  }
  socklen_t size = sizeof address;
  ::getsockname(made.socket.get(), generic, &size);
  made.port = ntohs(address.sin_port);
  return made;
}

Descriptor acceptConnection(const Descriptor& socket) {
  while (true) {
    const int connection = ::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) {
      const timeval patience{.tv_sec = 5, .tv_usec = 0};
      ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
      answerAtOnce(connection);
      return Descriptor(connection);
    }
    if (errno != EINTR && errno != ECONNABORTED) return Descriptor();
  }
}

Result<Descriptor> connectToLoopback(std::uint16_t port) {
  Descriptor made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(port);
  if (made.get() < 0 || ::connect(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return failure("Cannot connect to", port);
  }
  answerAtOnce(made.get());
  return made;
}

}  // namespace qodly::app
