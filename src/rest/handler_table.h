// HTTPHandlers.json (rest.md 24): which function of the application answers which requests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qodly::rest {

struct RequestHandler {
  std::string singleton, function;
  std::string pattern;  // of a prefix: "/shop/cart", without final slash; else the regular expression
  bool isExpression = false;
  std::vector<std::string> verbs;  // upper case; empty: all

  // A handler of GET answers HEAD too.
  bool takes(std::string_view verb) const;
  bool covers(std::string_view path) const;
};

// Immutable once read: thread-safe.
class HandlerTable {
 public:
  static constexpr std::size_t maximumHandlers = 10'000;

  // Never fails: entries that cannot be used are left out and told in problems(). Comments are tolerated.
  static HandlerTable read(std::string_view text);

  // The first handler whose pattern and verb match; nullptr when there is none, and for the addresses that the server
  // keeps for itself. `path`: decoded, repeated slashes collapsed.
  const RequestHandler* find(std::string_view path, std::string_view verb) const;
  const std::vector<RequestHandler>& handlers() const { return handlers_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::vector<RequestHandler> handlers_;
  std::vector<std::string> problems_;
};

// Whether the path lies in an address space of the server, which handlers never take (rest.md 24.4).
bool isBuiltInSpace(std::string_view path);
// The part of it that belongs to the pages where users log in: /auth, and what the server has below it.
bool isSignInSpace(std::string_view path);

}  // namespace qodly::rest
