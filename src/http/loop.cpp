#include "http/loop.h"

#include <arpa/inet.h>
#include <boost/asio/post.hpp>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

namespace qodly::http {

namespace {

namespace asio = boost::asio;

constexpr std::size_t idleExchangesKept = 32;
constexpr std::size_t bufferKept = 64 * 1024;

// Only the loop's thread writes: no locked instruction is needed.
template <class T>
void add(std::atomic<T>& counter, T difference) {
  counter.store(counter.load(std::memory_order_relaxed) + difference, std::memory_order_relaxed);
}

AnswerOptions answerOptions(const ServerOptions& options, const LiveSettings& live) {
  return {options.serverName, live.compression, live.compressionLevel, live.compressionThreshold};
}

struct Peer {
  std::string address;
  bool isIpv6 = false;
};

Peer peerOf(int descriptor) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return {};
  if (storage.ss_family == AF_INET6) {
    const auto& address = reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr;
    ::inet_ntop(AF_INET6, &address, text.data(), text.size());
    const std::string_view written(text.data());
    constexpr std::string_view mapped = "::ffff:";  // an IPv4 client of an IPv6 listener
    return {std::string(IN6_IS_ADDR_V4MAPPED(&address) ? written.substr(mapped.size()) : written), true};
  }
  ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(storage).sin_addr, text.data(), text.size());
  return {text.data(), false};
}

}  // namespace

Loop::Loop(const ServerContext& server, std::shared_ptr<const TlsContext> tls)
    : server_(server),
      context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),
      work_(asio::make_work_guard(context_)),
      tickTimer_(context_),
      stopTimer_(context_),
      fibers_([this] { asio::post(context_, [this] { fibers_.resumeReady(); }); }),
      answers_(answerOptions(server.options, server.options.live)),
      gate_(server.gate, counters_),
      tls_(std::move(tls)) {
  gate_.apply(std::make_shared<const LiveSettings>(server.options.live), nullptr, nullptr);
}

void Loop::apply(std::shared_ptr<const LiveSettings> live, std::shared_ptr<AccessLog> log,
                 std::shared_ptr<DebugLog> debug) {
  answers_.apply(answerOptions(server_.options, *live));
  gate_.apply(std::move(live), std::move(log), std::move(debug));
}

void Loop::applyLater(std::shared_ptr<const LiveSettings> live, std::shared_ptr<AccessLog> log,
                      std::shared_ptr<DebugLog> debug) {
  asio::post(context_, [this, live = std::move(live), log = std::move(log), debug = std::move(debug)] {
    apply(live, log, debug);
  });
}

void Loop::applyLater(std::shared_ptr<const TlsContext> tls) {
  asio::post(context_, [this, tls = std::move(tls)] { tls_ = tls; });
}

void Loop::startThread() {
  thread_ = std::thread([this] { context_.run(); });
}

void Loop::join() {
  if (thread_.joinable()) thread_.join();
}

void Loop::adoptLater(int descriptor, bool tls) {
  asio::post(context_, [this, descriptor, tls] { adopt(descriptor, tls); });
}

void Loop::stopLater(std::chrono::milliseconds grace) {
  asio::post(context_, [this, grace] { beginStop(grace); });
}

void Loop::adopt(int descriptor, bool tls) {
  const bool refuses = stopping_ && grace_.count() == 0;
  if (refuses || connections_.size() >= server_.connectionsPerLoop) {
    constexpr std::string_view busy =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
    if (!tls) (void)::send(descriptor, busy.data(), busy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::close(descriptor);
    return;
  }
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Peer peer = peerOf(descriptor);
  std::uint64_t counted = 0;
  if (const std::size_t most = gate_.live().connectionsPerAddress; most > 0) {
    const auto address = IpAddress::parse(peer.address);
    counted = address ? clientNumber(*address) | 1 : 0;
    if (counted != 0 && !server_.gate.connections.enter(counted, most)) {
      counters_.limited.add();
      ::close(descriptor);
      return;
    }
  }
  const auto protocol = peer.isIpv6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
  Connection::Socket socket(context_);
  boost::system::error_code error;
  socket.assign(protocol, descriptor, error);
  if (error) {
    ::close(descriptor);
    return;
  }
  auto connection = std::make_shared<Connection>(*this, std::move(socket), std::move(peer.address), tls);
  connection->countedAddress = counted;
  connection->index = connections_.size();
  connections_.push_back(connection);
  add<std::uint64_t>(accepted_, 1);
  open_.store(connections_.size(), std::memory_order_relaxed);
  if (!ticking_) tick();
  connection->start();
  if (stopping_) connection->stop(grace_);
}

void Loop::remove(Connection& connection) {
  if (connection.countedAddress != 0) server_.gate.connections.leave(connection.countedAddress);
  const std::size_t index = connection.index;
  connections_[index] = std::move(connections_.back());
  connections_[index]->index = index;
  connections_.pop_back();
  open_.store(connections_.size(), std::memory_order_relaxed);
  endIfIdle();
}

// The clock only runs while there are connections: an idle server never wakes.
void Loop::tick() {
  deadlines_.advance(DeadlineWheel::Clock::now());
  ticking_ = !connections_.empty();
  if (!ticking_) return;
  tickTimer_.expires_after(DeadlineWheel::tick);
  tickTimer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

void Loop::beginStop(std::chrono::milliseconds grace) {
  stopping_ = true;
  grace_ = grace;
  const auto open = connections_;
  for (const auto& connection : open) connection->stop(grace);
  stopTimer_.expires_after(server_.options.limits.stopTimeout);
  stopTimer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    const auto late = connections_;
    for (const auto& connection : late) connection->close();
  });
  endIfIdle();
}

void Loop::endIfIdle() {
  if (!stopping_ || !connections_.empty() || running() != 0) return;
  stopTimer_.cancel();
  tickTimer_.cancel();
  work_.reset();
}

std::unique_ptr<Exchange> Loop::acquireExchange() {
  std::unique_ptr<Exchange> exchange;
  if (idleExchanges_.empty()) {
    exchange = std::make_unique<Exchange>(server_.options.limits);
  } else {
    exchange = std::move(idleExchanges_.back());
    idleExchanges_.pop_back();
  }
  exchange->reader.setMaximumBody(gate_.live().bodyBytes);
  return exchange;
}

void Loop::releaseExchange(std::unique_ptr<Exchange> exchange) {
  if (idleExchanges_.size() >= idleExchangesKept || exchange->reader.input().capacity() > bufferKept) return;
  idleExchanges_.push_back(std::move(exchange));
}

class Loop::Job final : public FiberTask {
 public:
  Job(Loop& loop, std::function<void()> work, std::function<void()> later)
      : loop_(loop), work_(std::move(work)), later_(std::move(later)) {}

  void run() override {
    try {
      work_();
    } catch (const std::exception& exception) {
      spdlog::error("A callback of a connection: {}", exception.what());
    }
    work_ = nullptr;
  }
  void ended() override {
    const std::unique_ptr<Job> self(this);
    loop_.endRequest();
    if (later_) later_();
  }

 private:
  Loop& loop_;
  std::function<void()> work_, later_;
};

bool Loop::spawn(std::function<void()> work, std::function<void()> later) {
  auto job = std::make_unique<Job>(*this, std::move(work), std::move(later));
  add<std::size_t>(running_, 1);
  if (!fibers_.start(*job)) {
    (void)job.release();  // ended() deletes it
    return false;
  }
  endRequest();
  return true;
}

bool Loop::beginRequest() {
  add<std::uint64_t>(requests_, 1);
  // The sum over all threads is only asked for when this one has its share.
  const std::size_t most = gate_.live().runningRequests;
  if (running() >= std::max<std::size_t>(1, most / server_.threads) && server_.running() >= most) return false;
  add<std::size_t>(running_, 1);
  return true;
}

void Loop::endRequest() {
  running_.store(running() - 1, std::memory_order_relaxed);
  if (stopping_) endIfIdle();
}

}  // namespace qodly::http
