// Sign-in at an OpenID provider (admin.md 10.4): authorization code with PKCE, discovery, key rotation, log-out there.
// Amazon Cognito is the same with other settings.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "security/authentication.h"
#include "security/fetch.h"
#include "security/oidc_metadata.h"
#include "security/oidc_settings.h"

namespace qodly::security {

// Empty: those of the system.
struct OidcClocks {
  OidcMetadata::Clock steady;
  std::function<std::int64_t()> seconds;  // since 1970
};

class OidcProvider final : public RedirectProvider {
 public:
  // secrets: must outlive the provider.
  OidcProvider(OidcSettings settings, const Secrets& secrets, Fetch fetch, OidcClocks clocks = {});

  const std::string& name() const override { return settings_.name; }
  std::string label() const override { return settings_.label; }
  Result<Begin> begin(const std::string& callbackUrl) override;
  Finding callback(const std::map<std::string, std::string>& query, const std::string& memory,
                   const std::string& callbackUrl, const std::string& environment) override;
  std::optional<std::string> logoutUrl(const std::string& returnUrl) const override;
  Result<std::string> probe() override;

 private:
  struct Tokens {
    Jws idToken;
    std::string access;
  };
  Result<Tokens> redeem(const OidcEndpoints& places, const std::string& code, const std::string& verifier,
                        const std::string& callbackUrl) const;
  Result<> identifyClient(const OidcEndpoints& places, FetchRequest& request) const;
  Result<> checkSignature(const Jws& token) const;
  Result<Value> userinfo(const OidcEndpoints& places, const std::string& access, const std::string& subject) const;
  // The claims with what only the userinfo endpoint tells.
  Result<Value> complete(const OidcEndpoints& places, const Tokens& tokens, Value claims) const;
  Finding identify(const Object& claims, const std::string& environment) const;

  OidcSettings settings_;
  const Secrets& secrets_;
  Fetch fetch_;
  std::function<std::int64_t()> seconds_;
  std::unique_ptr<OidcMetadata> metadata_;
};

// Factories of the types "oidc" and "cognito".
ProviderFactory oidcFactory(Fetch fetch);
ProviderFactory cognitoFactory(Fetch fetch);

}  // namespace qodly::security
