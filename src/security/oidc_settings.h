// The entries {"type":"oidc"} and {"type":"cognito"} of auth.json (admin.md 10.4, docs/directories.md).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "security/authentication.h"
#include "value/value.h"

namespace qodly::security {

struct OidcSettings {
  std::string name, label;
  std::string issuer;  // exactly as the provider writes it in its tokens
  std::string clientId;
  Value clientSecret;     // text, {"secret":"name"} or null
  std::string tokenAuth;  // "client_secret_basic", "client_secret_post", "none"; "": as the provider offers
  std::vector<std::string> scopes;
  std::string emailClaim, groupsClaim;  // a claim's name, or a path of names with dots
  bool requireVerifiedEmail = true;
  bool requireNonce = true;  // false for providers that break the rule of sending it back; PKCE protects the code
  std::vector<ProfileRule> profiles;
  bool createUsers = false;
  bool logoutThere = true;      // "logout":"rp"; "local": only here
  std::string logoutUrl;        // of Cognito, whose log-out is no standard one; "": as discovery says
  std::string endpointsOrigin;  // of Cognito: where its pages are when discovery names none; "" otherwise
  std::int64_t clockSkew = 60;  // seconds
  std::chrono::milliseconds timeout{5000};
  std::string authorityFile;
};

// Errors name the member and what would be right.
Result<OidcSettings> readOidcSettings(const Object& settings);
Result<OidcSettings> readCognitoSettings(const Object& settings);

// True for https, and for http to this machine itself (127.0.0.1, ::1, localhost), which needs no secrecy. URLs with a
// name and password, a fragment or control characters are refused.
bool isSafeUrl(std::string_view url);

}  // namespace qodly::security
