// Sign-in at an OpenID provider: the requests that are sent, and every answer that must not sign anybody in.
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/base64_url.h"
#include "base/text.h"
#include "oidc_fake_issuer.h"
#include "security/instance.h"
#include "security/oidc_provider.h"
#include "value/json.h"

namespace qodly::security {
namespace {

using namespace std::chrono_literals;

class Oidc : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Instance::open(folder);
    ASSERT_TRUE(opened.has_value());
    secrets = std::make_unique<Secrets>(*opened);
    ASSERT_TRUE(secrets->set("oidc", "s3cret&=").has_value());
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  static std::string entry(std::string_view more) {
    return fmt::format(R"({{"type":"oidc","name":"staff","issuer":"{}","clientId":"{}",
      "clientSecret":{{"secret":"oidc"}},"profiles":[{{"group":"op*","environment":"Production","profile":"Operator"}}]
      {}{}}})",
                       FakeIssuer::url, FakeIssuer::clientId, more.empty() ? "" : ",", more);
  }
  std::unique_ptr<OidcProvider> make(std::string_view more = {}) {
    const Value settings = json::parse(entry(more)).value();
    auto read = readOidcSettings(settings.asObject());
    EXPECT_TRUE(read.has_value()) << read.error().message();
    return std::make_unique<OidcProvider>(
        std::move(*read), *secrets, issuer.fetch(),
        OidcClocks{.steady = [this] { return steady; }, .seconds = [this] { return issuer.now; }});
  }

  // A sign-in from its beginning, with an answer of the browser that a test may bend.
  Finding signIn(OidcProvider& provider, std::map<std::string, std::string> query = {{"code", "the code"}}) {
    auto begun = provider.begin(callback);
    EXPECT_TRUE(begun.has_value()) << begun.error().message();
    if (!begun) return {};
    issuer.nonce = begun->memory.substr(0, begun->memory.find('.'));
    return provider.callback(query, begun->memory, callback, "Production");
  }
  Finding signIn(std::string_view more = {}) { return signIn(*make(more)); }

  // The answer with one claim of the ID token changed; "" removes it.
  Finding withClaim(std::string_view name, std::string_view valueJson, std::string_view more = {}) {
    issuer.tokenAnswer = [=, this](std::string_view nonce) {
      const Value claims = issuer.claims(nonce);
      if (valueJson.empty()) {
        claims.asObject().remove(name);
      } else {
        claims.asObject().set(name, json::parse(valueJson).value());
      }
      return answerWith(issuer.sign(claims));
    };
    return signIn(more);
  }
  static std::string answerWith(std::string_view idToken) {
    return fmt::format(R"({{"access_token":"access","token_type":"Bearer","id_token":"{}"}})", idToken);
  }

  const std::string callback = "https://app.example/auth/callback/staff";
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("qodly-oidc-" + randomHex(8));
  std::unique_ptr<Secrets> secrets;
  FakeIssuer issuer;
  std::chrono::steady_clock::time_point steady = std::chrono::steady_clock::now();
};

std::map<std::string, std::string> parameters(std::string_view query) {
  std::map<std::string, std::string> all;
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t equal = pair.find('=');
    all[percentDecode(pair.substr(0, equal))] = percentDecode(pair.substr(equal + 1));
  }
  return all;
}

TEST_F(Oidc, SendsTheBrowserWithPkceStateAndNonce) {
  const auto provider = make();
  const auto first = provider->begin(callback).value(), second = provider->begin(callback).value();
  const std::string start = "https://id.example/authorize?tenant=7&";
  ASSERT_TRUE(first.url.starts_with(start)) << first.url;
  auto sent = parameters(std::string_view(first.url).substr(start.size()));
  EXPECT_EQ(sent["response_type"], "code");
  EXPECT_EQ(sent["client_id"], FakeIssuer::clientId);
  EXPECT_EQ(sent["redirect_uri"], callback);
  EXPECT_EQ(sent["scope"], "openid email profile");
  EXPECT_EQ(sent["state"], first.state);
  EXPECT_EQ(sent["code_challenge_method"], "S256");
  EXPECT_EQ(fromBase64Url(first.state).value().size(), 32U);
  EXPECT_EQ(fromBase64Url(sent["code_challenge"]).value().size(), 32U);
  EXPECT_NE(first.state, second.state);
  EXPECT_NE(first.memory, second.memory);
  // The verifier stays here.
  const std::string verifier = first.memory.substr(first.memory.find('.') + 1);
  EXPECT_EQ(first.url.find(verifier), std::string::npos);
  EXPECT_EQ(sent["nonce"], first.memory.substr(0, first.memory.find('.')));
}

TEST_F(Oidc, ARightAnswerSignsIn) {
  const Finding found = signIn();
  ASSERT_EQ(found.verdict, Verdict::Accepted) << found.reason;
  EXPECT_EQ(found.identity.provider, "staff");
  EXPECT_EQ(found.identity.externalId, "user-1");
  EXPECT_EQ(found.identity.email, "lena@cedar.example");
  EXPECT_EQ(found.identity.firstName, "Lena");
  EXPECT_EQ(found.identity.lastName, "Berg");
  EXPECT_EQ(found.identity.groups, (std::vector<std::string>{"staff", "ops"}));
  EXPECT_EQ(found.identity.profile, "Operator");
  EXPECT_FALSE(found.identity.createUser);
  EXPECT_FALSE(found.identity.secondFactorDone);
  EXPECT_EQ(issuer.asked["https://id.example/me"], 0);
}

TEST_F(Oidc, NamesTheClientAsTheProviderWantsIt) {
  const std::string callbackForm = "redirect_uri=https%3A%2F%2Fapp.example%2Fauth%2Fcallback%2Fstaff";
  const auto authorization = [&]() -> std::string {
    for (const auto& [name, value] : issuer.lastTokenRequest.headers) {
      if (name == "Authorization") return value;
    }
    return {};
  };
  ASSERT_EQ(signIn().verdict, Verdict::Accepted);
  EXPECT_EQ(authorization(), "Basic " + toBase64("the%20client:s3cret%26%3D"));
  std::string body = *issuer.lastTokenRequest.body;
  EXPECT_NE(body.find("grant_type=authorization_code&code=the%20code&" + callbackForm), std::string::npos) << body;
  EXPECT_NE(body.find("&code_verifier="), std::string::npos);
  EXPECT_EQ(body.find("s3cret"), std::string::npos);

  issuer.discovery.asObject().set("token_endpoint_auth_methods_supported",
                                  json::parse(R"(["client_secret_post","private_key_jwt"])").value());
  ASSERT_EQ(signIn().verdict, Verdict::Accepted);
  EXPECT_EQ(authorization(), "");
  body = *issuer.lastTokenRequest.body;
  EXPECT_NE(body.find("&client_id=the%20client&client_secret=s3cret%26%3D"), std::string::npos) << body;

  ASSERT_EQ(signIn(R"("tokenAuth":"none")").verdict, Verdict::Accepted);
  EXPECT_EQ(issuer.lastTokenRequest.body->find("client_secret"), std::string::npos);
  ASSERT_EQ(signIn(R"("tokenAuth":"client_secret_basic")").verdict, Verdict::Accepted);
  EXPECT_NE(authorization(), "");
}

TEST_F(Oidc, TheVerifierMatchesTheChallenge) {
  const auto provider = make();
  const auto begun = provider->begin(callback).value();
  issuer.nonce = begun.memory.substr(0, begun.memory.find('.'));
  ASSERT_EQ(provider->callback({{"code", "c"}}, begun.memory, callback, "Production").verdict, Verdict::Accepted);
  const std::string challenge = parameters(begun.url)["code_challenge"];
  const std::string verifier = parameters(*issuer.lastTokenRequest.body)["code_verifier"];
  EXPECT_EQ(toBase64Url(*fromHex(sha256Hex(verifier))), challenge);
}

TEST_F(Oidc, WrongClaimsSignNobodyIn) {
  struct Case {
    std::string_view claim, value, word;
  };
  const std::string past = std::to_string(issuer.now - 61), future = std::to_string(issuer.now + 61),
                    old = std::to_string(issuer.now - 4000);
  for (const Case& bad : std::vector<Case>{{"iss", R"("https://id.example/realm/")", "(iss)"},
                                           {"iss", R"("https://evil.example")", "(iss)"},
                                           {"iss", "", "(iss)"},
                                           {"iss", R"(["https://id.example/realm"])", "(iss)"},
                                           {"aud", R"("another")", "(aud)"},
                                           {"aud", "", "(aud)"},
                                           {"aud", "[]", "(aud)"},
                                           {"aud", R"(["another"])", "(aud)"},
                                           {"aud", R"(["the client","another"])", "(azp)"},
                                           {"azp", R"("another")", "(azp)"},
                                           {"exp", past, "(exp)"},
                                           {"exp", "", "(exp)"},
                                           {"exp", R"("9999999999")", "(exp)"},
                                           {"exp", "1e300", "(exp)"},
                                           {"iat", future, "(iat)"},
                                           {"iat", "", "(iat)"},
                                           {"iat", old, "(iat)"},
                                           {"nbf", future, "(nbf)"},
                                           {"nbf", R"("x")", "(nbf)"},
                                           {"nonce", "", "(nonce)"},
                                           {"nonce", R"("")", "(nonce)"},
                                           {"nonce", R"("another")", "(nonce)"},
                                           {"sub", "", "(sub)"},
                                           {"sub", R"("")", "(sub)"},
                                           {"email", R"("no address")", "e-mail"},
                                           {"email_verified", "false", "verified"},
                                           {"email_verified", "", "verified"},
                                           {"email_verified", "1", "verified"}}) {
    const Finding found = withClaim(bad.claim, bad.value);
    EXPECT_EQ(found.verdict, Verdict::Refused) << bad.claim << " " << bad.value;
    EXPECT_NE(found.reason.find(bad.word), std::string::npos) << bad.claim << ": " << found.reason;
  }
}

TEST_F(Oidc, ClocksMayDifferALittle) {
  EXPECT_EQ(withClaim("exp", std::to_string(issuer.now - 59)).verdict, Verdict::Accepted);
  EXPECT_EQ(withClaim("iat", std::to_string(issuer.now + 60)).verdict, Verdict::Accepted);
  EXPECT_EQ(withClaim("exp", std::to_string(issuer.now - 9), R"("clockSkewS":5)").verdict, Verdict::Refused);
  EXPECT_EQ(withClaim("exp", std::to_string(issuer.now - 290), R"("clockSkewS":300)").verdict, Verdict::Accepted);
}

TEST_F(Oidc, AProviderMayBeExcusedFromTheNonce) {
  EXPECT_EQ(withClaim("nonce", "", R"("requireNonce":false)").verdict, Verdict::Accepted);
  EXPECT_EQ(withClaim("nonce", R"("another")", R"("requireNonce":false)").verdict, Verdict::Refused);
  EXPECT_EQ(withClaim("nonce", "null", R"("requireNonce":false)").verdict, Verdict::Refused);
}

TEST_F(Oidc, SeveralAudiencesNeedTheParty) {
  issuer.tokenAnswer = [this](std::string_view nonce) {
    const Value claims = issuer.claims(nonce);
    claims.asObject().set("aud", json::parse(R"(["another","the client"])").value());
    claims.asObject().set("azp", Value::text("the client"));
    return answerWith(issuer.sign(claims));
  };
  EXPECT_EQ(signIn().verdict, Verdict::Accepted);
}

TEST_F(Oidc, ForgedTokensSignNobodyIn) {
  const auto refused = [this](const std::function<std::string(const Value&)>& make) {
    issuer.tokenAnswer = [&](std::string_view nonce) { return answerWith(make(issuer.claims(nonce))); };
    const Finding found = signIn();
    return found.verdict == Verdict::Refused ? found.reason : std::string("not refused");
  };
  const std::string none = toBase64Url(R"({"alg":"none"})");
  EXPECT_NE(refused([&](const Value& claims) {
              return none + '.' + toBase64Url(json::text(claims)) + '.';
            }).find("signed with"),
            std::string::npos);
  EXPECT_NE(refused([&](const Value& claims) {
              return issuer.sign(claims, R"({"alg":"HS256","kid":"first"})");
            }).find("signed with"),
            std::string::npos);
  EXPECT_NE(refused([&](const Value& claims) {
              return issuer.sign(claims, R"({"alg":"RS256","kid":"second"})");
            }).find("does not publish"),
            std::string::npos);
  EXPECT_NE(refused([&](const Value& claims) {
              return issuer.sign(claims, R"({"alg":"RS256","kid":"first","typ":"at+jwt"})");
            }).find("(typ)"),
            std::string::npos);
  // A token of somebody else's key that says it is the provider's, with the key in its header.
  FakeIssuer other;
  other.rotate("first");
  EXPECT_NE(refused([&](const Value& claims) {
              return other.sign(claims, R"({"alg":"RS256","kid":"first","jwk":{"kty":"RSA"},"jku":"https://evil"})");
            }).find("signature"),
            std::string::npos);
}

TEST_F(Oidc, NewKeysAreFetchedOnceAMinute) {
  const auto provider = make();
  ASSERT_EQ(signIn(*provider).verdict, Verdict::Accepted);
  EXPECT_EQ(issuer.asked["https://id.example/keys"], 1);
  issuer.rotate("second");
  EXPECT_EQ(signIn(*provider).verdict, Verdict::Accepted);
  EXPECT_EQ(issuer.asked["https://id.example/keys"], 2);
  EXPECT_EQ(signIn(*provider).verdict, Verdict::Accepted);
  EXPECT_EQ(issuer.asked["https://id.example/keys"], 2);
  issuer.rotate("third");
  EXPECT_EQ(signIn(*provider).verdict, Verdict::Refused);  // asked for a moment ago
  EXPECT_EQ(issuer.asked["https://id.example/keys"], 2);
  steady += 61s;
  EXPECT_EQ(signIn(*provider).verdict, Verdict::Accepted);
  EXPECT_EQ(issuer.asked["https://id.example/keys"], 3);
  EXPECT_EQ(issuer.asked[std::string(FakeIssuer::url) + "/.well-known/openid-configuration"], 1);
  steady += 61min;
  EXPECT_EQ(signIn(*provider).verdict, Verdict::Accepted);
  EXPECT_EQ(issuer.asked["https://id.example/keys"], 4);
  EXPECT_EQ(issuer.asked[std::string(FakeIssuer::url) + "/.well-known/openid-configuration"], 2);
}

TEST_F(Oidc, AProviderThatDoesNotAnswerIsUnavailable) {
  const auto provider = make();
  issuer.reachable = false;
  EXPECT_FALSE(provider->begin(callback).has_value());
  EXPECT_FALSE(provider->begin(callback).has_value());
  EXPECT_EQ(issuer.asked[std::string(FakeIssuer::url) + "/.well-known/openid-configuration"], 1);  // not asked at once
  EXPECT_EQ(provider->callback({{"code", "c"}}, "n.v", callback, "Production").verdict, Verdict::Unavailable);
  issuer.reachable = true;
  steady += 6s;
  EXPECT_EQ(signIn(*provider).verdict, Verdict::Accepted);
  // What is known stays useful while the provider does not answer.
  issuer.reachable = false;
  steady += 2h;
  EXPECT_TRUE(provider->begin(callback).has_value());
  steady += 24h;
  EXPECT_FALSE(provider->begin(callback).has_value());
  issuer.reachable = true;
  steady += 6s;
  issuer.tokenStatus = 503;
  EXPECT_EQ(signIn(*provider).verdict, Verdict::Unavailable);
}

TEST_F(Oidc, DiscoveryThatCannotBeIsRefused) {
  struct Case {
    std::string_view name, value;
  };
  for (const Case& bad : std::vector<Case>{{"issuer", R"("https://id.example/other")"},
                                           {"issuer", R"("https://id.example/realm/")"},
                                           {"issuer", "null"},
                                           {"authorization_endpoint", R"("http://id.example/authorize")"},
                                           {"authorization_endpoint", R"("javascript:alert")"},
                                           {"token_endpoint", R"("file:///etc/passwd")"},
                                           {"token_endpoint", R"("https://user:pw@id.example/token")"},
                                           {"token_endpoint", "null"},
                                           {"jwks_uri", R"("ftp://id.example/keys")"},
                                           {"jwks_uri", "7"},
                                           {"userinfo_endpoint", R"("http://id.example/me")"},
                                           {"end_session_endpoint", R"("https://id.example/a b")"}}) {
    FakeIssuer fresh;
    fresh.discovery.asObject().set(bad.name, json::parse(bad.value).value());
    issuer.discovery = fresh.discovery;
    EXPECT_FALSE(make()->begin(callback).has_value()) << bad.name << " " << bad.value;
  }
}

TEST_F(Oidc, AnswersOfTheBrowserAreChecked) {
  const auto provider = make();
  EXPECT_EQ(signIn(*provider, {}).verdict, Verdict::Refused);
  EXPECT_EQ(signIn(*provider, {{"code", ""}}).verdict, Verdict::Refused);
  EXPECT_EQ(signIn(*provider, {{"code", std::string(20'000, 'x')}}).verdict, Verdict::Refused);
  const Finding denied =
      signIn(*provider, {{"error", "access_denied"}, {"error_description", "no\nway"}, {"code", "c"}});
  EXPECT_EQ(denied.verdict, Verdict::Refused);
  EXPECT_NE(denied.reason.find("access_denied"), std::string::npos);
  EXPECT_EQ(denied.reason.find('\n'), std::string::npos);
  // Mix-up of providers (RFC 9207).
  EXPECT_EQ(signIn(*provider, {{"code", "c"}, {"iss", "https://evil.example"}}).verdict, Verdict::Refused);
  EXPECT_EQ(signIn(*provider, {{"code", "c"}, {"iss", std::string(FakeIssuer::url)}}).verdict, Verdict::Accepted);
  issuer.discovery.asObject().set("authorization_response_iss_parameter_supported", Value::boolean(true));
  EXPECT_EQ(signIn().verdict, Verdict::Refused);
}

TEST_F(Oidc, AnswersOfTheTokenEndpointAreChecked) {
  for (const std::string_view body : {"", "[]", "{}", R"({"id_token":7})", R"({"id_token":"a.b.c"})", "<html>"}) {
    issuer.tokenAnswer = [=](std::string_view) { return std::string(body); };
    EXPECT_EQ(signIn().verdict, Verdict::Refused) << body;
  }
  issuer.tokenStatus = 400;
  issuer.tokenAnswer = [](std::string_view) { return R"({"error":"invalid_grant"})"; };
  const Finding found = signIn();
  EXPECT_EQ(found.verdict, Verdict::Refused);
  EXPECT_NE(found.reason.find("invalid_grant"), std::string::npos);
  issuer.tokenStatus = 302;
  EXPECT_EQ(signIn().verdict, Verdict::Refused);
}

TEST_F(Oidc, UserinfoTellsWhatTheTokenLacks) {
  issuer.userinfo = json::parse(R"({"sub":"user-1","email":"OTHER@cedar.example","email_verified":"true",
    "iss":"https://evil.example"})")
                        .value();
  Finding found = withClaim("email", "");
  ASSERT_EQ(found.verdict, Verdict::Accepted) << found.reason;
  EXPECT_EQ(found.identity.email, "other@cedar.example");
  // The token's word that an address is verified does not count for the other address.
  issuer.userinfo.asObject().set("email_verified", Value::boolean(false));
  EXPECT_EQ(withClaim("email", "").verdict, Verdict::Refused);
  issuer.userinfo.asObject().remove("email_verified");
  EXPECT_EQ(withClaim("email", "").verdict, Verdict::Refused);
  EXPECT_EQ(withClaim("email", "", R"("requireVerifiedEmail":false)").verdict, Verdict::Accepted);
  issuer.userinfo.asObject().set("email_verified", Value::boolean(true));
  issuer.userinfo.asObject().set("sub", Value::text("user-2"));
  EXPECT_NE(withClaim("email", "").reason.find("another user"), std::string::npos);
  issuer.userinfo = Value();
  EXPECT_EQ(withClaim("email", "").verdict, Verdict::Refused);
}

TEST_F(Oidc, GroupsMayComeFromAPathOrFromUserinfo) {
  Finding found = withClaim("realm_access", R"({"roles":["operators"]})", R"("groupsClaim":"realm_access.roles")");
  EXPECT_EQ(found.identity.profile, "Operator") << found.reason;
  found = withClaim("https://example.com/groups", R"("ops")", R"("groupsClaim":"https://example.com/groups")");
  EXPECT_EQ(found.identity.profile, "Operator") << found.reason;
  found = withClaim("groups", R"(["staff",7,null])");
  EXPECT_EQ(found.verdict, Verdict::Accepted);
  EXPECT_EQ(found.identity.profile, std::nullopt);
  issuer.userinfo = json::parse(R"({"sub":"user-1","groups":["ops"],"email":"x@y.example"})").value();
  found = withClaim("groups", "");
  EXPECT_EQ(found.identity.profile, "Operator") << found.reason;
  EXPECT_EQ(found.identity.email, "lena@cedar.example");
  issuer.userinfo = Value();
  EXPECT_EQ(withClaim("groups", "").verdict, Verdict::Accepted);
}

TEST_F(Oidc, ASecondFactorThereIsTold) {
  EXPECT_TRUE(withClaim("amr", R"(["pwd","mfa"])").identity.secondFactorDone);
  EXPECT_FALSE(withClaim("amr", R"(["pwd"])").identity.secondFactorDone);
}

TEST_F(Oidc, LogsOutThere) {
  EXPECT_EQ(make()->logoutUrl("https://app.example/?a=b").value(),
            "https://id.example/bye?client_id=the%20client&post_logout_redirect_uri="
            "https%3A%2F%2Fapp.example%2F%3Fa%3Db");
  EXPECT_FALSE(make(R"("logout":"local")")->logoutUrl("https://app.example/").has_value());
  issuer.discovery.asObject().remove("end_session_endpoint");
  EXPECT_FALSE(make()->logoutUrl("https://app.example/").has_value());
}

TEST_F(Oidc, CognitoIsAShortForm) {
  const Value settings = json::parse(R"({"type":"cognito","name":"shop","region":"eu-central-1",
    "userPoolId":"eu-central-1_AbC","clientId":"7x","domain":"shop.auth.eu-central-1.amazoncognito.com"})")
                             .value();
  const auto read = readCognitoSettings(settings.asObject());
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(read->issuer, "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC");
  EXPECT_EQ(read->groupsClaim, "cognito:groups");
  const OidcProvider provider(*read, *secrets, issuer.fetch());
  EXPECT_EQ(provider.logoutUrl("https://app.example/").value(),
            "https://shop.auth.eu-central-1.amazoncognito.com/logout?client_id=7x&logout_uri=https%3A%2F%2Fapp.example"
            "%2F");
}

TEST_F(Oidc, CognitoNeedsNoEndpointsInDiscovery) {
  issuer.discovery = json::parse(R"({"issuer":"https://cognito-idp.x.amazonaws.com/p","jwks_uri":
    "https://id.example/keys"})")
                         .value();
  const Value settings = json::parse(R"({"type":"cognito","name":"shop","region":"x","userPoolId":"p",
    "clientId":"7x","domain":"shop.example"})")
                             .value();
  OidcProvider provider(readCognitoSettings(settings.asObject()).value(), *secrets, issuer.fetch());
  const auto begun = provider.begin(callback);
  ASSERT_TRUE(begun.has_value()) << begun.error().message();
  EXPECT_TRUE(begun->url.starts_with("https://shop.example/oauth2/authorize?response_type=code")) << begun->url;
}

TEST_F(Oidc, SettingsThatCannotBeAreTold) {
  struct Case {
    std::string_view more, word;
  };
  for (const Case& bad : std::vector<Case>{{R"("name":"a/b")", "\"name\""},
                                           {R"("name":7)", "\"name\" must be a text"},
                                           {R"("issuer":"http://id.example")", "\"issuer\""},
                                           {R"("issuer":"https://id.example?x=1")", "\"issuer\""},
                                           {R"("issuer":null)", "\"issuer\" is missing"},
                                           {R"("clientId":"")", "\"clientId\" is missing"},
                                           {R"("clientSecret":{"name":"x"})", "\"clientSecret\""},
                                           {R"("clientSecret":null,"tokenAuth":"client_secret_post")", "clientSecret"},
                                           {R"("tokenAuth":"private_key_jwt")", "client_secret_basic"},
                                           {R"("scopes":["email"])", "openid"},
                                           {R"("scopes":"openid")", "array"},
                                           {R"("createUsers":"yes")", "true or false"},
                                           {R"("logout":"all")", "rp, local"},
                                           {R"("clockSkewS":601)", "from 0 to 600"},
                                           {R"("timeoutMs":1.5)", "whole number"},
                                           {R"("profiles":{})", "\"profiles\""},
                                           {R"("clientid":"x")", "\"clientid\" is not known"}}) {
    const Value settings = json::parse(entry(bad.more)).value();
    const auto read = readOidcSettings(settings.asObject());
    ASSERT_FALSE(read.has_value()) << bad.more;
    EXPECT_NE(read.error().message().find(bad.word), std::string::npos) << bad.more << ": " << read.error().message();
  }
}

TEST(SafeUrl, IsHttpsOrThisMachine) {
  for (const std::string_view url : {"https://a", "https://a.example:8443/x?y=z", "http://127.0.0.1:9/x",
                                     "http://[::1]:9", "http://localhost", "http://localhost:80/"}) {
    EXPECT_TRUE(isSafeUrl(url)) << url;
  }
  for (const std::string_view url :
       {"", "https://", "https:///x", "http://a.example", "http://localhost.evil.example", "http://127.0.0.1@evil",
        "http://127.0.0.1.evil", "ftp://a", "file:///x", "https://a#b", "https://a\\b", "https://a\nb", "https://u@a",
        "//a", "HTTPS://a", "http://[::1]evil.example"}) {
    EXPECT_FALSE(isSafeUrl(url)) << url;
  }
}

}  // namespace
}  // namespace qodly::security
