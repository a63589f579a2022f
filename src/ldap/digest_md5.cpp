#include "ldap/digest_md5.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/text.h"
#include "ldap/connection.h"

namespace qodly::ldap {

namespace {

constexpr std::size_t longestChallenge = 2048;  // RFC 2831 2.1.1

std::unexpected<Error> refuse(std::string_view message) {
  return std::unexpected(Error(fault::badArgument, "ldap", std::string(message)));
}

std::string md5(std::string_view text) {
  std::array<unsigned char, 16> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string hex(std::string_view bytes) { return lowerAscii(toHex(bytes)); }

std::string inQuotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

using Directives = std::multimap<std::string, std::string, std::less<>>;

// name=value, name="quoted value", separated by commas.
std::optional<Directives> readDirectives(std::string_view text) {
  Directives all;
  std::size_t at = 0;
  const auto skip = [&] {
    while (at < text.size() && (text[at] == ',' || text[at] == ' ' || text[at] == '\t')) ++at;
  };
  for (skip(); at < text.size(); skip()) {
    const std::size_t equal = text.find('=', at);
    if (equal == text.npos) return std::nullopt;
    std::string name = lowerAscii(trim(text.substr(at, equal - at))), value;
    at = equal + 1;
    if (at < text.size() && text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        value += text[at];
      }
      if (at == text.size()) return std::nullopt;
      ++at;
    } else {
      const std::size_t end = std::min(text.find(',', at), text.size());
      value = trim(text.substr(at, end - at));
      at = end;
    }
    all.emplace(std::move(name), std::move(value));
  }
  return all;
}

std::string first(const Directives& all, std::string_view name) {
  const auto found = all.find(name);
  return found == all.end() ? std::string() : found->second;
}

bool offersPlainAuthentication(const Directives& all) {
  const std::string offered = first(all, "qop");
  return offered.empty() ||
         std::ranges::any_of(split(offered, ','), [](std::string_view one) { return trim(one) == "auth"; });
}

}  // namespace

Result<DigestAnswer> answerDigest(std::string_view challenge, const DigestLogin& login, std::string_view service) {
  const auto all = challenge.size() <= longestChallenge ? readDirectives(challenge) : std::nullopt;
  if (!all) return refuse("The server's challenge is malformed.");
  const std::string nonce = first(*all, "nonce");
  if (nonce.empty() || first(*all, "algorithm") != "md5-sess") return refuse("The server's challenge is incomplete.");
  if (!offersPlainAuthentication(*all)) return refuse("The server asks for more protection than is known here.");
  const std::string realm = first(*all, "realm"), uri = fmt::format("{}/{}", service, login.host);
  const std::string secret = md5(fmt::format("{}:{}:{}", login.login, realm, login.password));
  const std::string session = hex(md5(fmt::format("{}:{}:{}", secret, nonce, login.clientNonce)));
  const auto proof = [&](std::string_view method) {
    return hex(md5(fmt::format("{}:{}:00000001:{}:auth:{}", session, nonce, login.clientNonce,
                               hex(md5(fmt::format("{}:{}", method, uri))))));
  };
  DigestAnswer answer;
  if (first(*all, "charset") == "utf-8") answer.text = "charset=utf-8,";
  answer.text += fmt::format("username={},", inQuotes(login.login));
  if (all->contains("realm")) answer.text += fmt::format("realm={},", inQuotes(realm));
  answer.text += fmt::format("nonce={},nc=00000001,cnonce={},digest-uri={},response={},qop=auth", inQuotes(nonce),
                             inQuotes(login.clientNonce), inQuotes(uri), proof("AUTHENTICATE"));
  answer.expected = "rspauth=" + proof("");
  return answer;
}

}  // namespace qodly::ldap
