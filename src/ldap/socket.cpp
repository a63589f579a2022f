#include "ldap/socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ldap/connection.h"

namespace qodly::ldap {

namespace {

using Time = std::chrono::steady_clock::time_point;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

// 0, or the reason why the address cannot be connected to.
int connectUntil(int socket, const addrinfo& address, Time deadline) {
  if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waiting{.fd = socket, .events = POLLOUT, .revents = 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return ETIMEDOUT;
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready == 0) return ETIMEDOUT;
    if (ready < 0 && errno != EINTR) return errno;
    if (ready > 0) break;
  }
  int problem = 0;
  socklen_t size = sizeof problem;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 ? problem : errno;
}

void limit(int socket, std::chrono::milliseconds timeout) {
  const timeval time{.tv_sec = static_cast<time_t>(timeout.count() / 1000),
                     .tv_usec = static_cast<suseconds_t>(timeout.count() % 1000 * 1000)};
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Result<int> connectSocket(const std::string& host, int port, std::chrono::milliseconds timeout) {
  const auto unreachable = [&](std::string_view why, int code = fault::serverDown) {
    return std::unexpected(Error(code, "ldap", fmt::format("{}:{} cannot be reached: {}.", host, port, why)));
  };
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* all = nullptr;
  if (const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &all); failed != 0) {
    return unreachable(::gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(all, &::freeaddrinfo);
  const Time deadline = std::chrono::steady_clock::now() + timeout;
  int problem = EHOSTUNREACH;
  for (const addrinfo* address = all; address != nullptr; address = address->ai_next) {
    Descriptor socket(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.number() < 0) continue;
    problem = connectUntil(socket.number(), *address, deadline);
    if (problem != 0) continue;
    ::fcntl(socket.number(), F_SETFL, ::fcntl(socket.number(), F_GETFL) & ~O_NONBLOCK);
    limit(socket.number(), timeout);
    return socket.release();
  }
  return unreachable(std::strerror(problem), problem == ETIMEDOUT ? fault::timeout : fault::serverDown);
}

Watchdog::Watchdog(int socket, std::chrono::milliseconds time) {
  thread_ = std::thread([this, socket, time] {
    std::unique_lock lock(mutex_);
    if (!ended_.wait_for(lock, time, [this] { return done_; })) ::shutdown(socket, SHUT_RDWR);
  });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

}  // namespace qodly::ldap
