// Tokens and key sets of strangers: what is accepted has exactly the text it came from, and no text but the published
// ones is found to be signed.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/base64_url.h"
#include "security/jwk.h"
#include "security/jwt.h"
#include "value/json.h"

namespace {

using qodly::security::JsonWebKeySet;

void check(bool holds) {
  if (!holds) std::abort();
}

// Keys of RFC 7515 (A.2, A.3) and RFC 8037 (A.4), and the texts that those examples sign.
constexpr std::string_view publishedKeys =
    R"({"keys":[{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"},
{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";
constexpr std::array<std::string_view, 3> signedTexts{
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"};

void tryToken(std::string_view text) {
  static const JsonWebKeySet keys = JsonWebKeySet::parse(publishedKeys).value();
  const auto token = qodly::security::readJws(text);
  if (!token) return;
  check(text == token->signedText + '.' + qodly::toBase64Url(token->signature));
  check(token->signedText.ends_with('.' + qodly::toBase64Url(token->payload)));
  check(!token->signature.empty());
  if (const auto claims = qodly::security::jwtClaims(*token)) {
    check(claims->isObject());
    static_cast<void>(qodly::security::jwtSeconds(claims->asObject(), "exp"));
  }
  if (keys.verify(*token) == JsonWebKeySet::Answer::valid) {
    bool known = false;
    for (const std::string_view one : signedTexts) known = known || one == token->signedText;
    check(known);
  }
}

void tryKeys(std::string_view text) {
  const auto keys = JsonWebKeySet::parse(text);
  if (!keys) return;
  check(keys->size() <= qodly::security::maximumKeys);
  qodly::security::Jws token;
  token.signedText = "a.b";
  for (const std::string_view name : {"RS256", "PS384", "ES256", "ES512", "EdDSA"}) {
    token.algorithm = qodly::security::jwsAlgorithm(name).value();
    token.signature.assign(64, 'x');
    static_cast<void>(keys->verify(token));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tryToken(text);
  tryKeys(text);
  if (const auto bytes = qodly::fromBase64Url(text)) check(qodly::toBase64Url(*bytes) == text);
  return 0;
}
