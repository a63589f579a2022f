// What an OpenID provider tells of itself: the discovery document and its keys, each kept for an hour.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.h"
#include "security/fetch.h"
#include "security/jwk.h"
#include "security/oidc_settings.h"

namespace qodly::security {

struct OidcEndpoints {
  std::string authorization, token, keys;
  std::string userinfo, endSession;  // "": none
  bool basic = true, post = false;   // ways in which the client may name itself to the token endpoint
  bool answersNameIssuer = false;    // RFC 9207: the callback always carries "iss"
};

// Thread-safe; one thread fetches, the others wait for it. A failed attempt is not repeated for some seconds.
class OidcMetadata {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  OidcMetadata(const OidcSettings& settings, Fetch fetch, Clock clock = {})
      : settings_(settings),
        fetch_(std::move(fetch)),
        clock_(clock ? std::move(clock) : Clock(std::chrono::steady_clock::now)) {}

  // Error: the provider does not answer, or tells something that cannot be: another issuer, URLs without TLS.
  Result<OidcEndpoints> endpoints();
  // The keys that signatures are checked with. `unknownKey`: a signature named a key that was not among them; they are
  // then fetched again, at most once a minute.
  Result<std::shared_ptr<const JsonWebKeySet>> keys(bool unknownKey = false);

 private:
  using Time = std::chrono::steady_clock::time_point;
  Result<OidcEndpoints> endpointsLocked();
  Result<OidcEndpoints> discover() const;
  Result<std::shared_ptr<const JsonWebKeySet>> fetchKeys(const std::string& url) const;
  Result<std::string> get(const std::string& url, std::size_t maximum) const;

  const OidcSettings& settings_;
  Fetch fetch_;
  Clock clock_;
  std::mutex mutex_;  // guards what follows, also while fetching
  std::optional<OidcEndpoints> endpoints_;
  Time discovered_{};
  std::shared_ptr<const JsonWebKeySet> keys_;
  Time keysFetched_{};
  std::optional<Time> asked_;  // when an unknown key made the keys be fetched again
  struct Failure {
    Error error;
    Time at;
  };
  std::optional<Failure> discoveryFailure_, keysFailure_;
};

}  // namespace qodly::security
