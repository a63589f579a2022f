#include "http/server.h"

#include <atomic>
#include <csignal>
#include <cstring>
#include <thread>

#include <arpa/inet.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error_codes.h"
#include "http/clock.h"
#include "http/loop.h"

namespace qodly::http {

namespace {

namespace asio = boost::asio;

constexpr int backlog = 1024;
constexpr int acceptedAtOnce = 64;
constexpr std::chrono::milliseconds pauseWithoutDescriptors{100};
constexpr std::chrono::seconds sweepInterval{60};

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

Result<Address> parseAddress(const std::string& host, std::uint16_t port) {
  Address address;
  auto& ipv4 = reinterpret_cast<sockaddr_in&>(address.storage);
  auto& ipv6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (::inet_pton(AF_INET, host.c_str(), &ipv4.sin_addr) == 1) {
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(port);
    address.length = sizeof(sockaddr_in);
    return address;
  }
  if (::inet_pton(AF_INET6, host.c_str(), &ipv6.sin6_addr) == 1) {
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(port);
    address.length = sizeof(sockaddr_in6);
    return address;
  }
  return std::unexpected(
      Error(code::inputOutput, "http",
            fmt::format("The host \"{}\" must be a numeric address such as 127.0.0.1 or ::1", host)));
}

// Ends idle sessions; the callbacks of their ends may wait, so it runs on a fiber.
class Sweep final : public FiberTask, public std::enable_shared_from_this<Sweep> {
 public:
  Sweep(Loop& loop, security::SessionTable& sessions) : loop_(loop), sessions_(sessions), timer_(loop.context()) {}

  void schedule() {
    if (loop_.stopping()) return;
    timer_.expires_after(sweepInterval);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error && self->loop_.fibers().start(*self)) self->schedule();
    });
  }
  void cancel() { timer_.cancel(); }
  void run() override { sessions_.sweep(coarseNow()); }
  void ended() override { schedule(); }

 private:
  Loop& loop_;
  security::SessionTable& sessions_;
  asio::steady_timer timer_;
};

}  // namespace

class Server::Core {
 public:
  Core(ServerOptions options, Handler handler, security::SessionTable* sessions) {
    context_.options = std::move(options);
    context_.handler = std::move(handler);
    context_.sessions = sessions;
  }

  Result<> start();
  void stop();
  std::uint16_t port() const { return port_; }
  Figures figures() const;

 private:
  using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;

  Result<> listen();
  void waitForClients();
  void accept();
  Loop& nextLoop() { return *loops_[next_++ % loops_.size()]; }

  ServerContext context_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<asio::steady_timer> pause_;
  std::shared_ptr<Sweep> sweep_;
  std::size_t next_ = 0;
  std::atomic<std::uint16_t> port_{0};
};

Result<> Server::Core::start() {
  const ServerOptions& options = context_.options;
  if (options.certificateFile.empty() != options.keyFile.empty()) {
    return std::unexpected(Error(code::inputOutput, "http", "TLS needs both a certificate and its private key"));
  }
  if (!options.certificateFile.empty()) {
    auto tls = TlsContext::load(options.certificateFile, options.keyFile);
    if (!tls) return std::unexpected(tls.error());
    context_.tls = std::move(*tls);
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets without MSG_NOSIGNAL
  }
  const unsigned threads = std::max(1u, options.threads != 0 ? options.threads : std::thread::hardware_concurrency());
  context_.connectionsPerLoop = std::max<std::size_t>(1, options.limits.connections / threads);
  context_.runningPerLoop = std::max<std::size_t>(1, options.limits.runningRequests / threads);
  for (unsigned i = 0; i < threads; ++i) loops_.push_back(std::make_unique<Loop>(context_));
  if (auto listening = listen(); !listening) {
    loops_.clear();
    return listening;
  }
  if (context_.sessions != nullptr) {
    sweep_ = std::make_shared<Sweep>(*loops_.front(), *context_.sessions);
    sweep_->schedule();
  }
  waitForClients();
  for (const auto& loop : loops_) loop->startThread();
  return {};
}

Result<> Server::Core::listen() {
  const ServerOptions& options = context_.options;
  auto address = parseAddress(options.host, options.port);
  if (!address) return std::unexpected(address.error());
  const auto refused = [&](int descriptor) {
    const int reason = errno;
    if (descriptor >= 0) ::close(descriptor);
    return std::unexpected(
        Error(code::inputOutput, "http",
              fmt::format("Cannot listen on {} port {}: {}", options.host, options.port, std::strerror(reason))));
  };
  const bool ipv6 = address->storage.ss_family == AF_INET6;
  const int descriptor = ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return refused(descriptor);
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address->storage), address->length) != 0 ||
      ::listen(descriptor, backlog) != 0) {
    return refused(descriptor);
  }
  Address bound;
  bound.length = sizeof bound.storage;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound.storage), &bound.length);
  port_ = ntohs(ipv6 ? reinterpret_cast<const sockaddr_in6&>(bound.storage).sin6_port
                     : reinterpret_cast<const sockaddr_in&>(bound.storage).sin_port);
  acceptor_ = std::make_unique<Acceptor>(loops_.front()->context());
  acceptor_->assign(ipv6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), descriptor);
  pause_ = std::make_unique<asio::steady_timer>(loops_.front()->context());
  return {};
}

void Server::Core::waitForClients() {
  acceptor_->async_wait(Acceptor::wait_read, [this](const boost::system::error_code& error) {
    if (!error) accept();
  });
}

// One listener deals the connections out in turn: unlike listeners that share a port, it gives every thread as many,
// and a second server on the same port is noticed.
void Server::Core::accept() {
  for (int i = 0; i < acceptedAtOnce; ++i) {
    const int descriptor = ::accept4(acceptor_->native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      Loop& loop = nextLoop();
      if (&loop == loops_.front().get()) {
        loop.adopt(descriptor);
      } else {
        loop.adoptLater(descriptor);
      }
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      pause_->expires_after(pauseWithoutDescriptors);
      pause_->async_wait([this](const boost::system::error_code& error) {
        if (!error) waitForClients();
      });
      return;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
  }
  waitForClients();
}

void Server::Core::stop() {
  if (loops_.empty()) return;
  asio::post(loops_.front()->context(), [this] {
    boost::system::error_code ignored;
    acceptor_->close(ignored);
    pause_->cancel();
    if (sweep_) sweep_->cancel();
  });
  for (const auto& loop : loops_) loop->stopLater();
  for (const auto& loop : loops_) loop->join();
  sweep_.reset();
  pause_.reset();
  acceptor_.reset();
  loops_.clear();
}

Server::Figures Server::Core::figures() const {
  Figures sum;
  for (const auto& loop : loops_) {
    sum.connections += loop->accepted();
    sum.requests += loop->requests();
    sum.open += loop->openConnections();
    sum.running += loop->running();
    sum.parked += loop->parked();
  }
  return sum;
}

Server::Server(ServerOptions options, Handler handler, security::SessionTable* sessions)
    : core_(std::make_unique<Core>(std::move(options), std::move(handler), sessions)) {}

Server::~Server() { stop(); }

Result<> Server::start() { return core_->start(); }
void Server::stop() { core_->stop(); }
std::uint16_t Server::port() const { return core_->port(); }
Server::Figures Server::figures() const { return core_->figures(); }

}  // namespace qodly::http
