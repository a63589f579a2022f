#include "script/library/tcp_socket.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "script/library/descriptor.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

constexpr int maximumConnections = 256;
constexpr std::size_t maximumQueued = 1 << 30;
constexpr std::chrono::seconds connectTime{30};

std::atomic<int>& connectionsOpen() {
  static std::atomic<int> count{0};
  return count;
}

// What the handle and the watching thread share.
struct Shared {
  std::mutex mutex;
  std::string queued;
  bool shutting = false, closing = false, ended = false;
  Descriptor wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

  void ring() const {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(wake.number(), &one, sizeof one));
  }
};

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

class Watcher {
 public:
  Watcher(std::shared_ptr<Shared> shared, std::shared_ptr<TcpListener> listener, std::string host, int port,
          bool noDelay)
      : shared_(std::move(shared)),
        listener_(std::move(listener)),
        host_(std::move(host)),
        port_(port),
        noDelay_(noDelay) {}

  void run() {
    if (connect()) {
      listener_->connected();
      while (!finished_) step();
    }
    {
      std::lock_guard lock(shared_->mutex);
      shared_->ended = true;
    }
    socket_.close();
    listener_->ended();
  }

 private:
  bool isClosing() const {
    std::lock_guard lock(shared_->mutex);
    return shared_->closing;
  }

  void fail(std::string_view what, std::string_view why) {
    finished_ = true;
    if (isClosing()) return;
    listener_->failed(Error(fault::inputOutput, "host", fmt::format("{} {}:{}: {}.", what, host_, port_, why)));
  }

  // true once one of the host's addresses has answered.
  bool connect() {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    const int failure = ::getaddrinfo(host_.c_str(), std::to_string(port_).c_str(), &wanted, &found);
    if (failure != 0) {
      fail("No connection to", ::gai_strerror(failure));
      return false;
    }
    const std::unique_ptr<addrinfo, FreeAddresses> list(found);
    const auto deadline = std::chrono::steady_clock::now() + connectTime;
    int problem = ECONNREFUSED;
    for (const addrinfo* address = list.get(); address != nullptr && !isClosing(); address = address->ai_next) {
      problem = tryAddress(*address, deadline);
      if (problem == 0) return true;
    }
    fail("No connection to", std::generic_category().message(problem));
    return false;
  }

  int tryAddress(const addrinfo& address, std::chrono::steady_clock::time_point deadline) {
    Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket.isOpen()) return errno;
    const int on = 1;
    if (noDelay_) ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket.number(), address.ai_addr, address.ai_addrlen) != 0 && errno != EINPROGRESS) return errno;
    std::array<pollfd, 2> watched{pollfd{socket.number(), POLLOUT, 0}, pollfd{shared_->wake.number(), POLLIN, 0}};
    while (watched[0].revents == 0) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return ETIMEDOUT;
      if (isClosing()) return ECANCELED;
      ::poll(watched.data(), watched.size(), static_cast<int>(left.count()));
      if (watched[1].revents != 0) clearWake();
    }
    int problem = 0;
    socklen_t size = sizeof problem;
    ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &problem, &size);
    if (problem == 0) socket_ = std::move(socket);
    return problem;
  }

  void clearWake() const {
    std::uint64_t count = 0;
    static_cast<void>(!::read(shared_->wake.number(), &count, sizeof count));
  }

  void step() {
    bool shutting = false;
    {
      std::lock_guard lock(shared_->mutex);
      if (pending_.empty()) pending_.swap(shared_->queued);
      shutting = shared_->shutting;
      finished_ = finished_ || shared_->closing;
    }
    if (finished_) return;
    if (shutting && pending_.empty() && !shutDown_) {
      shutDown_ = true;
      ::shutdown(socket_.number(), SHUT_WR);
    }
    const auto events = static_cast<short>(POLLIN | (pending_.empty() ? 0 : POLLOUT));
    std::array<pollfd, 2> watched{pollfd{socket_.number(), events, 0}, pollfd{shared_->wake.number(), POLLIN, 0}};
    constexpr int longestPause = 60'000;
    ::poll(watched.data(), watched.size(), longestPause);
    if (watched[1].revents != 0) clearWake();
    if ((watched[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) receive();
    if (!finished_ && (watched[0].revents & POLLOUT) != 0) send();
  }

  void receive() {
    std::array<char, 65536> part;
    const ssize_t got = ::recv(socket_.number(), part.data(), part.size(), 0);
    if (got > 0) {
      listener_->data(std::string(part.data(), static_cast<std::size_t>(got)));
    } else if (got == 0) {
      finished_ = true;
      if (!isClosing()) listener_->closed();
    } else if (errno != EAGAIN && errno != EINTR) {
      fail("The connection is lost to", std::generic_category().message(errno));
    }
  }

  void send() {
    const ssize_t sent = ::send(socket_.number(), pending_.data(), pending_.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      pending_.erase(0, static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      fail("The connection is lost to", std::generic_category().message(errno));
    }
  }

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<TcpListener> listener_;
  std::string host_;
  int port_;
  bool noDelay_, finished_ = false, shutDown_ = false;
  Descriptor socket_;
  std::string pending_;
};

class Socket final : public TcpSocket {
 public:
  explicit Socket(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  ~Socket() override { Socket::close(); }

  bool send(std::string bytes) override {
    {
      std::lock_guard lock(shared_->mutex);
      const bool full = shared_->queued.size() + bytes.size() > maximumQueued;
      if (shared_->shutting || shared_->closing || shared_->ended || full) return false;
      shared_->queued += bytes;
    }
    shared_->ring();
    return true;
  }
  void shutdown() override { mark(&Shared::shutting); }
  void close() override { mark(&Shared::closing); }

 private:
  void mark(bool Shared::*flag) {
    {
      std::lock_guard lock(shared_->mutex);
      (*shared_).*flag = true;
    }
    shared_->ring();
  }
  std::shared_ptr<Shared> shared_;
};

}  // namespace

Result<std::shared_ptr<TcpSocket>> TcpSocket::open(const std::string& host, int port, bool noDelay,
                                                   std::shared_ptr<TcpListener> listener) {
  if (++connectionsOpen() > maximumConnections) {
    --connectionsOpen();
    return fail(fault::limitReached, "256 TCP connections are open already.");
  }
  auto shared = std::make_shared<Shared>();
  std::thread([shared, listener = std::move(listener), host, port, noDelay]() mutable {
    Watcher(std::move(shared), std::move(listener), host, port, noDelay).run();
    --connectionsOpen();
  }).detach();
  return std::make_shared<Socket>(std::move(shared));
}

}  // namespace qodly::script::library
