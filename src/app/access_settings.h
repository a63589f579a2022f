// Who may reach an environment where (admin.md 7): the member "access" of <instance>/env.json.
//
//   { "access": { "publicAccess": true, "authHost": "app.example", "publicHost": "www.example", "apiHost":
//   "api.example",
//                 "baseUrl": "https://app.example" } }
//
// Hosts are host names (at any port), with a port (at that one), or a port alone; absent: that mode has no host of its
// own.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "security/instance.h"

namespace qodly::app {

enum class AccessMode : unsigned char { Single, Authenticated, Public, Api };

struct AccessSettings {
  bool publicAccess = true;  // default in single-project mode
  std::string authHost, publicHost, apiHost;
  bool validatesAddress = false;  // http.sessionIPAddressValidation: a session is of the address that began it
  std::string baseUrl;            // how the application is reached from outside; "" : by the address it listens on

  // Of a request's Host header; Single when it is none of the hosts.
  AccessMode modeOf(std::string_view host) const;
};

// A missing file or member gives the default. Error: what is wrong.
Result<AccessSettings> readAccessSettings(const security::Instance& instance);

}  // namespace qodly::app
