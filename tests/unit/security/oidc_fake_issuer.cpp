#include "oidc_fake_issuer.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "base/base64_url.h"
#include "base/error_codes.h"
#include "value/json.h"

namespace qodly::security {

namespace {

std::string number(EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, name, &value);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(value);
  return toBase64Url(bytes);
}

}  // namespace

FakeIssuer::FakeIssuer() : keyId_("first") {
  // Making a key takes time: all begin with the same one.
  static const std::shared_ptr<EVP_PKEY> first(EVP_RSA_gen(2048), EVP_PKEY_free);
  key_ = first;
  discovery = json::parse(R"({"issuer":"https://id.example/realm",
    "authorization_endpoint":"https://id.example/authorize?tenant=7","token_endpoint":"https://id.example/token",
    "jwks_uri":"https://id.example/keys","userinfo_endpoint":"https://id.example/me",
    "end_session_endpoint":"https://id.example/bye"})")
                  .value();
  tokenAnswer = [this](std::string_view forNonce) {
    return fmt::format(R"({{"access_token":"access","token_type":"Bearer","id_token":"{}"}})", sign(claims(forNonce)));
  };
}

void FakeIssuer::rotate(std::string_view keyId) {
  key_ = std::shared_ptr<EVP_PKEY>(EVP_RSA_gen(2048), EVP_PKEY_free);
  keyId_ = keyId;
}

Value FakeIssuer::claims(std::string_view forNonce) const {
  return json::parse(fmt::format(R"({{"iss":"{}","aud":"{}","sub":"user-1","nonce":"{}","iat":{},"exp":{},
    "email":"Lena@Cedar.example","email_verified":true,"given_name":"Lena","family_name":"Berg",
    "groups":["staff","ops"]}})",
                                 url, clientId, forNonce, now, now + 300))
      .value();
}

std::string FakeIssuer::sign(const Value& content) const {
  return sign(content, fmt::format(R"({{"alg":"RS256","typ":"JWT","kid":"{}"}})", keyId_));
}

std::string FakeIssuer::sign(const Value& content, std::string_view header) const {
  const std::string text = toBase64Url(header) + '.' + toBase64Url(json::text(content));
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestSignInit_ex(context, nullptr, "SHA256", nullptr, nullptr, key_.get(), nullptr);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                 reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MD_CTX_free(context);
  signature.resize(size);
  return text + '.' + toBase64Url(signature);
}

std::string FakeIssuer::keySet() const {
  return fmt::format(R"({{"keys":[{{"kty":"RSA","use":"sig","kid":"{}","n":"{}","e":"{}"}}]}})", keyId_,
                     number(key_.get(), OSSL_PKEY_PARAM_RSA_N), number(key_.get(), OSSL_PKEY_PARAM_RSA_E));
}

Result<FetchAnswer> FakeIssuer::answer(const FetchRequest& request) {
  ++asked[request.url];
  if (!reachable) return std::unexpected(Error(code::inputOutput, "test", "Connection refused."));
  if (request.url.ends_with("/.well-known/openid-configuration")) return FetchAnswer{200, json::text(discovery)};
  if (request.url == "https://id.example/keys") return FetchAnswer{200, keySet()};
  if (request.url == "https://id.example/me") {
    return userinfo.isObject() ? FetchAnswer{200, json::text(userinfo)} : FetchAnswer{401, "{}"};
  }
  if (request.url == "https://id.example/token") {
    lastTokenRequest = request;
    return FetchAnswer{tokenStatus, tokenAnswer(nonce)};
  }
  return FetchAnswer{404, ""};
}

Fetch FakeIssuer::fetch() {
  return [this](const FetchRequest& request) { return answer(request); };
}

}  // namespace qodly::security
