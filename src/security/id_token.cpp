#include "security/id_token.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "crypto/digest.h"

namespace qodly::security {

namespace {

// A token for a sign-in has just been made. Some providers make it when the sign-in begins.
constexpr std::int64_t oldestToken = 3600;  // seconds
constexpr std::size_t longestSubject = 255;

std::unexpected<Error> refuse(std::string message) {
  return std::unexpected(Error(code::noPermission, "auth", std::move(message)));
}

// For whom the token is. Several audiences need "azp" to say which of them asked for it.
Result<> checkAudience(const Object& claims, const std::string& clientId) {
  const Value audience = claims.get("aud");
  const auto isUs = [&](const Value& value) { return value.isText() && value.asText() == clientId; };
  const bool several = audience.isCollection() && audience.asCollection().size() > 1;
  const bool named =
      audience.isCollection() ? std::ranges::any_of(audience.asCollection().elements(), isUs) : isUs(audience);
  if (!named) return refuse("The ID token is for another client (aud).");
  const Value party = claims.get("azp");
  if (several && party.isMissing()) return refuse("The ID token is for several clients and does not say which (azp).");
  if (!party.isMissing() && !isUs(party)) return refuse("The ID token was asked for by another client (azp).");
  return {};
}

Result<> checkTimes(const Object& claims, const IdTokenRules& rules) {
  const auto expires = jwtSeconds(claims, "exp"), issued = jwtSeconds(claims, "iat"), from = jwtSeconds(claims, "nbf");
  if (!expires) return refuse("The ID token does not say when it ends (exp).");
  if (*expires <= rules.now - rules.clockSkew) {
    return refuse(fmt::format("The ID token ended {} s ago (exp).", rules.now - *expires));
  }
  if (!issued) return refuse("The ID token does not say when it was made (iat).");
  if (*issued > rules.now + rules.clockSkew) {
    return refuse(fmt::format("The ID token was made {} s in the future (iat).", *issued - rules.now));
  }
  if (*issued < rules.now - oldestToken - rules.clockSkew) {
    return refuse(fmt::format("The ID token was made {} s ago (iat).", rules.now - *issued));
  }
  if (claims.find("nbf") != nullptr && (!from || *from > rules.now + rules.clockSkew)) {
    return refuse("The ID token is not valid yet (nbf).");
  }
  return {};
}

}  // namespace

Result<Value> checkIdToken(const Jws& token, const IdTokenRules& rules) {
  if (!token.type.empty() && token.type != "jwt") return refuse("The token is of another kind than an ID token (typ).");
  auto content = jwtClaims(token);
  if (!content) return content;
  const Object& claims = content->asObject();
  if (jwtText(claims, "iss") != rules.issuer) return refuse("The ID token is of another issuer (iss).");
  if (auto audience = checkAudience(claims, rules.clientId); !audience) return std::unexpected(audience.error());
  if (auto times = checkTimes(claims, rules); !times) return std::unexpected(times.error());
  const bool mayBeAbsent = !rules.nonceRequired && claims.find("nonce") == nullptr;
  if (rules.nonce.empty() || (!mayBeAbsent && !crypto::equalSecrets(jwtText(claims, "nonce"), rules.nonce))) {
    return refuse("The ID token belongs to another sign-in (nonce).");
  }
  const std::string subject = jwtText(claims, "sub");
  if (subject.empty() || subject.size() > longestSubject) return refuse("The ID token names no user (sub).");
  return content;
}

}  // namespace qodly::security
