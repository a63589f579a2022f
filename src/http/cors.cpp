#include "http/cors.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "http/ascii.h"

namespace qodly::http {

namespace {

constexpr std::array<Method, 8> listable{Method::Get,    Method::Head,    Method::Post,  Method::Put,
                                         Method::Delete, Method::Options, Method::Trace, Method::Patch};

std::uint32_t bit(Method method) { return 1u << static_cast<unsigned>(method); }

Method methodNamed(std::string_view text) {
  const auto* const at =
      std::ranges::find_if(listable, [text](Method method) { return sameToken(name(method), text); });
  return at == listable.end() ? Method::Other : *at;
}

std::uint32_t allMethods() {
  std::uint32_t all = 0;
  for (const Method method : listable) all |= bit(method);
  return all;
}

std::string lowerText(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii::lower(c);
  return out;
}

// '*' stands for any characters; it is allowed once, first ("*.example.org") or last ("10.0.*").
bool matchesHost(std::string_view pattern, std::string_view host) {
  if (pattern.starts_with('*')) {
    const std::string_view tail = pattern.substr(1);
    return host.size() > tail.size() && sameToken(host.substr(host.size() - tail.size()), tail);
  }
  if (pattern.ends_with('*')) {
    const std::string_view begin = pattern.substr(0, pattern.size() - 1);
    return host.size() > begin.size() && sameToken(host.substr(0, begin.size()), begin);
  }
  return sameToken(pattern, host);
}

std::string_view usualPort(std::string_view scheme) { return sameToken(scheme, "https") ? "443" : "80"; }

// "host:port", "[::1]:port": the host with its brackets, and the port.
void splitPort(std::string_view text, std::string_view& host, std::string_view& port) {
  const std::size_t from = text.starts_with('[') ? text.find(']') : 0;
  const std::size_t colon = from == std::string_view::npos ? from : text.find(':', from);
  host = text.substr(0, colon);
  port = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
}

bool isHostPattern(std::string_view host) {
  if (host.empty()) return false;
  const std::size_t star = host.find('*');
  if (star != std::string_view::npos && star != 0 && star != host.size() - 1) return false;
  if (star != host.rfind('*')) return false;
  return host.find_first_of(" /?#@,;\t") == std::string_view::npos;
}

std::string methodNames(std::uint32_t methods) {
  std::string names;
  for (const Method method : listable) {
    if ((methods & bit(method)) == 0) continue;
    if (!names.empty()) names += ", ";
    names += name(method);
  }
  return names;
}

}  // namespace

Result<> CorsRules::add(std::string_view host, std::string_view methods) {
  const auto refused = [](std::string message) {
    return std::unexpected(Error(code::wrongArgument, "http", std::move(message)));
  };
  Entry entry;
  std::string_view rest = trimBlanks(host);
  if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
    entry.scheme = lowerText(rest.substr(0, scheme));
    if (entry.scheme != "http" && entry.scheme != "https")
      return refused(fmt::format("CORSSettings: the scheme of \"{}\" must be http or https", host));
    rest.remove_prefix(scheme + 3);
  }
  std::string_view hostPart, portPart;
  splitPort(rest, hostPart, portPart);
  if (!isHostPattern(hostPart) || portPart.find_first_not_of("0123456789") != std::string_view::npos)
    return refused(
        fmt::format("CORSSettings: \"{}\" must be a host such as shop.example.org, *.example.org, 10.0.* or *, "
                    "with http:// or https:// before it and :port behind it where wanted",
                    host));
  entry.host = lowerText(hostPart);
  entry.port = portPart;
  entry.any = entry.host == "*";
  if (entry.any) entry.host.clear();
  entry.methods = 0;
  for (std::string_view left = methods; !left.empty();) {
    const std::size_t end = left.find(';');
    const std::string_view method = trimBlanks(left.substr(0, end));
    left = end == std::string_view::npos ? std::string_view() : left.substr(end + 1);
    if (method.empty()) continue;
    const Method known = methodNamed(method);
    if (known == Method::Other)
      return refused(
          fmt::format("CORSSettings: \"{}\" of {} is no method; known are GET HEAD POST PUT DELETE OPTIONS "
                      "TRACE PATCH, separated by ;",
                      method, host));
    entry.methods |= bit(known);
  }
  if (entry.methods == 0) entry.methods = allMethods();
  entries_.push_back(std::move(entry));
  return {};
}

bool CorsRules::matches(const Entry& entry, std::string_view scheme, std::string_view host, std::string_view port) {
  if (!entry.scheme.empty() && !sameToken(entry.scheme, scheme)) return false;
  if (!entry.port.empty() && entry.port != port) return false;
  return entry.host.empty() || matchesHost(entry.host, host);
}

CorsRules::Verdict CorsRules::judge(std::string_view text, Method method) const {
  Verdict verdict;
  Origin origin;
  const bool known = Origin::parse(text, origin);
  for (const Entry& entry : entries_) {
    const bool anyAtAll = entry.any && entry.scheme.empty() && entry.port.empty();
    if (!(known ? matches(entry, origin.scheme, origin.host, origin.port) : anyAtAll)) continue;
    verdict.methods |= entry.methods;
    if ((entry.methods & bit(method)) == 0) continue;
    verdict.allowed = true;
    verdict.credentials = verdict.credentials || !entry.any;
  }
  return verdict;
}

bool Origin::parse(std::string_view text, Origin& origin) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return false;
  origin.scheme = text.substr(0, scheme);
  splitPort(text.substr(scheme + 3), origin.host, origin.port);
  if (origin.port.empty()) origin.port = usualPort(origin.scheme);
  return !origin.host.empty() && origin.host.find_first_of("/?#@*") == std::string_view::npos;
}

bool isSameOrigin(const Request& request, std::string_view text) {
  Origin origin;
  if (!Origin::parse(text, origin)) return false;
  const std::string_view scheme = request.tls() ? "https" : "http";
  std::string_view host, port;
  splitPort(request.host(), host, port);
  if (port.empty()) port = usualPort(scheme);
  return sameToken(origin.scheme, scheme) && sameToken(origin.host, host) && origin.port == port;
}

bool answerCors(const CorsRules& rules, Request& request, Response& response) {
  const std::string_view origin = request.header("Origin");
  if (origin.empty() || isSameOrigin(request, origin)) return false;
  const std::string_view asked =
      request.method() == Method::Options ? request.header("Access-Control-Request-Method") : std::string_view();
  const CorsRules::Verdict verdict = rules.judge(origin, asked.empty() ? request.method() : methodNamed(asked));
  if (!verdict.allowed) {
    response.error(403, "This site, or this method of it, is not among the CORS settings of the server", "http");
    response.setHeader("Vary", "Origin");
    return true;
  }
  if (asked.empty()) return false;
  response.setStatus(204);
  response.setHeader("Access-Control-Allow-Methods", methodNames(verdict.methods));
  if (const std::string_view fields = request.header("Access-Control-Request-Headers"); !fields.empty())
    response.setHeader("Access-Control-Allow-Headers", fields);
  response.setHeader("Access-Control-Max-Age", "600");
  addCorsHeaders(rules, request, response);
  return true;
}

void addCorsHeaders(const CorsRules& rules, const Request& request, Response& response) {
  const std::string_view origin = request.header("Origin");
  if (origin.empty() || isSameOrigin(request, origin)) return;
  const std::string_view asked =
      request.method() == Method::Options ? request.header("Access-Control-Request-Method") : std::string_view();
  const CorsRules::Verdict verdict = rules.judge(origin, asked.empty() ? request.method() : methodNamed(asked));
  if (!verdict.allowed) return;
  response.setHeader("Access-Control-Allow-Origin", origin);
  if (verdict.credentials) response.setHeader("Access-Control-Allow-Credentials", "true");
  const std::string vary(response.header("Vary"));
  if (vary.empty()) {
    response.setHeader("Vary", "Origin");
  } else if (vary.find("Origin") == std::string::npos) {
    response.setHeader("Vary", vary + ", Origin");
  }
}

}  // namespace qodly::http
