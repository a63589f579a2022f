// What a thread of the server counts, and the page of all of them for Prometheus (text format 0.0.4).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace qodly::http {

// Written by one thread, readable from any.
class Counter {
 public:
  void add(std::uint64_t count = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct LoopCounters {
  // Upper bounds in microseconds of the time a request takes; the last bucket has none.
  static constexpr std::array<std::uint64_t, 13> bounds{100,    250,    500,     1'000,   2'500,     5'000,     10'000,
                                                        25'000, 50'000, 100'000, 500'000, 1'000'000, 10'000'000};

  std::array<Counter, 5> statuses;  // 1xx - 5xx
  std::array<Counter, bounds.size() + 1> durations;
  Counter durationMicroseconds, bytesSent, bytesReceived, refused, limited, handshakes, handshakeFailures, streams,
      webSockets, http2Connections, http2Resets;

  void answered(int status) {
    const auto kind = static_cast<std::size_t>(status / 100);
    if (kind >= 1 && kind <= statuses.size()) statuses[kind - 1].add();
  }
  void took(std::chrono::microseconds duration);
};

struct MetricsSum {
  std::array<std::uint64_t, 5> statuses{};
  std::array<std::uint64_t, LoopCounters::bounds.size() + 1> durations{};
  std::uint64_t durationMicroseconds = 0, bytesSent = 0, bytesReceived = 0, refused = 0, limited = 0, handshakes = 0,
                handshakeFailures = 0, streams = 0, webSockets = 0, http2Connections = 0, http2Resets = 0;
  std::uint64_t connections = 0, requests = 0, open = 0, running = 0, parked = 0;

  void add(const LoopCounters& counters);
  // Appends "# HELP ... # TYPE ... qodly_http_requests_total ..." and so on.
  void write(std::string& out) const;
};

// One metric without labels. type: "counter" or "gauge".
void appendMetric(std::string_view name, std::string_view type, std::string_view help, double value, std::string& out);

}  // namespace qodly::http
