// Which other sites may call from a browser (rest.md 23, admin.md 12.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"

namespace qodly::http {

class CorsRules {
 public:
  // host: "*", "shop.example.org", "*.example.org", "10.0.*", each with optional scheme ("http://") and port (":8443").
  // methods: "get;post"; "" for all. Error: what is wrong with either.
  Result<> add(std::string_view host, std::string_view methods);
  bool empty() const { return entries_.empty(); }

  struct Verdict {
    bool allowed = false;
    bool credentials = false;   // the entry names the site
    std::uint32_t methods = 0;  // that the matching entries allow; bit = Method
  };
  // Of an Origin header, for one method.
  Verdict judge(std::string_view origin, Method method) const;

 private:
  struct Entry {
    std::string scheme, host, port;  // "" for any
    std::uint32_t methods;
    bool any = false;
  };
  static bool matches(const Entry& entry, std::string_view scheme, std::string_view host, std::string_view port);
  std::vector<Entry> entries_;
};

// "https://a.example:8443" taken apart; the port is that of the scheme when none is written. False for "null" and
// anything malformed.
struct Origin {
  std::string_view scheme, host, port;
  static bool parse(std::string_view text, Origin& origin);
};

// Whether the Origin of the request names the server itself, as the request addresses it.
bool isSameOrigin(const Request& request, std::string_view origin);

// A request with an Origin that is not the server's own: true when it is answered (preflight, refusal).
bool answerCors(const CorsRules& rules, Request& request, Response& response);
// The headers of an answer to it.
void addCorsHeaders(const CorsRules& rules, const Request& request, Response& response);

}  // namespace qodly::http
