#include "http/gate.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "http/ascii.h"

namespace qodly::http {

namespace {

constexpr std::size_t longestId = 128;
constexpr std::size_t mostHops = 32;

std::int64_t steadyNanos() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

bool isId(std::string_view text) {
  if (text.empty() || text.size() > longestId) return false;
  return std::ranges::all_of(text, [](char c) {
    const char small = ascii::lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

// Every value of a repeated field, in order, as one list.
std::string joined(const Request& request, std::string_view name) {
  std::string all;
  for (const Header& header : request.headers()) {
    if (!sameToken(header.name, name)) continue;
    if (!all.empty()) all += ',';
    all += header.value;
  }
  return all;
}

// "1.2.3.4", "1.2.3.4:80", "[::1]:80", "\"[::1]\""
std::optional<IpAddress> hopAddress(std::string_view text) {
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  if (text.starts_with('[')) return IpAddress::parse(text.substr(0, text.find(']') + 1));
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos && colon == text.rfind(':'))
    text = text.substr(0, colon);
  return IpAddress::parse(text);
}

// What the last proxies say about their clients, nearest last.
struct Hop {
  std::string_view address, proto, host;
};

// RFC 7239: for=192.0.2.43;proto=https, for="[2001:db8::1]"
std::vector<Hop> forwardedHops(std::string_view list) {
  std::vector<Hop> hops;
  forEachElement(list, [&hops](std::string_view element) {
    Hop hop;
    while (!element.empty()) {
      const std::size_t end = element.find(';');
      const std::string_view pair = trimBlanks(element.substr(0, end));
      element = end == std::string_view::npos ? std::string_view() : element.substr(end + 1);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string_view name = pair.substr(0, equals);
      std::string_view value = pair.substr(equals + 1);
      if (value.size() > 1 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
      if (sameToken(name, "for")) hop.address = value;
      if (sameToken(name, "proto")) hop.proto = value;
      if (sameToken(name, "host")) hop.host = value;
    }
    hops.push_back(hop);
  });
  return hops;
}

std::string_view lastElement(std::string_view list) {
  std::string_view last;
  forEachElement(list, [&last](std::string_view element) { last = element; });
  return last;
}

bool isHostText(std::string_view host) {
  return !host.empty() && host.size() <= 255 && host.find_first_of(" \t/\\@?#,") == std::string_view::npos;
}

}  // namespace

Gate::Gate(GateShared& shared, LoopCounters& counters)
    : shared_(shared), counters_(counters), live_(std::make_shared<const LiveSettings>()) {
  std::uint64_t random = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&random), sizeof random);
  idPrefix_ = fmt::format("{:016x}-", random);
}

void Gate::apply(std::shared_ptr<const LiveSettings> live, std::shared_ptr<AccessLog> log,
                 std::shared_ptr<DebugLog> debug) {
  live_ = std::move(live);
  log_ = std::move(log);
  debug_ = std::move(debug);
  timed_ = live_->serverTiming || live_->metrics || log_ != nullptr;
  makesIds_ = live_->requestIds || log_ != nullptr || debug_ != nullptr;
  everProxied_ = everProxied_ || !live_->trustedProxies.empty();
  limited_ = live_->ratePerAddress.on() || live_->ratePerSession.on();
}

bool Gate::enter(Request& request, Response& response, const Framing& framing) {
  if (timed_) request.startedNanos_ = steadyNanos();
  if (makesIds_ || !framing.requestId.empty()) {
    takeId(request, framing.requestId);
  } else {
    request.id_.clear();
  }
  if (live_->redirectToHttps && redirect(request, response)) return true;
  if (limited_ && limit(request, response)) return true;
  if (live_->corsEnabled && answerCors(live_->cors, request, response)) return true;
  if (request.method() != Method::Trace) return false;
  trace(request, response);
  return true;
}

// The address is the last one that no trusted proxy wrote: whatever stands before it a client could have made up.
void Gate::readProxy(Request& request, const std::string& peer) const {
  request.remoteAddress_ = peer;
  const auto direct = IpAddress::parse(peer);
  if (!direct || !live_->trustedProxies.contains(*direct)) return;
  const std::string forwarded = joined(request, "Forwarded");
  const std::string addresses = forwarded.empty() ? joined(request, "X-Forwarded-For") : std::string();
  std::vector<Hop> hops = forwardedHops(forwarded);
  forEachElement(addresses, [&hops](std::string_view element) { hops.push_back({element, {}, {}}); });
  std::string_view proto = forwarded.empty() ? lastElement(request.header("X-Forwarded-Proto")) : std::string_view();
  std::string_view host = forwarded.empty() ? lastElement(request.header("X-Forwarded-Host")) : std::string_view();
  std::size_t seen = 0;
  for (auto hop = hops.rbegin(); hop != hops.rend() && seen < mostHops; ++hop, ++seen) {
    if (!hop->proto.empty()) proto = hop->proto;
    if (!hop->host.empty()) host = hop->host;
    const auto address = hopAddress(hop->address);
    if (!address) break;
    request.remoteAddress_ = address->text();
    if (!live_->trustedProxies.contains(*address)) break;
  }
  if (sameToken(proto, "https")) request.tls_ = true;
  if (sameToken(proto, "http")) request.tls_ = false;
  // Views must outlive the request's handler: only a header's own text does.
  for (const Header& header : request.headers()) {
    const std::size_t at = header.value.find(host);
    if (isHostText(host) && at != std::string_view::npos &&
        (sameToken(header.name, "Forwarded") || sameToken(header.name, "X-Forwarded-Host"))) {
      request.host_ = header.value.substr(at, host.size());
      break;
    }
  }
}

void Gate::takeId(Request& request, std::string_view brought) {
  if (isId(brought)) {
    request.id_ = brought;
    return;
  }
  if (!makesIds_) {
    request.id_.clear();
    return;
  }
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), ++idNumber_).ptr;
  request.id_.assign(idPrefix_).append(digits.data(), end);
}

bool Gate::redirect(const Request& request, Response& response) const {
  if (request.tls() || request.path() == "/healthz" || request.path().starts_with("/.well-known/")) return false;
  std::string_view host = request.host();
  const std::size_t colon = host.starts_with('[') ? host.find(':', host.find(']')) : host.find(':');
  host = host.substr(0, colon);
  if (host.empty()) return false;
  std::string location = fmt::format("https://{}", host);
  if (live_->httpsPort != 443 && live_->httpsPort != 0)
    fmt::format_to(std::back_inserter(location), ":{}", live_->httpsPort);
  response.redirect(308, location.append(request.target()));
  return true;
}

bool Gate::limit(Request& request, Response& response) {
  const auto now = RateLimiter::Clock::now();
  unsigned wait = 0;
  if (live_->ratePerAddress.on()) {
    if (const auto address = IpAddress::parse(request.remoteAddress()))
      wait = shared_.addresses.take(clientNumber(*address), live_->ratePerAddress, now);
  }
  if (wait == 0 && live_->ratePerSession.on()) {
    // A guest that has stored nothing has no session here: its cookies stand for it.
    const auto session = request.visit_.known();
    const std::string_view who = session ? std::string_view(session->id()) : request.header("Cookie");
    if (!who.empty()) wait = shared_.sessions.take(clientNumber(who), live_->ratePerSession, now);
  }
  if (wait == 0) return false;
  counters_.limited.add();
  response.error(429, fmt::format("Too many requests; try again in {} s", wait), "http");
  response.setHeader("Retry-After", std::to_string(wait));
  return true;
}

// The request as it arrived, without what must not leave it (RFC 9110 9.3.8).
void Gate::trace(const Request& request, Response& response) const {
  if (!live_->trace) {
    response.error(405, "The method TRACE is not allowed here", "http");
    response.setHeader("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    return;
  }
  response.setContentType("message/http");
  std::string& out = response.body();
  out.assign("TRACE ").append(request.target()).append(" HTTP/1.1\r\n");
  for (const Header& header : request.headers()) {
    if (sameToken(header.name, "Cookie") || sameToken(header.name, "Authorization")) continue;
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  out.append("\r\n").append(request.body());
}

void Gate::dress(Request& request, Response& response) {
  if (!request.id_.empty()) response.setHeader("X-Request-Id", request.id_);
  if (live_->hsts && request.tls())
    response.setHeader("Strict-Transport-Security", fmt::format("max-age={}", live_->hstsMaxAge));
  if (live_->corsEnabled) addCorsHeaders(live_->cors, request, response);
  if (live_->serverTiming) {
    response.addTiming("total", std::chrono::microseconds((steadyNanos() - request.startedNanos_) / 1000));
    response.setHeader("Server-Timing", response.timings_);
  }
}

void Gate::leave(Request& request, const Response& response, std::uint64_t bytes, std::uint64_t connection) {
  counters_.answered(response.status());
  if (timed_) {
    const std::chrono::microseconds duration((steadyNanos() - request.startedNanos_) / 1000);
    if (live_->metrics) counters_.took(duration);
    if (log_) {
      std::string user;
      if (shared_.userOf) {
        if (const auto session = request.visit_.known()) user = shared_.userOf(*session);
      }
      log_->record(request, {.status = response.status(),
                             .bytesSent = bytes,
                             .bytesReceived = request.body().size(),
                             .duration = duration,
                             .user = user,
                             .connection = connection});
    }
  }
  if (debug_) debug_->record(request, response, connection);
}

}  // namespace qodly::http
