#include "rest/origin.h"

#include <fmt/format.h>

#include "base/text.h"
#include "rest/errors.h"

namespace qodly::rest {

namespace {

// host[:port] of an origin or of the address of a page.
std::string_view hostOf(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos) return origin;
  const std::string_view rest = origin.substr(scheme + 3);
  return rest.substr(0, rest.find('/'));
}

bool changesSomething(const Call& call) {
  if (!call.request.isRead()) return call.request.method() != http::Method::Options;
  // A WebSocket is not bound to its origin by the browser.
  if (call.request.hasHeader("Upgrade") || call.parameters.has(Parameter::lock)) return true;
  const auto& segments = call.address.segments;
  const bool logsOut =
      call.address.service == "$directory" && !segments.empty() && std::string_view(segments.front()) == "logout";
  return logsOut || call.method() == CallMethod::remove || call.method() == CallMethod::release;
}

bool carriesSession(const Call& call) {
  const std::string_view cookies = call.request.header("Cookie");
  // QAUTH_: of a sign-in, which begins a session by itself.
  return cookies.contains(call.services.sessions.cookieName()) || cookies.contains("WASID") ||
         cookies.contains("QAUTH_");
}

// The page of another site that asks, when it may not; "" when nothing speaks against the request.
std::string_view foreignSite(const Call& call) {
  std::string_view origin = call.request.header("Origin");
  if (origin.empty()) origin = call.request.header("Referer");
  if (origin.empty()) {
    // A browser can be told to leave out both, but not this; other clients send none of them.
    const std::string_view site = call.request.header("Sec-Fetch-Site");
    return site.empty() || site == "same-origin" || site == "none" ? std::string_view() : "another site";
  }
  if (equalsIgnoringAsciiCase(hostOf(origin), call.request.host())) return {};
  const auto& allowed = call.services.options.originAllowed;
  return allowed && allowed(origin, call.request.methodName()) ? std::string_view() : hostOf(origin);
}

}  // namespace

Result<> checkOrigin(const Call& call) {
  if (!changesSomething(call) || !carriesSession(call)) return {};
  const std::string_view site = foreignSite(call);
  if (site.empty()) return {};
  return std::unexpected(refused(
      403, fmt::format("A page of {} may not send {} requests to this server", site, call.request.methodName())));
}

Result<> checkRestOrigin(const Call& call) {
  if (call.request.hasHeader("api-key")) return {};
  if (auto allowed = checkOrigin(call); !allowed) return allowed;
  if (changesSomething(call) && !foreignSite(call).empty()) call.request.visit().use(nullptr, false);
  return {};
}

}  // namespace qodly::rest
