#include "http/server.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
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

constexpr int backlog = 4096;
constexpr int acceptedAtOnce = 64;
constexpr std::chrono::milliseconds handOverGrace{500};
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
  void stop(bool keepListening);
  std::vector<ListenerOptions> listeners() const;
  void closeListeners();
  Figures figures() const;
  MetricsSum metrics() const;
  void apply(const LiveSettings& live, const std::shared_ptr<AccessLog>& log, const std::shared_ptr<DebugLog>& debug);
  void apply(const std::shared_ptr<const TlsContext>& tls);

 private:
  using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;
  // One listening socket. The descriptor outlives the acceptor when it is handed over.
  struct Listener {
    ListenerOptions options;
    std::unique_ptr<Acceptor> acceptor;
    std::unique_ptr<asio::steady_timer> pause;
  };

  Result<> listen(ListenerOptions options);
  Result<int> bind(ListenerOptions& options) const;
  void waitForClients(Listener& listener);
  void accept(Listener& listener);
  Loop& nextLoop() { return *loops_[next_++ % loops_.size()]; }

  ServerContext context_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  mutable std::mutex addressesMutex_;
  std::vector<ListenerOptions> addresses_;
  std::shared_ptr<Sweep> sweep_;
  std::size_t next_ = 0;
};

Result<> Server::Core::start() {
  ServerOptions& options = context_.options;
  if (options.listeners.empty())
    options.listeners.push_back({.host = options.host, .port = options.port, .tls = !options.tls.certificates.empty()});
  std::shared_ptr<const TlsContext> tls;
  if (std::ranges::any_of(options.listeners, &ListenerOptions::tls)) {
    auto loaded = TlsContext::load(options.tls);
    if (!loaded) return std::unexpected(loaded.error());
    tls = std::move(*loaded);
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets without MSG_NOSIGNAL
  }
  const unsigned threads = std::max(1u, options.threads != 0 ? options.threads : std::thread::hardware_concurrency());
  context_.connectionsPerLoop = std::max<std::size_t>(1, options.limits.connections / threads);
  context_.threads = threads;
  context_.running = [this] { return figures().running; };
  context_.gate.userOf = options.userOf;
  for (unsigned i = 0; i < threads; ++i) loops_.push_back(std::make_unique<Loop>(context_, tls));
  for (ListenerOptions& listener : options.listeners) {
    if (listener.beside) listener.port = listeners_.back()->options.port;
    auto listening = listen(listener);
    if (listening || listener.beside) continue;
    closeListeners();
    loops_.clear();
    return listening;
  }
  if (context_.sessions != nullptr) {
    sweep_ = std::make_shared<Sweep>(*loops_.front(), *context_.sessions);
    sweep_->schedule();
  }
  for (const auto& listener : listeners_) waitForClients(*listener);
  for (const auto& loop : loops_) loop->startThread();
  return {};
}

// A socket bound to the first port that is free; options.port says which.
Result<int> Server::Core::bind(ListenerOptions& options) const {
  int reason = 0;
  const std::uint16_t first = options.port;
  for (unsigned i = 0; i < std::max(1u, options.tries) && first + i <= 65'535; ++i) {
    options.port = static_cast<std::uint16_t>(first + i);
    auto address = parseAddress(options.host, options.port);
    if (!address) return std::unexpected(address.error());
    const int descriptor = ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (descriptor >= 0 &&
        ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address->storage), address->length) == 0 &&
        ::listen(descriptor, backlog) == 0) {
      return descriptor;
    }
    reason = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (reason != EADDRINUSE) break;
  }
  return std::unexpected(
      Error(code::inputOutput, "http",
            fmt::format("Cannot listen on {} port {}: {}", options.host, first, std::strerror(reason))));
}

Result<> Server::Core::listen(ListenerOptions options) {
  if (options.descriptor < 0) {
    auto descriptor = bind(options);
    if (!descriptor) return std::unexpected(descriptor.error());
    options.descriptor = *descriptor;
  } else {
    ::fcntl(options.descriptor, F_SETFL, ::fcntl(options.descriptor, F_GETFL) | O_NONBLOCK);
    ::fcntl(options.descriptor, F_SETFD, FD_CLOEXEC);
  }
  Address bound;
  bound.length = sizeof bound.storage;
  ::getsockname(options.descriptor, reinterpret_cast<sockaddr*>(&bound.storage), &bound.length);
  const bool ipv6 = bound.storage.ss_family == AF_INET6;
  if (!ipv6 && bound.storage.ss_family != AF_INET)
    return std::unexpected(Error(code::inputOutput, "http", "A socket that is handed over must be one of TCP"));
  std::array<char, INET6_ADDRSTRLEN> host{};
  const void* number = ipv6 ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(bound.storage).sin6_addr)
                            : &reinterpret_cast<const sockaddr_in&>(bound.storage).sin_addr;
  if (::inet_ntop(bound.storage.ss_family, number, host.data(), host.size()) != nullptr) options.host = host.data();
  options.port = ntohs(ipv6 ? reinterpret_cast<const sockaddr_in6&>(bound.storage).sin6_port
                            : reinterpret_cast<const sockaddr_in&>(bound.storage).sin_port);
  auto listener = std::make_unique<Listener>();
  asio::io_context& loop = loops_.front()->context();
  listener->acceptor = std::make_unique<Acceptor>(loop);
  listener->acceptor->assign(ipv6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), options.descriptor);
  listener->pause = std::make_unique<asio::steady_timer>(loop);
  listener->options = options;
  listeners_.push_back(std::move(listener));
  std::lock_guard lock(addressesMutex_);
  addresses_.push_back(options);
  return {};
}

std::vector<ListenerOptions> Server::Core::listeners() const {
  std::lock_guard lock(addressesMutex_);
  return addresses_;
}

void Server::Core::closeListeners() { listeners_.clear(); }

void Server::Core::waitForClients(Listener& listener) {
  listener.acceptor->async_wait(Acceptor::wait_read, [this, &listener](const boost::system::error_code& error) {
    if (!error) accept(listener);
  });
}

// One listener deals the connections out in turn: unlike listeners that share a port, it gives every thread as many,
// and a second server on the same port is noticed.
void Server::Core::accept(Listener& listener) {
  for (int i = 0; i < acceptedAtOnce; ++i) {
    const int descriptor =
        ::accept4(listener.acceptor->native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      Loop& loop = nextLoop();
      if (&loop == loops_.front().get()) {
        loop.adopt(descriptor, listener.options.tls);
      } else {
        loop.adoptLater(descriptor, listener.options.tls);
      }
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      listener.pause->expires_after(pauseWithoutDescriptors);
      listener.pause->async_wait([this, &listener](const boost::system::error_code& error) {
        if (!error) waitForClients(listener);
      });
      return;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
  }
  waitForClients(listener);
}

void Server::Core::stop(bool keepListening) {
  if (loops_.empty()) return;
  asio::post(loops_.front()->context(), [this, keepListening] {
    for (const auto& listener : listeners_) {
      boost::system::error_code ignored;
      if (keepListening) {
        listener->acceptor->release(ignored);
      } else {
        listener->acceptor->close(ignored);
      }
      listener->pause->cancel();
    }
    if (sweep_) sweep_->cancel();
  });
  for (const auto& loop : loops_) loop->stopLater(keepListening ? handOverGrace : std::chrono::milliseconds(0));
  for (const auto& loop : loops_) loop->join();
  sweep_.reset();
  listeners_.clear();
  loops_.clear();
}

void Server::Core::apply(const LiveSettings& live, const std::shared_ptr<AccessLog>& log,
                         const std::shared_ptr<DebugLog>& debug) {
  const auto shared = std::make_shared<const LiveSettings>(live);
  for (const auto& loop : loops_) loop->applyLater(shared, log, debug);
}

void Server::Core::apply(const std::shared_ptr<const TlsContext>& tls) {
  for (const auto& loop : loops_) loop->applyLater(tls);
}

MetricsSum Server::Core::metrics() const {
  MetricsSum sum;
  for (const auto& loop : loops_) sum.add(std::as_const(*loop).counters());
  const Figures now = figures();
  sum.connections = now.connections;
  sum.requests = now.requests;
  sum.open = now.open;
  sum.running = now.running;
  sum.parked = now.parked;
  return sum;
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
void Server::stop() { core_->stop(false); }
std::uint16_t Server::port() const {
  const auto listening = core_->listeners();
  return listening.empty() ? 0 : listening.front().port;
}
std::vector<ListenerOptions> Server::listeners() const { return core_->listeners(); }
std::vector<ListenerOptions> Server::handOver() {
  core_->stop(true);
  return core_->listeners();
}
void Server::apply(const LiveSettings& live, std::shared_ptr<AccessLog> log, std::shared_ptr<DebugLog> debug) {
  core_->apply(live, log, debug);
}
void Server::apply(std::shared_ptr<const TlsContext> tls) { core_->apply(tls); }
MetricsSum Server::metrics() const { return core_->metrics(); }
Server::Figures Server::figures() const { return core_->figures(); }

}  // namespace qodly::http
