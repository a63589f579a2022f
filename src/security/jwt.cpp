#include "security/jwt.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/base64_url.h"
#include "base/error_codes.h"
#include "base/text.h"
#include "value/json.h"

namespace qodly::security {

namespace {

struct AlgorithmName {
  JwsAlgorithm algorithm;
  std::string_view name;
};
constexpr std::array names{
    AlgorithmName{JwsAlgorithm::RS256, "RS256"}, AlgorithmName{JwsAlgorithm::RS384, "RS384"},
    AlgorithmName{JwsAlgorithm::RS512, "RS512"}, AlgorithmName{JwsAlgorithm::PS256, "PS256"},
    AlgorithmName{JwsAlgorithm::PS384, "PS384"}, AlgorithmName{JwsAlgorithm::PS512, "PS512"},
    AlgorithmName{JwsAlgorithm::ES256, "ES256"}, AlgorithmName{JwsAlgorithm::ES384, "ES384"},
    AlgorithmName{JwsAlgorithm::ES512, "ES512"}, AlgorithmName{JwsAlgorithm::EdDSA, "EdDSA"},
};

constexpr double lastSecond = 253'402'300'799;  // of the year 9999

std::unexpected<Error> refuse(std::string message) {
  return std::unexpected(Error(code::noPermission, "auth", std::move(message)));
}

Result<Value> parseObject(std::string_view text, std::string_view part) {
  auto parsed = json::parse(text, {.maximumDepth = maximumJwtDepth});
  if (!parsed) return refuse(fmt::format("The {} of the token is no JSON: {}", part, parsed.error().message()));
  if (!parsed->isObject()) return refuse(fmt::format("The {} of the token is no JSON object.", part));
  return std::move(*parsed);
}

// A text for a message: what the header claims may be anything.
std::string shown(const Value& value) {
  std::string text = json::text(value);
  if (text.size() > 40) text = std::string(utf16Prefix(text, 40)) + "...";
  return text;
}

std::string readType(const Object& header) {
  std::string type = lowerAscii(jwtText(header, "typ"));
  if (type.starts_with("application/")) type.erase(0, std::string_view("application/").size());
  return type;
}

Result<> readHeader(std::string_view text, Jws& token) {
  auto parsed = parseObject(text, "header");
  if (!parsed) return std::unexpected(parsed.error());
  const Object& header = parsed->asObject();
  const Value algorithm = header.get("alg");
  const auto known = algorithm.isText() ? jwsAlgorithm(algorithm.asText()) : std::nullopt;
  if (!known) {
    return refuse(fmt::format("The token is signed with {}; RS256, ES256 or PS256 is expected.", shown(algorithm)));
  }
  if (header.find("crit") != nullptr) return refuse("The token has critical extensions, of which none is known here.");
  if (const Value keyId = header.get("kid"); keyId.isText()) {
    token.keyId = std::string(keyId.asText());
  } else if (!keyId.isMissing()) {
    return refuse("The token names its key (kid) with something that is no text.");
  }
  token.algorithm = *known;
  token.type = readType(header);
  return {};
}

}  // namespace

std::string_view name(JwsAlgorithm algorithm) { return names[static_cast<std::size_t>(algorithm)].name; }

std::optional<JwsAlgorithm> jwsAlgorithm(std::string_view name) {
  const auto found = std::ranges::find(names, name, &AlgorithmName::name);
  if (found == names.end()) return std::nullopt;
  return found->algorithm;
}

Result<Jws> readJws(std::string_view text) {
  if (text.size() > maximumJwtSize) return refuse(fmt::format("The token is longer than {} bytes.", maximumJwtSize));
  const auto parts = split(text, '.');
  if (parts.size() != 3) return refuse("The token does not have the three parts of a signed one.");
  const auto header = fromBase64Url(parts[0]), payload = fromBase64Url(parts[1]), signature = fromBase64Url(parts[2]);
  if (!header || !payload || !signature) return refuse("A part of the token is no base64url text.");
  if (header->size() > maximumJwtHeaderSize) {
    return refuse(fmt::format("The header of the token is longer than {} bytes.", maximumJwtHeaderSize));
  }
  Jws token;
  if (auto read = readHeader(*header, token); !read) return std::unexpected(read.error());
  if (signature->empty()) return refuse("The token is not signed.");
  token.signedText = std::string(text.substr(0, parts[0].size() + 1 + parts[1].size()));
  token.payload = std::move(*payload);
  token.signature = std::move(*signature);
  return token;
}

Result<Value> jwtClaims(const Jws& token) { return parseObject(token.payload, "content"); }

std::optional<std::int64_t> jwtSeconds(const Object& claims, std::string_view claim) {
  const Value value = claims.get(claim);
  if (!value.isNumber()) return std::nullopt;
  const double seconds = value.asNumber();
  if (!(seconds >= 0 && seconds <= lastSecond)) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

std::string jwtText(const Object& claims, std::string_view claim) {
  const Value value = claims.get(claim);
  return value.isText() ? std::string(value.asText()) : std::string();
}

}  // namespace qodly::security
