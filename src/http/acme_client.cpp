#include "http/acme_client.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/base64_url.h"
#include "base/error_codes.h"
#include "base/json_writer.h"
#include "http/ascii.h"
#include "http/certificate.h"
#include "http/clock.h"
#include "security/json_members.h"
#include "value/json.h"

namespace qodly::http {

namespace {

using security::textMember;

constexpr std::string_view challengeFolder = "/.well-known/acme-challenge/";
constexpr std::string_view problemPrefix = "urn:ietf:params:acme:error:";
constexpr std::size_t longestToken = 256;
constexpr std::size_t largestAnswer = 256 * 1024;
constexpr std::size_t mostAuthorizations = 8;  // an order for one name has one
constexpr int nonceTries = 5;
constexpr std::chrono::seconds requestTimeout{20};
constexpr std::chrono::seconds firstPause{1}, longestPause{30}, pollTime{300};

Error acmeError(std::string message) { return Error(code::inputOutput, "http", std::move(message)); }

std::string_view headerOf(const security::FetchAnswer& answer, std::string_view name) {
  for (const auto& [each, value] : answer.headers) {
    if (sameToken(each, name)) return value;
  }
  return {};
}

// "120", or a date.
std::chrono::seconds retryTime(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size()) return std::chrono::seconds(std::max<long>(0, seconds));
  const auto date = parseHttpDate(text);
  if (!date) return {};
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  return std::max(std::chrono::seconds(0), std::chrono::seconds(*date) - now);
}

std::string jsonText(std::string_view text) {
  std::string out;
  json::appendString(text, out);
  return out;
}

// A token is part of a path and of what is answered: nothing but what RFC 8555 8.1 allows.
bool isToken(std::string_view text) {
  return !text.empty() && text.size() <= longestToken && std::ranges::all_of(text, [](char c) {
    const char small = ascii::lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::span<const Value> elementsOf(const Value& object, std::string_view member) {
  const Value* list = object.isObject() ? object.asObject().find(member) : nullptr;
  return list != nullptr && list->isCollection() ? std::span<const Value>(list->asCollection().elements())
                                                 : std::span<const Value>();
}

std::string textIn(const Value& object, std::string_view member) {
  return object.isObject() ? textMember(object.asObject(), member) : std::string();
}

// The sentence of an error object (RFC 7807).
std::string detailOf(const Value& error) {
  const std::string detail = textIn(error, "detail");
  return detail.empty() ? textIn(error, "type") : detail;
}

}  // namespace

void AcmeChallenges::add(std::string token, std::string proof) {
  std::lock_guard lock(mutex_);
  proofs_.insert_or_assign(std::move(token), std::move(proof));
}

void AcmeChallenges::remove(std::string_view token) {
  std::lock_guard lock(mutex_);
  if (const auto known = proofs_.find(token); known != proofs_.end()) proofs_.erase(known);
}

bool AcmeChallenges::answer(const Request& request, Response& response) const {
  if (!request.path().starts_with(challengeFolder) || !request.isRead()) return false;
  std::lock_guard lock(mutex_);
  const auto known = proofs_.find(request.path().substr(challengeFolder.size()));
  if (known == proofs_.end()) return false;
  response.setContentType("application/octet-stream");
  response.setHeader("Cache-Control", "no-store");
  response.body() = known->second;
  return true;
}

AcmeClient::AcmeClient(AcmeAuthority authority, const AcmeKey& key, std::string accountUrl, security::Fetch fetch,
                       AcmeChallenges& challenges, Pause pause)
    : authority_(std::move(authority)),
      key_(key),
      accountUrl_(std::move(accountUrl)),
      fetch_(std::move(fetch)),
      challenges_(challenges),
      pause_(std::move(pause)) {}

Result<security::FetchAnswer> AcmeClient::fetch(security::FetchRequest request) {
  request.timeout = requestTimeout;
  request.maximumAnswer = largestAnswer;
  request.authorityFile = authority_.authorityFile;
  request.headers.emplace_back("User-Agent", "qodly");
  const std::string url = request.url;
  auto answer = fetch_(request);
  if (!answer) return std::unexpected(acmeError(fmt::format("{}: {}", url, answer.error().text())));
  if (const std::string_view next = headerOf(*answer, "Replay-Nonce"); isToken(next)) nonce_ = next;
  retryAfter_ = retryTime(headerOf(*answer, "Retry-After"));
  return answer;
}

Result<std::string> AcmeClient::urlIn(const Value& object, std::string_view member) const {
  std::string url = textIn(object, member);
  const bool plain = authority_.directory.starts_with("http://");
  if (url.starts_with("https://") || (plain && url.starts_with("http://"))) return url;
  return std::unexpected(acmeError(
      fmt::format("{}: the answer of the authority has no usable address \"{}\"", authority_.directory, member)));
}

Result<> AcmeClient::readDirectory() {
  const auto answer = fetch({.url = authority_.directory, .body = {}, .headers = {}, .authorityFile = {}});
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200)
    return std::unexpected(acmeError(fmt::format("{}: answered {}", authority_.directory, answer->status)));
  const auto parsed = json::parse(answer->body);
  if (!parsed || !parsed->isObject())
    return std::unexpected(acmeError(fmt::format("{}: is no ACME directory", authority_.directory)));
  for (const auto& [member, into] :
       {std::pair("newNonce", &newNonce_), std::pair("newAccount", &newAccount_), std::pair("newOrder", &newOrder_)}) {
    auto url = urlIn(*parsed, member);
    if (!url) return std::unexpected(url.error());
    *into = std::move(*url);
  }
  const Value* meta = parsed->asObject().find("meta");
  terms_ = meta == nullptr ? std::string() : textIn(*meta, "termsOfService");
  return {};
}

Result<std::string> AcmeClient::nonce() {
  if (!nonce_.empty()) return std::exchange(nonce_, {});
  const auto answer = fetch({.url = newNonce_, .body = {}, .headers = {}, .authorityFile = {}});
  if (!answer) return std::unexpected(answer.error());
  if (nonce_.empty()) return std::unexpected(acmeError(fmt::format("{}: gives no nonce", newNonce_)));
  return std::exchange(nonce_, {});
}

AcmeClient::Problem AcmeClient::problemOf(const std::string& url, const security::FetchAnswer& answer) const {
  const auto parsed = json::parse(answer.body);
  const Value problem = parsed ? *parsed : Value();
  std::string type = textIn(problem, "type");
  if (type.starts_with(problemPrefix)) type.erase(0, problemPrefix.size());
  std::string text = fmt::format("{}: answered {}", url, answer.status);
  if (!type.empty()) text += fmt::format(" {}", type);
  if (const std::string detail = textIn(problem, "detail"); !detail.empty()) text += fmt::format(": {}", detail);
  for (const Value& part : elementsOf(problem, "subproblems")) text += fmt::format("; {}", detailOf(part));
  return {std::move(type), acmeError(std::move(text))};
}

AcmeClient::Asked AcmeClient::post(const std::string& url, const std::string& payload) {
  for (int tries = 1;; ++tries) {
    const auto once = nonce();
    if (!once) return std::unexpected(Problem{{}, once.error()});
    const std::string who = accountUrl_.empty() ? fmt::format(R"("jwk":{})", key_.jwk())
                                                : fmt::format(R"("kid":{})", jsonText(accountUrl_));
    const std::string header =
        fmt::format(R"({{"alg":"ES256",{},"nonce":{},"url":{}}})", who, jsonText(*once), jsonText(url));
    const auto answer = fetch({.url = url,
                               .body = signedMessage(key_, header, payload),
                               .headers = {{"Content-Type", "application/jose+json"}},
                               .authorityFile = {}});
    if (!answer) return std::unexpected(Problem{{}, answer.error()});
    if (answer->status >= 300) {
      Problem problem = problemOf(url, *answer);
      if (problem.type == "badNonce" && tries < nonceTries) continue;
      return std::unexpected(std::move(problem));
    }
    auto parsed = json::parse(answer->body);  // a certificate is no JSON
    return Answer{answer->body, std::string(headerOf(*answer, "Location")), parsed ? std::move(*parsed) : Value()};
  }
}

Result<> AcmeClient::openAccount() {
  if (!accountUrl_.empty()) return {};
  std::string payload = R"({"termsOfServiceAgreed":true,"contact":[)";
  for (const std::string& contact : authority_.contact) {
    if (payload.back() != '[') payload += ',';
    json::appendString(contact, payload);
  }
  payload += ']';
  if (!authority_.externalId.empty()) {
    const std::string header =
        fmt::format(R"({{"alg":"HS256","kid":{},"url":{}}})", jsonText(authority_.externalId), jsonText(newAccount_));
    payload += R"(,"externalAccountBinding":)" + signedMessage(authority_.externalKey, header, key_.jwk());
  }
  payload += '}';
  const Asked answer = post(newAccount_, payload);
  if (!answer) return std::unexpected(answer.error().error);
  if (answer->location.empty()) return std::unexpected(acmeError(newAccount_ + ": gives the account no address"));
  accountUrl_ = answer->location;
  return {};
}

Result<Value> AcmeClient::poll(const std::string& url, std::string_view what,
                               const std::function<bool(std::string_view)>& done) {
  std::chrono::seconds waited{0}, pause = firstPause;
  for (;;) {
    const Asked answer = post(url, {});
    if (!answer) return std::unexpected(answer.error().error);
    if (done(textIn(answer->json, "status"))) return answer->json;
    if (waited >= pollTime) {
      return std::unexpected(acmeError(
          fmt::format("{}: {} is still \"{}\" after {} s", url, what, textIn(answer->json, "status"), waited.count())));
    }
    const auto wanted = std::clamp(std::max(retryAfter_, pause), firstPause, longestPause);
    if (!pause_(wanted)) return std::unexpected(acmeError("The server stops"));
    waited += wanted;
    pause *= 2;
  }
}

// The proof is there before the authority is told to look, and until it has.
Result<> AcmeClient::prove(const std::string& host, const std::string& authorization) {
  const Asked found = post(authorization, {});
  if (!found) return std::unexpected(found.error().error);
  if (textIn(found->json, "status") == "valid") return {};
  const auto challenges = elementsOf(found->json, "challenges");
  const auto challenge =
      std::ranges::find_if(challenges, [](const Value& each) { return textIn(each, "type") == "http-01"; });
  if (challenge == challenges.end())
    return std::unexpected(acmeError(fmt::format("The authority offers no HTTP-01 challenge for {}", host)));
  const std::string token = textIn(*challenge, "token");
  const auto url = urlIn(*challenge, "url");
  if (!url) return std::unexpected(url.error());
  if (!isToken(token)) return std::unexpected(acmeError("The authority's challenge has no proper token"));
  challenges_.add(token, token + "." + key_.thumbprint());
  const auto look = [&]() -> Result<Value> {
    if (const Asked begun = post(*url, "{}"); !begun) return std::unexpected(begun.error().error);
    return poll(authorization, "the proof", [](std::string_view status) { return status != "pending"; });
  };
  const Result<Value> looked = look();
  challenges_.remove(token);
  if (!looked) return std::unexpected(looked.error());
  if (textIn(*looked, "status") == "valid") return {};
  std::string reason = fmt::format("it says \"{}\"", textIn(*looked, "status"));
  for (const Value& each : elementsOf(*looked, "challenges")) {
    const Value* error = each.isObject() ? each.asObject().find("error") : nullptr;
    if (error != nullptr) reason = detailOf(*error);
  }
  return std::unexpected(acmeError(fmt::format("The authority could not verify {} over HTTP: {}", host, reason)));
}

Result<std::string> AcmeClient::order(const std::string& host, const AcmeKey& key, bool again) {
  if (Result<> opened = openAccount(); !opened) return std::unexpected(opened.error());
  const Asked made = post(newOrder_, fmt::format(R"({{"identifiers":[{{"type":"dns","value":{}}}]}})", jsonText(host)));
  if (!made && made.error().type == "accountDoesNotExist" && !again) {
    accountUrl_.clear();  // the authority has forgotten the account: the key makes it anew
    return order(host, key, true);
  }
  if (!made) return std::unexpected(made.error().error);
  const std::string& url = made->location;
  const auto finalize = urlIn(made->json, "finalize");
  const auto authorizations = elementsOf(made->json, "authorizations");
  if (url.empty() || !finalize || authorizations.size() > mostAuthorizations)
    return std::unexpected(acmeError(newOrder_ + ": the order has no usable addresses"));
  for (const Value& each : authorizations) {
    if (!each.isText()) return std::unexpected(acmeError(newOrder_ + ": an authorization is no address"));
    if (Result<> proved = prove(host, std::string(each.asText())); !proved) return std::unexpected(proved.error());
  }
  const auto ready = poll(url, "the order", [](std::string_view status) { return status != "pending"; });
  if (!ready) return std::unexpected(ready.error());
  if (textIn(*ready, "status") == "ready") {
    const auto request = key.certificateRequest(host);
    if (!request) return std::unexpected(request.error());
    const Asked asked = post(*finalize, fmt::format(R"({{"csr":"{}"}})", toBase64Url(*request)));
    if (!asked) return std::unexpected(asked.error().error);
  }
  const auto issued = poll(url, "the order", [](std::string_view status) {
    return status != "processing" && status != "ready" && status != "pending";
  });
  if (!issued) return std::unexpected(issued.error());
  if (textIn(*issued, "status") != "valid") {
    const Value* error = issued->asObject().find("error");
    return std::unexpected(acmeError(fmt::format("The authority has not issued a certificate for {}: {}", host,
                                                 error != nullptr ? detailOf(*error) : textIn(*issued, "status"))));
  }
  const auto certificate = urlIn(*issued, "certificate");
  if (!certificate) return std::unexpected(certificate.error());
  const Asked loaded = post(*certificate, {});
  if (!loaded) return std::unexpected(loaded.error().error);
  return loaded->body;
}

Result<std::string> AcmeClient::obtain(const std::string& host) {
  retryAfter_ = {};
  if (newOrder_.empty()) {
    if (Result<> read = readDirectory(); !read) return std::unexpected(read.error());
  }
  if (!terms_.empty() && !authority_.termsAgreed) {
    return std::unexpected(acmeError(fmt::format(
        "The authority's terms ({}) are not agreed to: read them and set http.acme.termsOfServiceAgreed to true",
        terms_)));
  }
  const auto key = AcmeKey::make();
  if (!key) return std::unexpected(key.error());
  auto chain = order(host, *key, false);
  if (!chain) return std::unexpected(chain.error());
  const std::string keyText = key->pem();
  for (const CertificateFault& fault : checkCertificate(*chain, keyText, host)) {
    return std::unexpected(acmeError(
        fmt::format("The certificate that the authority gave is not usable: {}: {}", fault.code, fault.message)));
  }
  if (!chain->ends_with('\n')) *chain += '\n';
  return *chain + keyText;
}

}  // namespace qodly::http
