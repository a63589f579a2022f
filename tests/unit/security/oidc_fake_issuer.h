// An OpenID provider in memory: its documents, its keys and its token endpoint, each of which a test may bend.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <openssl/evp.h>

#include "security/fetch.h"
#include "value/value.h"

namespace qodly::security {

class FakeIssuer {
 public:
  FakeIssuer();

  static constexpr std::string_view url = "https://id.example/realm";
  static constexpr std::string_view clientId = "the client";

  Fetch fetch();
  // Claims of a right token for this nonce, to be bent.
  Value claims(std::string_view nonce) const;
  // Signs with the present key (RS256).
  std::string sign(const Value& claims) const;
  std::string sign(const Value& claims, std::string_view header) const;
  void rotate(std::string_view keyId);  // another key takes the place of the present one

  std::int64_t now = 1'900'000'000;
  Value discovery;
  // The body of the answer of the token endpoint, by the nonce of the sign-in.
  std::function<std::string(std::string_view nonce)> tokenAnswer;
  int tokenStatus = 200;
  Value userinfo;
  bool reachable = true;
  std::string nonce;  // of the sign-in that is under way

  std::map<std::string, int> asked;  // requests by URL
  FetchRequest lastTokenRequest;

 private:
  Result<FetchAnswer> answer(const FetchRequest& request);
  std::string keySet() const;

  std::shared_ptr<EVP_PKEY> key_;
  std::string keyId_;
};

}  // namespace qodly::security
