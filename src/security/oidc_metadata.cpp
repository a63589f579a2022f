#include "security/oidc_metadata.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "value/json.h"

namespace qodly::security {

namespace {

using namespace std::chrono_literals;
constexpr auto freshness = 1h;
constexpr auto longestUse = 24h;  // of what is kept while the provider does not answer
constexpr auto pauseBetweenKeys = 1min;
constexpr auto pauseAfterFailure = 5s;
constexpr std::size_t maximumDocument = 128 * 1024;

std::unexpected<Error> unusable(std::string message) {
  return std::unexpected(Error(code::inputOutput, "auth", std::move(message)));
}

// A URL of the discovery document. "" when it is absent and need not be there.
Result<std::string> endpoint(const Object& document, std::string_view name, std::string_view otherwise, bool needed) {
  std::string url = jwtText(document, name);
  if (url.empty()) url = otherwise;
  if (url.empty() && !needed) return url;
  if (!isSafeUrl(url)) {
    return unusable(fmt::format("The discovery document's \"{}\" is no https URL.", name));
  }
  return url;
}

bool lists(const Object& document, std::string_view name, std::string_view value, bool otherwise) {
  const Value all = document.get(name);
  if (!all.isCollection()) return otherwise;
  return std::ranges::any_of(all.asCollection().elements(),
                             [&](const Value& one) { return one.isText() && one.asText() == value; });
}

}  // namespace

Result<std::string> OidcMetadata::get(const std::string& url, std::size_t maximum) const {
  FetchRequest request;
  request.url = url;
  request.headers = {{"Accept", "application/json"}};
  request.timeout = settings_.timeout;
  request.maximumAnswer = maximum;
  request.authorityFile = settings_.authorityFile;
  auto answer = fetch_(request);
  if (!answer) return unusable(fmt::format("{} cannot be read: {}", url, answer.error().message()));
  if (answer->status != 200) {
    return unusable(fmt::format("{} answers with status {}; 200 is expected.", url, answer->status));
  }
  return std::move(answer->body);
}

Result<OidcEndpoints> OidcMetadata::discover() const {
  std::string place = settings_.issuer;
  if (place.ends_with('/')) place.pop_back();
  place += "/.well-known/openid-configuration";
  auto body = get(place, maximumDocument);
  if (!body) return std::unexpected(body.error());
  auto parsed = json::parse(*body, {.maximumDepth = maximumJwtDepth});
  if (!parsed || !parsed->isObject()) return unusable(fmt::format("{} is no JSON object.", place));
  const Object& document = parsed->asObject();
  if (jwtText(document, "issuer") != settings_.issuer) {
    return unusable(fmt::format("{} says that its issuer is {}; \"issuer\" must be exactly that.", place,
                                json::text(document.get("issuer")).substr(0, 200)));
  }
  const auto at = [&](std::string_view path) {
    return settings_.endpointsOrigin.empty() ? std::string() : settings_.endpointsOrigin + std::string(path);
  };
  OidcEndpoints found;
  struct Row {
    std::string_view name;
    std::string otherwise;
    bool needed;
    std::string OidcEndpoints::*target;
  };
  const std::array<Row, 5> rows{
      {{"authorization_endpoint", at("/oauth2/authorize"), true, &OidcEndpoints::authorization},
       {"token_endpoint", at("/oauth2/token"), true, &OidcEndpoints::token},
       {"jwks_uri", "", true, &OidcEndpoints::keys},
       {"userinfo_endpoint", at("/oauth2/userInfo"), false, &OidcEndpoints::userinfo},
       {"end_session_endpoint", "", false, &OidcEndpoints::endSession}}};
  for (const Row& row : rows) {
    auto url = endpoint(document, row.name, row.otherwise, row.needed);
    if (!url) return std::unexpected(url.error());
    found.*row.target = std::move(*url);
  }
  constexpr std::string_view methods = "token_endpoint_auth_methods_supported";
  found.basic = lists(document, methods, "client_secret_basic", true);
  found.post = lists(document, methods, "client_secret_post", false);
  const Value named = document.get("authorization_response_iss_parameter_supported");
  found.answersNameIssuer = named.type() == Type::boolean && named.asBoolean();
  return found;
}

Result<OidcEndpoints> OidcMetadata::endpointsLocked() {
  const Time now = clock_();
  if (endpoints_ && now - discovered_ < freshness) return *endpoints_;
  if (!discoveryFailure_ || now - discoveryFailure_->at >= pauseAfterFailure) {
    auto found = discover();
    if (found) {
      discoveryFailure_.reset();
      endpoints_ = std::move(*found);
      discovered_ = now;
      return *endpoints_;
    }
    discoveryFailure_ = Failure{found.error(), clock_()};
  }
  if (endpoints_ && now - discovered_ < longestUse) return *endpoints_;
  return std::unexpected(discoveryFailure_->error);
}

Result<OidcEndpoints> OidcMetadata::endpoints() {
  std::lock_guard lock(mutex_);
  return endpointsLocked();
}

Result<std::shared_ptr<const JsonWebKeySet>> OidcMetadata::fetchKeys(const std::string& url) const {
  auto body = get(url, maximumKeySetSize);
  if (!body) return std::unexpected(body.error());
  auto parsed = JsonWebKeySet::parse(*body);
  if (!parsed) return unusable(fmt::format("{}: {}", url, parsed.error().message()));
  if (parsed->size() == 0) return unusable(fmt::format("{} has no key that signatures can be checked with.", url));
  return std::make_shared<const JsonWebKeySet>(std::move(*parsed));
}

Result<std::shared_ptr<const JsonWebKeySet>> OidcMetadata::keys(bool unknownKey) {
  std::lock_guard lock(mutex_);
  const Time now = clock_();
  const auto age = now - keysFetched_;
  const bool again = unknownKey && (!asked_ || now - *asked_ >= pauseBetweenKeys);
  if (keys_ && age < freshness && !again) return keys_;
  if (again) asked_ = now;
  if (!keysFailure_ || now - keysFailure_->at >= pauseAfterFailure) {
    auto places = endpointsLocked();
    auto found = places ? fetchKeys(places->keys) : std::unexpected(places.error());
    if (found) {
      keysFailure_.reset();
      keys_ = std::move(*found);
      keysFetched_ = now;
      return keys_;
    }
    keysFailure_ = Failure{found.error(), clock_()};
  }
  if (keys_ && age < longestUse) return keys_;
  return std::unexpected(keysFailure_->error);
}

}  // namespace qodly::security
