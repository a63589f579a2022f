// The ACME client against an authority that checks what it is sent and does what the test says (RFC 8555).
#include <deque>
#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/base64_url.h"
#include "base/error_codes.h"
#include "base/release.h"
#include "http/acme_client.h"
#include "http/certificate.h"
#include "security/json_members.h"
#include "security/jwk.h"
#include "value/json.h"

namespace qodly::http {
namespace {

using security::FetchAnswer;
using security::FetchRequest;
using security::textMember;

constexpr std::string_view prefix = "https://ca.test";

std::string memberOf(const Value& object, std::string_view name) { return textMember(object.asObject(), name); }

// Signs whatever it is asked for, unless `answers` says otherwise.
class Authority {
 public:
  security::Fetch fetch() {
    return [this](const FetchRequest& request) { return answer(request); };
  }

  AcmeChallenges challenges;
  std::string refusedNonce, orderStatus = "pending", detail;
  std::map<std::string, std::deque<FetchAnswer>> answers;  // instead of its own, by path, the next first
  std::vector<std::string> asked;                          // paths
  std::vector<std::string> problems;                       // what a strict authority would not take
  bool proofSeen = false, terms = true;
  std::string knownAccount = "https://ca.test/account/1";
  std::string orderHost;

 private:
  Result<FetchAnswer> answer(const FetchRequest& request) {
    const std::string path = request.url.substr(prefix.size());
    asked.push_back(path);
    FetchAnswer out{.status = 200, .body = {}};
    out.headers.emplace_back("replay-nonce", fmt::format("nonce-{}", ++nonces_));
    Value payload;
    if (request.body) payload = opened(request, path);
    nonce_ = fmt::format("nonce-{}", nonces_);
    if (auto& said = answers[path]; !said.empty()) {
      out.status = said.front().status;
      out.body = said.front().body;
      out.headers.insert(out.headers.end(), said.front().headers.begin(), said.front().headers.end());
      said.pop_front();
      return out;
    }
    respond(path, payload, out);
    return out;
  }

  // The payload of a signed request, checked as RFC 8555 6 demands.
  Value opened(const FetchRequest& request, const std::string& path) {
    const auto check = [&](bool good, std::string_view what) {
      if (!good) problems.push_back(fmt::format("{}: {}", path, what));
    };
    check(request.headers.front() == std::pair<std::string, std::string>("Content-Type", "application/jose+json"),
          "type");
    const Value body = *json::parse(*request.body);
    const std::string head = memberOf(body, "protected"), content = memberOf(body, "payload");
    const Value header = *json::parse(*fromBase64Url(head));
    check(memberOf(header, "url") == request.url, "url");
    check(memberOf(header, "nonce") == nonce_, "nonce " + memberOf(header, "nonce") + " is not " + nonce_);
    check(memberOf(header, "alg") == "ES256", "alg");
    const bool byKey = header.asObject().find("jwk") != nullptr;
    check(byKey == (path == "/account"), "jwk or kid");
    if (byKey) {
      key_ = json::text(header.asObject().get("jwk"));
    } else {
      check(memberOf(header, "kid") == knownAccount, "kid");
    }
    const auto keys = security::JsonWebKeySet::parse(R"({"keys":[)" + key_ + "]}");
    check(keys.has_value() && keys->size() == 1, "key");
    const security::Jws token{.algorithm = security::JwsAlgorithm::ES256,
                              .keyId = {},
                              .type = {},
                              .signedText = head + "." + content,
                              .payload = {},
                              .signature = fromBase64Url(memberOf(body, "signature")).value_or("")};
    check(keys && keys->verify(token) == security::JsonWebKeySet::Answer::valid, "signature");
    return content.empty() ? Value() : *json::parse(*fromBase64Url(content));
  }

  void respond(const std::string& path, const Value& payload, FetchAnswer& out) {
    if (path == "/dir") {
      out.body =
          R"({"newNonce":"https://ca.test/nonce","newAccount":"https://ca.test/account","newOrder":"https://ca.test/order")";
      out.body += terms ? R"(,"meta":{"termsOfService":"https://ca.test/terms"}})" : "}";
    } else if (path == "/account") {
      out.status = 201;
      out.headers.emplace_back("Location", knownAccount);
    } else if (path == "/order") {
      out.status = 201;
      out.headers.emplace_back("Location", "https://ca.test/order/1");
      orderHost = memberOf(payload.asObject().get("identifiers").asCollection().elements().front(), "value");
      out.body = order();
    } else if (path == "/authz/1") {
      out.body = fmt::format(
          R"({{"status":"{}","challenges":[{{"type":"dns-01","url":"https://ca.test/no","token":"x"}},)"
          R"({{"type":"http-01","url":"https://ca.test/challenge/1","token":"tok-en_1","status":"{}"{}}}]}})",
          proof_, proof_, detail.empty() ? "" : fmt::format(R"(,"error":{{"detail":"{}"}})", detail));
      if (proof_ == "pending" && told_) proof_ = proofSeen && detail.empty() ? "valid" : "invalid";
    } else if (path == "/challenge/1") {
      told_ = true;
      Request request;
      Response response;
      const std::string message =
          "GET /.well-known/acme-challenge/tok-en_1 HTTP/1.1\r\nHost: a.example\r\n\r\n" + std::string(64, ' ');
      if (request.read(std::string_view(message).substr(0, message.size() - 64)) &&
          challenges.answer(request, response)) {
        const std::string thumbprint = std::string(response.bodyView()).substr(std::string_view("tok-en_1.").size());
        proofSeen = response.bodyView().starts_with("tok-en_1.") && thumbprint.size() == 43;
      }
      out.body = "{}";
    } else if (path == "/order/1") {
      if (orderStatus == "pending" && proof_ == "valid") orderStatus = "ready";
      out.body = order();
    } else if (path == "/finalize/1") {
      certificate_ = issue(*fromBase64Url(memberOf(payload, "csr")));
      orderStatus = "valid";
      out.body = order();
    } else if (path == "/certificate/1") {
      out.body = certificate_;
    }
  }

  std::string order() const {
    return fmt::format(
        R"({{"status":"{}","authorizations":["https://ca.test/authz/1"],"finalize":"https://ca.test/finalize/1",)"
        R"("certificate":"https://ca.test/certificate/1"}})",
        orderStatus);
  }

  // A certificate for the key and the one name that the request holds, signed by a key of the authority.
  std::string issue(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<X509_REQ, Release<X509_REQ_free>> request(
        d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())));
    EVP_PKEY* key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
    if (key == nullptr || X509_REQ_verify(request.get(), key) != 1) {
      problems.emplace_back("the request for a certificate is not signed by its key");
      return {};
    }
    const std::unique_ptr<X509, Release<X509_free>> made(X509_new());
    const std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>> own(EVP_EC_gen("P-256"));
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 7);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 86'400);
    X509_set_pubkey(made.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_issuer_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>("Authority"), -1, -1, 0);
    STACK_OF(X509_EXTENSION)* extensions = X509_REQ_get_extensions(request.get());
    for (int i = 0; i < sk_X509_EXTENSION_num(extensions); ++i)
      X509_add_ext(made.get(), sk_X509_EXTENSION_value(extensions, i), -1);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    X509_sign(made.get(), own.get(), EVP_sha256());
    const std::unique_ptr<BIO, Release<BIO_free_all>> text(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(text.get(), made.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(text.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

  int nonces_ = 0;
  std::string nonce_, key_, proof_ = "pending", certificate_;
  bool told_ = false;
};

class Acme : public testing::Test {
 protected:
  AcmeClient client(std::string account = {}, bool agreed = true) {
    return AcmeClient({.directory = "https://ca.test/dir",
                       .authorityFile = {},
                       .contact = {"mailto:ops@a.example"},
                       .termsAgreed = agreed,
                       .externalId = {},
                       .externalKey = {}},
                      key_, std::move(account), authority_.fetch(), authority_.challenges,
                      [this](std::chrono::milliseconds time) {
                        pauses_.push_back(std::chrono::duration_cast<std::chrono::seconds>(time).count());
                        return goesOn_;
                      });
  }
  static FetchAnswer problem(int status, std::string_view type, std::string_view detail) {
    return {.status = status,
            .body = fmt::format(R"({{"type":"urn:ietf:params:acme:error:{}","detail":"{}"}})", type, detail)};
  }

  Authority authority_;
  const AcmeKey key_ = std::move(*AcmeKey::make());
  std::vector<std::int64_t> pauses_;
  bool goesOn_ = true;
};

TEST_F(Acme, AskProveAndTake) {
  AcmeClient asking = client();
  const auto obtained = asking.obtain("a.example");
  ASSERT_TRUE(obtained) << obtained.error().text();
  EXPECT_EQ(authority_.problems, std::vector<std::string>());
  EXPECT_EQ(authority_.orderHost, "a.example");
  EXPECT_TRUE(authority_.proofSeen) << "the proof was there when the authority looked";
  EXPECT_TRUE(checkCertificate(*obtained, *obtained, "a.example").empty());
  EXPECT_EQ(namesOf(*obtained), std::vector<std::string>{"a.example"});
  EXPECT_EQ(asking.accountUrl(), authority_.knownAccount);
  Request request;
  Response response;
  const std::string message =
      "GET /.well-known/acme-challenge/tok-en_1 HTTP/1.1\r\nHost: a.example\r\n\r\n" + std::string(64, ' ');
  ASSERT_TRUE(request.read(std::string_view(message).substr(0, message.size() - 64)));
  EXPECT_FALSE(authority_.challenges.answer(request, response)) << "and is gone afterwards";
}

TEST_F(Acme, AKnownAccountIsNotMadeAgain) {
  AcmeClient asking = client(authority_.knownAccount);
  // Its key is known to the authority from before.
  const auto first = client().obtain("b.example");
  ASSERT_TRUE(first) << first.error().text();
  authority_.asked.clear();
  authority_.orderStatus = "ready";
  ASSERT_TRUE(asking.obtain("a.example"));
  EXPECT_EQ(std::ranges::count(authority_.asked, "/account"), 0);
}

TEST_F(Acme, AnAccountThatTheAuthorityHasForgottenIsMadeAnew) {
  authority_.answers["/order"].push_back(problem(400, "accountDoesNotExist", "who?"));
  AcmeClient asking = client();
  const auto obtained = asking.obtain("a.example");
  ASSERT_TRUE(obtained) << obtained.error().text();
  EXPECT_EQ(std::ranges::count(authority_.asked, "/account"), 2);
}

TEST_F(Acme, ANonceThatIsRefusedIsReplaced) {
  for (int i = 0; i < 4; ++i) authority_.answers["/order"].push_back(problem(400, "badNonce", "old"));
  const auto obtained = client().obtain("a.example");
  ASSERT_TRUE(obtained) << obtained.error().text();
  authority_.orderStatus = "pending";
  for (int i = 0; i < 5; ++i) authority_.answers["/order"].push_back(problem(400, "badNonce", "old"));
  const auto refused = client().obtain("a.example");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("badNonce: old"), std::string::npos) << refused.error().text();
}

TEST_F(Acme, RefusalsAreToldWithTheTimeToWait) {
  FetchAnswer limited = problem(429, "rateLimited", "too many certificates");
  limited.headers.emplace_back("Retry-After", "3600");
  authority_.answers["/order"].push_back(limited);
  AcmeClient asking = client();
  const auto refused = asking.obtain("a.example");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("answered 429 rateLimited: too many certificates"), std::string::npos);
  EXPECT_EQ(asking.retryAfter(), std::chrono::seconds(3600));
}

TEST_F(Acme, AProofThatFailsSaysWhy) {
  authority_.detail = "connection refused";
  const auto refused = client().obtain("a.example");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("could not verify a.example over HTTP: connection refused"), std::string::npos)
      << refused.error().text();
}

TEST_F(Acme, TermsAreAgreedToByAPersonOnly) {
  const auto refused = client({}, false).obtain("a.example");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("https://ca.test/terms"), std::string::npos);
  EXPECT_EQ(authority_.asked, std::vector<std::string>{"/dir"});
  authority_.terms = false;
  EXPECT_TRUE(client({}, false).obtain("a.example")) << "an authority without terms";
}

TEST_F(Acme, WhatIsNotAProperAnswerIsRefused) {
  struct Case {
    const char* path;
    FetchAnswer answer;
  };
  const Case cases[] = {
      {"/dir", {.status = 503, .body = "{}"}},
      {"/dir", {.status = 200, .body = "<html>"}},
      {"/dir",
       {.status = 200,
        .body =
            R"({"newNonce":"http://ca.test/nonce","newAccount":"https://ca.test/account","newOrder":"https://ca.test/order"})"}},
      {"/account", {.status = 201, .body = "{}"}},
      {"/order", {.status = 201, .body = "{}", .headers = {{"Location", "https://ca.test/order/1"}}}},
      {"/order",
       {.status = 201,
        .body = R"({"finalize":"file:///etc/passwd","authorizations":[]})",
        .headers = {{"Location", "https://ca.test/order/1"}}}},
      {"/authz/1", {.status = 200, .body = R"({"status":"pending","challenges":[{"type":"dns-01"}]})"}},
      {"/authz/1",
       {.status = 200,
        .body =
            R"({"status":"pending","challenges":[{"type":"http-01","url":"https://ca.test/challenge/1","token":"../../x"}]})"}},
      {"/authz/1",
       {.status = 200,
        .body =
            R"({"status":"pending","challenges":[{"type":"http-01","url":"http://ca.test/challenge/1","token":"x"}]})"}},
      {"/certificate/1", {.status = 200, .body = "-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n"}},
  };
  for (const Case& each : cases) {
    Authority authority;
    authority.answers[each.path].push_back(each.answer);
    AcmeClient asking({.directory = "https://ca.test/dir",
                       .authorityFile = {},
                       .contact = {},
                       .termsAgreed = true,
                       .externalId = {},
                       .externalKey = {}},
                      key_, {}, authority.fetch(), authority.challenges,
                      [](std::chrono::milliseconds) { return true; });
    EXPECT_FALSE(asking.obtain("a.example")) << each.path << " " << each.answer.body;
  }
}

TEST_F(Acme, WaitsAsItIsToldAndNotForEver) {
  for (int i = 0; i < 200; ++i) {
    authority_.answers["/order/1"].push_back(
        {.status = 200, .body = R"({"status":"processing"})", .headers = {{"Retry-After", i == 0 ? "7" : "0"}}});
  }
  const auto refused = client().obtain("a.example");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("is still \"processing\" after"), std::string::npos) << refused.error().text();
  EXPECT_EQ(pauses_.front(), 1) << "for the proof";
  EXPECT_EQ(*std::ranges::max_element(pauses_), 30);
  EXPECT_LT(pauses_.size(), 30u);
}

TEST_F(Acme, StopsWhenTheServerDoes) {
  goesOn_ = false;
  const auto refused = client().obtain("a.example");
  ASSERT_FALSE(refused);
  EXPECT_EQ(pauses_.size(), 1u);
}

TEST(AcmeKey, IsKeptAsText) {
  const AcmeKey key = std::move(*AcmeKey::make());
  const auto again = AcmeKey::read(key.pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->jwk(), key.jwk());
  EXPECT_EQ(again->thumbprint(), key.thumbprint());
  EXPECT_FALSE(AcmeKey::read("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
  EXPECT_FALSE(AcmeKey::read(""));
}

// RFC 7515, appendix A.1: the same input with a secret gives the same signature.
TEST(AcmeKey, SignsWithASecretAsTheStandardShows) {
  const std::string secret =
      *fromBase64Url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const std::string message =
      signedMessage(std::string_view(secret), "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}",
                    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
  EXPECT_NE(message.find("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), std::string::npos) << message;
}

}  // namespace
}  // namespace qodly::http
