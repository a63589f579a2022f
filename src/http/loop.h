// One thread of the server: its I/O context, its connections, and the pools they share without locks.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/answer_writer.h"
#include "http/connection.h"
#include "http/deadline_wheel.h"
#include "http/fiber.h"
#include "http/gate.h"
#include "http/server.h"
#include "http/transport.h"

namespace qodly::http {

// What every thread shares; constant while the server runs.
struct ServerContext {
  ServerOptions options;
  Handler handler;
  security::SessionTable* sessions = nullptr;
  std::size_t connectionsPerLoop = 0;
  std::size_t threads = 1;
  std::function<std::size_t()> running;  // requests of all threads
  mutable GateShared gate;               // thread-safe
};

class Loop {
 public:
  Loop(const ServerContext& server, std::shared_ptr<const TlsContext> tls);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context& context() { return context_; }
  void startThread();
  void join();
  // Any thread: takes over an accepted, non-blocking descriptor.
  void adoptLater(int descriptor, bool tls);
  // Any thread: settings and certificates for what begins later.
  void applyLater(std::shared_ptr<const LiveSettings> live, std::shared_ptr<AccessLog> log,
                  std::shared_ptr<DebugLog> debug);
  void applyLater(std::shared_ptr<const TlsContext> tls);
  // Any thread: ends run() when the last request is answered. grace: how long connections without a request stay.
  void stopLater(std::chrono::milliseconds grace);

  // The loop's own thread only, from here on.
  void adopt(int descriptor, bool tls);
  void apply(std::shared_ptr<const LiveSettings> live, std::shared_ptr<AccessLog> log, std::shared_ptr<DebugLog> debug);
  Gate& gate() { return gate_; }
  LoopCounters& counters() { return counters_; }
  const std::shared_ptr<const TlsContext>& tls() const { return tls_; }
  void remove(Connection& connection);
  const ServerContext& server() const { return server_; }
  FiberPool& fibers() { return fibers_; }
  DeadlineWheel& deadlines() { return deadlines_; }
  AnswerWriter& answers() { return answers_; }
  bool stopping() const { return stopping_; }
  std::unique_ptr<Exchange> acquireExchange();
  void releaseExchange(std::unique_ptr<Exchange> exchange);
  // Runs work that may wait on a fiber. True: it has ended already; false: it waits, and `later` follows its end. What
  // it throws is logged. Counts as a running request, without a limit.
  bool spawn(std::function<void()> work, std::function<void()> later = {});
  // False when too many requests run already.
  bool beginRequest();
  void endRequest();

  // Any thread.
  std::uint64_t accepted() const { return accepted_.load(std::memory_order_relaxed); }
  std::uint64_t requests() const { return requests_.load(std::memory_order_relaxed); }
  std::size_t openConnections() const { return open_.load(std::memory_order_relaxed); }
  std::size_t running() const { return running_.load(std::memory_order_relaxed); }
  std::size_t parked() const { return fibers_.parked(); }
  const LoopCounters& counters() const { return counters_; }

 private:
  class Job;
  void tick();
  void beginStop(std::chrono::milliseconds grace);
  void endIfIdle();

  const ServerContext& server_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer tickTimer_, stopTimer_;
  FiberPool fibers_;
  DeadlineWheel deadlines_;
  AnswerWriter answers_;
  LoopCounters counters_;
  Gate gate_;
  std::shared_ptr<const TlsContext> tls_;
  std::vector<std::unique_ptr<Exchange>> idleExchanges_;
  std::vector<std::shared_ptr<Connection>> connections_;
  bool stopping_ = false, ticking_ = false;
  std::chrono::milliseconds grace_{0};
  // Written by the loop's thread only.
  std::atomic<std::uint64_t> accepted_{0}, requests_{0};
  std::atomic<std::size_t> open_{0}, running_{0};
  std::thread thread_;
};

}  // namespace qodly::http
