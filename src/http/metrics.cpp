#include "http/metrics.h"

#include <algorithm>

#include <fmt/format.h>

namespace qodly::http {

namespace {

void appendHead(std::string_view name, std::string_view type, std::string_view help, std::string& out) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void appendCount(std::string_view name, std::string_view type, std::string_view help, std::uint64_t value,
                 std::string& out) {
  appendHead(name, type, help, out);
  fmt::format_to(std::back_inserter(out), "{} {}\n", name, value);
}

}  // namespace

void LoopCounters::took(std::chrono::microseconds duration) {
  const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count()));
  const auto* const at = std::ranges::lower_bound(bounds, micros);
  durations[static_cast<std::size_t>(at - bounds.begin())].add();
  durationMicroseconds.add(micros);
}

void MetricsSum::add(const LoopCounters& counters) {
  for (std::size_t i = 0; i < statuses.size(); ++i) statuses[i] += counters.statuses[i].value();
  for (std::size_t i = 0; i < durations.size(); ++i) durations[i] += counters.durations[i].value();
  durationMicroseconds += counters.durationMicroseconds.value();
  bytesSent += counters.bytesSent.value();
  bytesReceived += counters.bytesReceived.value();
  refused += counters.refused.value();
  limited += counters.limited.value();
  handshakes += counters.handshakes.value();
  handshakeFailures += counters.handshakeFailures.value();
  streams += counters.streams.value();
  webSockets += counters.webSockets.value();
  http2Connections += counters.http2Connections.value();
  http2Resets += counters.http2Resets.value();
}

void MetricsSum::write(std::string& out) const {
  appendHead("qodly_http_responses_total", "counter", "Answers by class of status.", out);
  for (std::size_t i = 0; i < statuses.size(); ++i)
    fmt::format_to(std::back_inserter(out), "qodly_http_responses_total{{class=\"{}xx\"}} {}\n", i + 1, statuses[i]);
  appendHead("qodly_http_request_duration_seconds", "histogram", "From the last byte of a request to its answer.", out);
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < LoopCounters::bounds.size(); ++i) {
    below += durations[i];
    fmt::format_to(std::back_inserter(out), "qodly_http_request_duration_seconds_bucket{{le=\"{}\"}} {}\n",
                   static_cast<double>(LoopCounters::bounds[i]) / 1e6, below);
  }
  below += durations.back();
  fmt::format_to(std::back_inserter(out),
                 "qodly_http_request_duration_seconds_bucket{{le=\"+Inf\"}} {}\n"
                 "qodly_http_request_duration_seconds_sum {:.6f}\nqodly_http_request_duration_seconds_count {}\n",
                 below, static_cast<double>(durationMicroseconds) / 1e6, below);
  const auto counter = [&out](std::string_view name, std::string_view help, std::uint64_t value) {
    appendCount(name, "counter", help, value, out);
  };
  const auto gauge = [&out](std::string_view name, std::string_view help, std::uint64_t value) {
    appendCount(name, "gauge", help, value, out);
  };
  counter("qodly_http_requests_total", "Requests taken.", requests);
  counter("qodly_http_refused_total", "Requests refused before a handler saw them.", refused);
  counter("qodly_http_rate_limited_total", "Requests answered 429.", limited);
  counter("qodly_http_sent_bytes_total", "Bytes sent to clients.", bytesSent);
  counter("qodly_http_received_bytes_total", "Bytes received from clients.", bytesReceived);
  counter("qodly_http_connections_total", "Connections accepted.", connections);
  counter("qodly_http_streams_total", "Answers that stayed open.", streams);
  counter("qodly_http_websockets_total", "WebSockets opened.", webSockets);
  counter("qodly_http2_connections_total", "Connections that spoke HTTP/2.", http2Connections);
  counter("qodly_http2_resets_total", "HTTP/2 streams that clients reset.", http2Resets);
  counter("qodly_tls_handshakes_total", "TLS handshakes completed.", handshakes);
  counter("qodly_tls_handshake_failures_total", "TLS handshakes that failed.", handshakeFailures);
  gauge("qodly_http_connections_open", "Connections open now.", open);
  gauge("qodly_http_requests_running", "Requests that run now, waiting ones included.", running);
  gauge("qodly_http_requests_waiting", "Requests that wait for something now.", parked);
}

void appendMetric(std::string_view name, std::string_view type, std::string_view help, double value, std::string& out) {
  appendHead(name, type, help, out);
  fmt::format_to(std::back_inserter(out), "{} {}\n", name, value);
}

}  // namespace qodly::http
