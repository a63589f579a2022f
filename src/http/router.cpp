#include <algorithm>

#include "http/server.h"

namespace qodly::http {

namespace {

std::uint32_t bit(Method method) { return 1u << static_cast<unsigned>(method); }

bool covers(std::string_view prefix, std::string_view path) {
  if (!path.starts_with(prefix)) return false;
  return path.size() == prefix.size() || prefix.ends_with('/') || path[prefix.size()] == '/';
}

std::string allowedNames(std::uint32_t methods) {
  std::string names;
  for (unsigned i = 0; i < static_cast<unsigned>(Method::Other); ++i) {
    const auto method = static_cast<Method>(i);
    if ((methods & bit(method)) == 0) continue;
    if (!names.empty()) names += ", ";
    names += name(method);
  }
  return names;
}

}  // namespace

const Router::Methods& Router::usual() {
  static const Methods methods{Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete};
  return methods;
}

void Router::add(std::string prefix, Handler handler, Methods methods) {
  if (prefix.empty()) prefix = "/";
  std::uint32_t bits = 0;
  for (const Method method : methods) bits |= bit(method);
  const auto at =
      std::ranges::find_if(routes_, [&](const Route& route) { return route.prefix.size() < prefix.size(); });
  routes_.insert(at, Route{std::move(prefix), std::move(handler), bits});
}

void Router::operator()(Request& request, Response& response) const {
  if (request.method() == Method::Other) {
    response.error(501, "The method " + std::string(request.methodName()) + " is not known", "http");
    return;
  }
  if (request.path() == "*") {
    response.setStatus(204);
    response.setHeader("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    return;
  }
  const auto route =
      std::ranges::find_if(routes_, [&](const Route& candidate) { return covers(candidate.prefix, request.path()); });
  if (route == routes_.end()) {
    response.error(404, "Nothing is found at " + std::string(request.path()), "http");
    return;
  }
  if ((route->methods & bit(request.method())) != 0) {
    route->handler(request, response);
    return;
  }
  response.setHeader("Allow", allowedNames(route->methods | bit(Method::Options)));
  if (request.method() == Method::Options) {
    response.setStatus(204);
    return;
  }
  response.error(405, "The method " + std::string(request.methodName()) + " is not allowed here", "http");
}

}  // namespace qodly::http
