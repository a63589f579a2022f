#include "security/oidc_settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "security/setting_reader.h"

namespace qodly::security {

namespace {

constexpr std::size_t longestName = 64;

bool isPlainName(std::string_view name) {
  return !name.empty() && name.size() <= longestName && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool isHostName(std::string_view name) {
  return isPlainName(std::string_view(name).substr(0, 1)) && std::ranges::all_of(name, [](char c) {
           return isPlainName({&c, 1}) || c == '.';
         });
}

// What both kinds have in common.
void readShared(SettingReader& reader, OidcSettings& settings) {
  settings.name = reader.required("name");
  if (!settings.name.empty() && !isPlainName(settings.name)) {
    reader.refuse("name", "is part of a URL: 1 to 64 letters, digits, '-' and '_' are expected");
  }
  settings.label = reader.text("label", settings.name);
  settings.clientId = reader.required("clientId");
  settings.clientSecret = reader.secret("clientSecret");
  settings.tokenAuth = reader.choice("tokenAuth", {"client_secret_basic", "client_secret_post", "none"}, "");
  settings.scopes = reader.texts("scopes", {"openid", "email", "profile"});
  if (std::ranges::find(settings.scopes, "openid") == settings.scopes.end()) {
    reader.refuse("scopes", "must contain \"openid\"");
  }
  settings.emailClaim = reader.text("emailClaim", "email");
  settings.requireVerifiedEmail = reader.boolean("requireVerifiedEmail", true);
  settings.requireNonce = reader.boolean("requireNonce", true);
  settings.createUsers = reader.boolean("createUsers", false);
  settings.logoutThere = reader.choice("logout", {"rp", "local"}, "rp") == "rp";
  settings.clockSkew = reader.integer("clockSkewS", 60, 0, 600);
  settings.timeout = std::chrono::milliseconds(reader.integer("timeoutMs", 5000, 100, 60'000));
  settings.authorityFile = reader.text("caFile");
  if (const Value rules = reader.value("profiles"); !rules.isMissing()) {
    auto read = readProfileRules(rules);
    if (read) {
      settings.profiles = std::move(*read);
    } else {
      reader.refuse("profiles", fmt::format("cannot be used: {}", read.error().message()));
    }
  }
  if (settings.tokenAuth.starts_with("client_secret") && settings.clientSecret.isMissing()) {
    reader.refuse("clientSecret", fmt::format("is missing: \"tokenAuth\" is {}", settings.tokenAuth));
  }
}

Result<OidcSettings> finish(SettingReader& reader, OidcSettings settings) {
  static_cast<void>(reader.value("type"));
  if (auto done = reader.finish(); !done) return std::unexpected(done.error());
  return settings;
}

}  // namespace

bool isSafeUrl(std::string_view url) {
  if (url.size() > 2048 || std::ranges::any_of(url, [](char c) { return static_cast<unsigned char>(c) <= ' '; })) {
    return false;
  }
  const bool secure = url.starts_with("https://");
  if (!secure && !url.starts_with("http://")) return false;
  url.remove_prefix(secure ? 8 : 7);
  if (url.find('#') != url.npos || url.find('\\') != url.npos) return false;
  const std::string_view authority = url.substr(0, url.find_first_of("/?"));
  if (authority.empty() || authority.find('@') != authority.npos) return false;
  if (secure) return true;
  const std::size_t end = authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
  const std::string_view host = authority.substr(0, end);
  if (host.size() < authority.size() && authority[host.size()] != ':') return false;
  static constexpr std::array<std::string_view, 3> own{"127.0.0.1", "[::1]", "localhost"};
  return std::ranges::find(own, host) != own.end();
}

Result<OidcSettings> readOidcSettings(const Object& object) {
  SettingReader reader(object);
  OidcSettings settings;
  readShared(reader, settings);
  settings.issuer = reader.required("issuer");
  if (!settings.issuer.empty() && (!isSafeUrl(settings.issuer) || settings.issuer.find('?') != std::string::npos)) {
    reader.refuse("issuer", "must be an https URL without query, exactly as the provider writes it in its tokens");
  }
  settings.groupsClaim = reader.text("groupsClaim", "groups");
  return finish(reader, std::move(settings));
}

Result<OidcSettings> readCognitoSettings(const Object& object) {
  SettingReader reader(object);
  OidcSettings settings;
  readShared(reader, settings);
  const std::string region = reader.required("region"), pool = reader.required("userPoolId"),
                    domain = reader.required("domain");
  if (!isPlainName(region)) reader.refuse("region", "must be the name of a region, for example eu-central-1");
  if (!isPlainName(pool)) reader.refuse("userPoolId", "must be the id of a pool, for example eu-central-1_AbCdEf");
  // A whole URL stands for another place that behaves like Cognito, for tests and proxies.
  settings.endpointsOrigin = domain.find("://") == std::string::npos ? "https://" + domain : domain;
  const bool host = domain.find("://") != std::string::npos || isHostName(domain);
  if (!domain.empty() && (!host || !isSafeUrl(settings.endpointsOrigin) || settings.endpointsOrigin.ends_with('/'))) {
    reader.refuse("domain",
                  "must be the host name of the sign-in pages, for example shop.auth.eu-central-1.amazoncognito.com");
  }
  settings.issuer = reader.text("issuer", fmt::format("https://cognito-idp.{}.amazonaws.com/{}", region, pool));
  if (!isSafeUrl(settings.issuer)) reader.refuse("issuer", "must be an https URL");
  settings.groupsClaim = reader.text("groupsClaim", "cognito:groups");
  settings.logoutUrl = settings.endpointsOrigin + "/logout";
  return finish(reader, std::move(settings));
}

}  // namespace qodly::security
