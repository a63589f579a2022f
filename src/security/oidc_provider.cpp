#include "security/oidc_provider.h"

#include <array>
#include <ctime>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "base/base64_url.h"
#include "base/error_codes.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "security/id_token.h"
#include "value/json.h"

namespace qodly::security {

namespace {

constexpr std::size_t longestCode = 16 * 1024;
constexpr std::size_t longestAnswer = 512 * 1024;
constexpr std::size_t mostGroups = 5000;

std::unexpected<Error> refuse(std::string message) {
  return std::unexpected(Error(code::noPermission, "auth", std::move(message)));
}
std::unexpected<Error> unavailable(std::string message) {
  return std::unexpected(Error(code::inputOutput, "auth", std::move(message)));
}
// A provider that cannot be reached is no refusal.
Finding toFinding(const Error& error) {
  return error.code() == code::inputOutput ? Finding::unavailable(error.message()) : Finding::refused(error.message());
}

// 256 random bits.
std::string randomText() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return {};
  return toBase64Url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

std::string form(const Pairs& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs) {
    if (!text.empty()) text += '&';
    text += percentEncode(name) + '=' + percentEncode(value);
  }
  return text;
}

std::string withQuery(const std::string& url, const Pairs& pairs) {
  return url + (url.find('?') == std::string::npos ? '?' : '&') + form(pairs);
}

// Text of a stranger for the log: short and without line ends.
std::string shown(std::string_view text) {
  std::string safe = json::text(Value::text(repairUtf8(text.substr(0, 200))));
  return safe;
}

const std::string* parameter(const std::map<std::string, std::string>& query, const std::string& name) {
  const auto found = query.find(name);
  return found == query.end() ? nullptr : &found->second;
}

// By the claim's whole name first ("cognito:groups", "https://example.com/roles"), else step by step
// ("realm_access.roles").
Value claim(const Object& claims, std::string_view path) {
  if (const Value* whole = claims.find(path)) return *whole;
  Value found;
  const Object* place = &claims;
  for (const std::string_view step : split(path, '.')) {
    if (place == nullptr) return {};
    found = place->get(step);
    place = found.isObject() ? &found.asObject() : nullptr;
  }
  return found;
}

std::vector<std::string> textsOf(const Value& value) {
  if (value.isText()) return {std::string(value.asText())};
  std::vector<std::string> texts;
  if (!value.isCollection()) return texts;
  for (const Value& element : value.asCollection().elements()) {
    if (element.isText() && texts.size() < mostGroups) texts.emplace_back(element.asText());
  }
  return texts;
}

// Some providers write it as a text.
bool isTrue(const Value& value) {
  return (value.type() == Type::boolean && value.asBoolean()) || (value.isText() && value.asText() == "true");
}

}  // namespace

OidcProvider::OidcProvider(OidcSettings settings, const Secrets& secrets, Fetch fetch, OidcClocks clocks)
    : settings_(std::move(settings)),
      secrets_(secrets),
      fetch_(std::move(fetch)),
      seconds_(std::move(clocks.seconds)),
      metadata_(std::make_unique<OidcMetadata>(settings_, fetch_, std::move(clocks.steady))) {
  if (!seconds_) seconds_ = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
}

Result<RedirectProvider::Begin> OidcProvider::begin(const std::string& callbackUrl) {
  auto places = metadata_->endpoints();
  if (!places) return std::unexpected(places.error());
  Begin begun;
  begun.state = randomText();
  const std::string nonce = randomText(), verifier = randomText(), challenge = toBase64Url(crypto::sha256(verifier));
  if (begun.state.empty() || nonce.empty() || verifier.empty()) return unavailable("The system gives no random bytes.");
  std::string scopes;
  for (const std::string& scope : settings_.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
  begun.memory = nonce + '.' + verifier;
  begun.url = withQuery(places->authorization, {{"response_type", "code"},
                                                {"client_id", settings_.clientId},
                                                {"redirect_uri", callbackUrl},
                                                {"scope", scopes},
                                                {"state", begun.state},
                                                {"nonce", nonce},
                                                {"code_challenge", challenge},
                                                {"code_challenge_method", "S256"}});
  return begun;
}

Result<> OidcProvider::identifyClient(const OidcEndpoints& places, FetchRequest& request) const {
  std::string method = settings_.tokenAuth;
  if (method.empty() && settings_.clientSecret.isMissing()) method = "none";
  if (method.empty()) method = places.basic || !places.post ? "client_secret_basic" : "client_secret_post";
  const bool basic = method == "client_secret_basic";
  if (!basic) *request.body += '&' + form({{"client_id", settings_.clientId}});
  if (method == "none") return {};
  auto secret = secrets_.resolve(settings_.clientSecret);
  if (!secret) return unavailable(fmt::format("\"clientSecret\": {}", secret.error().message()));
  if (basic) {
    const std::string pair = percentEncode(settings_.clientId) + ':' + percentEncode(*secret);
    request.headers.emplace_back("Authorization", "Basic " + toBase64(pair));
  } else {
    *request.body += '&' + form({{"client_secret", *secret}});
  }
  return {};
}

Result<OidcProvider::Tokens> OidcProvider::redeem(const OidcEndpoints& places, const std::string& code,
                                                  const std::string& verifier, const std::string& callbackUrl) const {
  FetchRequest request;
  request.url = places.token;
  request.timeout = settings_.timeout;
  request.maximumAnswer = longestAnswer;
  request.authorityFile = settings_.authorityFile;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = form({{"grant_type", "authorization_code"},
                       {"code", code},
                       {"redirect_uri", callbackUrl},
                       {"code_verifier", verifier}});
  if (auto named = identifyClient(places, request); !named) return std::unexpected(named.error());
  auto answer = fetch_(request);
  if (!answer) return unavailable(fmt::format("{} does not answer: {}", places.token, answer.error().message()));
  auto parsed = json::parse(answer->body, {.maximumDepth = maximumJwtDepth});
  if (answer->status != 200) {
    const std::string reason = parsed && parsed->isObject() ? jwtText(parsed->asObject(), "error") : std::string();
    const std::string message =
        fmt::format("{} answers with status {} {}.", places.token, answer->status, reason.empty() ? "" : shown(reason));
    return answer->status >= 500 ? Result<Tokens>(unavailable(message)) : refuse(message);
  }
  if (!parsed || !parsed->isObject()) return refuse(fmt::format("{} answers with no JSON object.", places.token));
  const std::string idToken = jwtText(parsed->asObject(), "id_token");
  if (idToken.empty()) return refuse("The answer to the code has no ID token; is the scope \"openid\" allowed?");
  auto read = readJws(idToken);
  if (!read) return std::unexpected(read.error());
  return Tokens{std::move(*read), jwtText(parsed->asObject(), "access_token")};
}

Result<> OidcProvider::checkSignature(const Jws& token) const {
  for (const bool again : {false, true}) {
    auto keys = metadata_->keys(again);
    if (!keys) return std::unexpected(keys.error());
    const auto answer = (*keys)->verify(token);
    if (answer == JsonWebKeySet::Answer::valid) return {};
    if (answer == JsonWebKeySet::Answer::wrong) return refuse("The signature of the ID token is wrong.");
  }
  return refuse("The ID token is signed with a key that the provider does not publish.");
}

Result<Value> OidcProvider::userinfo(const OidcEndpoints& places, const std::string& access,
                                     const std::string& subject) const {
  FetchRequest request;
  request.url = places.userinfo;
  request.timeout = settings_.timeout;
  request.maximumAnswer = longestAnswer;
  request.authorityFile = settings_.authorityFile;
  request.headers = {{"Authorization", "Bearer " + access}, {"Accept", "application/json"}};
  auto answer = fetch_(request);
  if (!answer) return unavailable(fmt::format("{} does not answer: {}", places.userinfo, answer.error().message()));
  if (answer->status != 200) {
    return refuse(fmt::format("{} answers with status {}.", places.userinfo, answer->status));
  }
  auto parsed = json::parse(answer->body, {.maximumDepth = maximumJwtDepth});
  if (!parsed || !parsed->isObject()) return refuse(fmt::format("{} answers with no JSON object.", places.userinfo));
  // Without this check the answer for one user could be put in place of another's.
  if (jwtText(parsed->asObject(), "sub") != subject)
    return refuse("The userinfo endpoint tells of another user (sub).");
  return parsed;
}

Result<Value> OidcProvider::complete(const OidcEndpoints& places, const Tokens& tokens, Value claims) const {
  const Object& known = claims.asObject();
  const bool lacksEmail = !claim(known, settings_.emailClaim).isText();
  const bool lacksGroups = !settings_.profiles.empty() && claim(known, settings_.groupsClaim).isUndefined();
  if ((!lacksEmail && !lacksGroups) || places.userinfo.empty() || tokens.access.empty()) return claims;
  if (tokens.access.find_first_of("\r\n") != std::string::npos) return refuse("The access token is no header value.");
  auto told = userinfo(places, tokens.access, jwtText(known, "sub"));
  if (!told && lacksEmail) return told;
  if (!told) return claims;
  // What the ID token says stays; an address and the word that it is verified belong together.
  Object& all = claims.asObject();
  if (lacksEmail) all.remove("email_verified");
  for (const auto& [name, value] : told->asObject().members()) {
    const bool ofOtherEmail = name == "email_verified" && !lacksEmail;
    if (!ofOtherEmail && all.find(name) == nullptr) all.set(name, value);
  }
  return claims;
}

Finding OidcProvider::identify(const Object& claims, const std::string& environment) const {
  const Value address = claim(claims, settings_.emailClaim);
  if (!address.isText() || address.asText().find('@') == std::string_view::npos) {
    return Finding::refused(fmt::format("No e-mail address comes with the user (claim \"{}\").", settings_.emailClaim));
  }
  if (settings_.requireVerifiedEmail && !isTrue(claims.get("email_verified"))) {
    return Finding::refused("The user's e-mail address is not verified by the provider (email_verified).");
  }
  Identity identity;
  identity.provider = settings_.name;
  identity.externalId = jwtText(claims, "sub");
  identity.email = lowerAscii(address.asText());
  identity.firstName = jwtText(claims, "given_name");
  identity.lastName = jwtText(claims, "family_name");
  identity.groups = textsOf(claim(claims, settings_.groupsClaim));
  identity.profile = profileOf(settings_.profiles, identity.groups, environment);
  identity.createUser = settings_.createUsers;
  for (const std::string& method : textsOf(claims.get("amr"))) {
    if (method == "mfa") identity.secondFactorDone = true;
  }
  return Finding::accepted(std::move(identity));
}

Finding OidcProvider::callback(const std::map<std::string, std::string>& query, const std::string& memory,
                               const std::string& callbackUrl, const std::string& environment) {
  auto places = metadata_->endpoints();
  if (!places) return toFinding(places.error());
  const std::string* issuer = parameter(query, "iss");
  if (issuer != nullptr ? *issuer != settings_.issuer : places->answersNameIssuer) {
    return Finding::refused("The answer comes from another provider than the one asked (iss).");
  }
  if (const std::string* error = parameter(query, "error")) {
    const std::string* detail = parameter(query, "error_description");
    return Finding::refused(
        fmt::format("The provider refused: {} {}", shown(*error), detail == nullptr ? std::string() : shown(*detail)));
  }
  const std::string* code = parameter(query, "code");
  if (code == nullptr || code->empty() || code->size() > longestCode) {
    return Finding::refused("The provider's answer has no code that could be used.");
  }
  const std::size_t dot = memory.find('.');
  if (dot == std::string::npos) return Finding::refused("The sign-in was not begun here.");
  auto tokens = redeem(*places, *code, memory.substr(dot + 1), callbackUrl);
  if (!tokens) return toFinding(tokens.error());
  if (auto checked = checkSignature(tokens->idToken); !checked) return toFinding(checked.error());
  auto claims = checkIdToken(tokens->idToken, {.issuer = settings_.issuer,
                                               .clientId = settings_.clientId,
                                               .nonce = memory.substr(0, dot),
                                               .nonceRequired = settings_.requireNonce,
                                               .now = seconds_(),
                                               .clockSkew = settings_.clockSkew});
  if (!claims) return toFinding(claims.error());
  auto completed = complete(*places, *tokens, std::move(*claims));
  if (!completed) return toFinding(completed.error());
  return identify(completed->asObject(), environment);
}

std::optional<std::string> OidcProvider::logoutUrl(const std::string& returnUrl) const {
  if (!settings_.logoutThere) return std::nullopt;
  if (!settings_.logoutUrl.empty()) {
    return withQuery(settings_.logoutUrl, {{"client_id", settings_.clientId}, {"logout_uri", returnUrl}});
  }
  const auto places = metadata_->endpoints();
  if (!places || places->endSession.empty()) return std::nullopt;
  return withQuery(places->endSession, {{"client_id", settings_.clientId}, {"post_logout_redirect_uri", returnUrl}});
}

Result<std::string> OidcProvider::probe() {
  auto places = metadata_->endpoints();
  if (!places) return std::unexpected(places.error());
  auto keys = metadata_->keys();
  if (!keys) return std::unexpected(keys.error());
  if (!settings_.clientSecret.isMissing()) {
    auto secret = secrets_.resolve(settings_.clientSecret);
    if (!secret) return std::unexpected(secret.error());
  }
  return fmt::format("{} answers; {} keys; sign-in at {}", settings_.issuer, (*keys)->size(), places->authorization);
}

namespace {

ProviderFactory factory(Result<OidcSettings> (*read)(const Object&), Fetch fetch) {
  return [read, fetch = std::move(fetch)](const Object& settings,
                                          const ProviderContext& context) -> Result<std::unique_ptr<Provider>> {
    auto known = read(settings);
    if (!known) return std::unexpected(known.error());
    return std::make_unique<OidcProvider>(std::move(*known), context.secrets, fetch);
  };
}

}  // namespace

ProviderFactory oidcFactory(Fetch fetch) { return factory(&readOidcSettings, std::move(fetch)); }
ProviderFactory cognitoFactory(Fetch fetch) { return factory(&readCognitoSettings, std::move(fetch)); }

}  // namespace qodly::security
