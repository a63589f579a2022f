// JSON Web Tokens: the published examples of the RFCs, and everything that must not pass.
#include "security/jwt.h"

#include <array>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/base64_url.h"
#include "security/jwk.h"
#include "value/json.h"

namespace qodly::security {
namespace {

struct Vector {
  std::string name, token;
  Value key;
};

std::vector<Vector> published() {
  std::ifstream in(QODLY_SOURCE_DIR "/tests/unit/security/data/jws_vectors.json");
  std::ostringstream text;
  text << in.rdbuf();
  const Value all = json::parse(text.str()).value();
  std::vector<Vector> vectors;
  for (const Value& entry : all.asCollection().elements()) {
    const Object& object = entry.asObject();
    vectors.push_back(
        {std::string(object.get("name").asText()), std::string(object.get("token").asText()), object.get("key")});
  }
  return vectors;
}

JsonWebKeySet keySet(const std::vector<std::string>& keys) {
  std::string text = R"({"keys":[)";
  for (const std::string& key : keys) {
    if (text.back() != '[') text += ',';
    text += key;
  }
  return JsonWebKeySet::parse(text + "]}").value();
}

std::string token(std::string_view header, std::string_view payload, std::string_view signature = "signature") {
  return toBase64Url(header) + '.' + toBase64Url(payload) + '.' + toBase64Url(signature);
}

std::string problem(std::string_view text) {
  const auto read = readJws(text);
  return read ? std::string() : read.error().message();
}

// The key with one member changed.
std::string with(const Value& key, std::string_view name, std::string_view valueJson) {
  const Value copy = json::parse(json::text(key)).value();
  copy.asObject().set(std::string(name), json::parse(valueJson).value());
  return json::text(copy);
}

TEST(Base64Url, EveryLengthComesBackAndHasOneText) {
  std::string bytes;
  for (int length = 0; length < 70; ++length) {
    const std::string text = toBase64Url(bytes);
    EXPECT_EQ(fromBase64Url(text), bytes);
    EXPECT_EQ(text.find_first_of("+/="), std::string::npos);
    bytes += static_cast<char>(length * 37 + 200);
  }
  EXPECT_EQ(toBase64Url("\xFF\xEF"), "_-8");
  for (const std::string_view text : {"_-8=", "_-9", "a", "ab cd", "ab+d", "ab/d", "a\nbc", "\xC3\xA9"}) {
    EXPECT_FALSE(fromBase64Url(text).has_value()) << text;
  }
}

TEST(Jwt, PublishedSignaturesAreValid) {
  const auto vectors = published();
  ASSERT_EQ(vectors.size(), 7U);
  for (const Vector& vector : vectors) {
    const auto read = readJws(vector.token);
    ASSERT_TRUE(read.has_value()) << vector.name << ": " << read.error().message();
    EXPECT_TRUE(vector.name.starts_with(name(read->algorithm))) << vector.name;
    EXPECT_EQ(keySet({json::text(vector.key)}).verify(*read), JsonWebKeySet::Answer::valid) << vector.name;
  }
}

TEST(Jwt, AChangedBitMakesASignatureWrong) {
  for (const Vector& vector : published()) {
    const JsonWebKeySet keys = keySet({json::text(vector.key)});
    const Jws right = readJws(vector.token).value();
    for (std::size_t i = 0; i < right.signature.size(); i += 7) {
      Jws changed = right;
      changed.signature[i] = static_cast<char>(changed.signature[i] ^ 1);
      EXPECT_EQ(keys.verify(changed), JsonWebKeySet::Answer::wrong) << vector.name << " " << i;
    }
    Jws changed = right;
    changed.signedText.back() = static_cast<char>(changed.signedText.back() ^ 1);
    EXPECT_EQ(keys.verify(changed), JsonWebKeySet::Answer::wrong) << vector.name;
    changed = right;
    changed.signature += '\0';
    EXPECT_EQ(keys.verify(changed), JsonWebKeySet::Answer::wrong) << vector.name;
    changed.signature.assign(right.signature.size(), '\0');
    EXPECT_EQ(keys.verify(changed), JsonWebKeySet::Answer::wrong) << vector.name;
  }
}

TEST(Jwt, ContentIsReadAsObject) {
  const Jws read = readJws(published()[0].token).value();
  const Value claims = jwtClaims(read).value();
  EXPECT_EQ(jwtText(claims.asObject(), "iss"), "joe");
  EXPECT_EQ(jwtSeconds(claims.asObject(), "exp"), 1300819380);
  EXPECT_EQ(jwtSeconds(claims.asObject(), "iss"), std::nullopt);
  EXPECT_EQ(jwtSeconds(claims.asObject(), "nbf"), std::nullopt);
  EXPECT_FALSE(jwtClaims(readJws(token(R"({"alg":"ES256"})", "[1]")).value()).has_value());
  EXPECT_FALSE(jwtClaims(readJws(token(R"({"alg":"ES256"})", "{")).value()).has_value());
  const std::string deep = R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}";
  EXPECT_FALSE(jwtClaims(readJws(token(R"({"alg":"ES256"})", deep)).value()).has_value());
}

TEST(Jwt, SecondsOutOfRangeAreNone) {
  const Value claims = json::parse(R"({"a":-1,"b":1e300,"c":1.9,"d":"5","e":253402300800,"f":0})").value();
  const Object& object = claims.asObject();
  EXPECT_EQ(jwtSeconds(object, "a"), std::nullopt);
  EXPECT_EQ(jwtSeconds(object, "b"), std::nullopt);
  EXPECT_EQ(jwtSeconds(object, "c"), 1);
  EXPECT_EQ(jwtSeconds(object, "d"), std::nullopt);
  EXPECT_EQ(jwtSeconds(object, "e"), std::nullopt);
  EXPECT_EQ(jwtSeconds(object, "f"), 0);
}

TEST(Jwt, RefusesWhatIsNoSignatureOfAKey) {
  for (const std::string_view algorithm :
       {R"("none")", R"("None")", R"("NONE")", R"("HS256")", R"("HS384")", R"("HS512")", R"("rs256")", R"("RS1")",
        R"("ES256K")", R"("")", "null", "5", R"(["RS256"])", R"({"a":"RS256"})"}) {
    const std::string header = R"({"alg":)" + std::string(algorithm) + "}";
    EXPECT_NE(problem(token(header, "{}")).find("signed with"), std::string::npos) << algorithm;
  }
  EXPECT_NE(problem(token("{}", "{}")), "");
  EXPECT_NE(problem(token(R"({"alg":"RS256"})", "{}", "")).find("not signed"), std::string::npos);
  // The unsecured and the keyed example of RFC 7515 (A.5, A.1).
  EXPECT_NE(problem("eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ."), "");
  EXPECT_NE(problem("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ."
                    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "");
}

TEST(Jwt, RefusesMalformedTexts) {
  const std::string right = published()[0].token;
  for (const std::string& text :
       {std::string(),
        std::string("."),
        std::string(".."),
        std::string("..."),
        right + ".",
        right + ".x",
        right.substr(0, right.rfind('.')),
        " " + right,
        right + "\n",
        right + "=",
        "{" + right + "}",
        token("", "{}"),
        token("[]", "{}"),
        token("null", "{}"),
        token(R"({"alg":"RS256")", "{}"),
        token(R"({"alg":"RS256","crit":["exp"],"exp":1})", "{}"),
        token(R"({"alg":"RS256","crit":[]})", "{}"),
        token(R"({"alg":"RS256","b64":false,"crit":["b64"]})", "{}"),
        token(R"({"alg":"RS256","kid":7})", "{}"),
        token(R"({"alg":"RS256","x":")" + std::string(maximumJwtHeaderSize, 'a') + R"("})", "{}"),
        token(R"({"alg":"RS256"})", std::string(maximumJwtSize, ' '))}) {
    EXPECT_NE(problem(text), "") << text.substr(0, 60);
  }
}

TEST(Jwt, ReadsTypeAndKeyName) {
  const Jws read = readJws(token(R"({"alg":"PS512","kid":"","typ":"application/AT+JWT"})", "{}")).value();
  EXPECT_EQ(read.algorithm, JwsAlgorithm::PS512);
  EXPECT_EQ(read.keyId, "");
  EXPECT_EQ(read.type, "at+jwt");
}

TEST(JsonWebKeys, ANamedKeyIsTheOnlyOneTried) {
  const auto vectors = published();
  const Vector& named = vectors[4];
  const Jws read = readJws(named.token).value();
  const std::string other = with(named.key, "kid", R"("somebody else")");
  EXPECT_EQ(keySet({other}).verify(read), JsonWebKeySet::Answer::unknownKey);
  EXPECT_EQ(keySet({other, json::text(named.key)}).verify(read), JsonWebKeySet::Answer::valid);
  EXPECT_EQ(keySet({}).verify(read), JsonWebKeySet::Answer::unknownKey);
  // The name of another key with another content.
  EXPECT_EQ(keySet({with(vectors[0].key, "kid", R"("bilbo.baggins@hobbiton.example")")}).verify(read),
            JsonWebKeySet::Answer::wrong);
}

TEST(JsonWebKeys, ATokenWithoutNameIsTriedWithEachThatFits) {
  const auto vectors = published();
  const Jws read = readJws(vectors[0].token).value();
  const std::string rsa = json::text(vectors[0].key), otherRsa = json::text(vectors[4].key),
                    curve = json::text(vectors[1].key);
  EXPECT_EQ(keySet({otherRsa, curve, rsa}).verify(read), JsonWebKeySet::Answer::valid);
  EXPECT_EQ(keySet({otherRsa}).verify(read), JsonWebKeySet::Answer::wrong);
  EXPECT_EQ(keySet({curve}).verify(read), JsonWebKeySet::Answer::unknownKey);
}

TEST(JsonWebKeys, AKeyServesOnlyItsAlgorithm) {
  const auto vectors = published();
  const Jws read = readJws(vectors[0].token).value();
  EXPECT_EQ(keySet({with(vectors[0].key, "alg", R"("RS256")")}).verify(read), JsonWebKeySet::Answer::valid);
  EXPECT_EQ(keySet({with(vectors[0].key, "alg", R"("PS256")")}).verify(read), JsonWebKeySet::Answer::unknownKey);
  // A token that says it is signed in another way than it is.
  Jws changed = read;
  for (const JwsAlgorithm algorithm : {JwsAlgorithm::RS384, JwsAlgorithm::PS256, JwsAlgorithm::PS512}) {
    changed.algorithm = algorithm;
    EXPECT_EQ(keySet({json::text(vectors[0].key)}).verify(changed), JsonWebKeySet::Answer::wrong);
  }
  changed.algorithm = JwsAlgorithm::ES384;
  EXPECT_EQ(keySet({json::text(vectors[1].key)}).verify(changed), JsonWebKeySet::Answer::unknownKey);
}

TEST(JsonWebKeys, UnusableKeysAreLeftOut) {
  const auto vectors = published();
  const Value &rsa = vectors[0].key, &curve = vectors[1].key, &edwards = vectors[3].key;
  const std::vector<std::string> bad{
      with(rsa, "use", R"("enc")"),
      with(rsa, "use", "1"),
      with(rsa, "key_ops", R"(["sign"])"),
      with(rsa, "key_ops", R"("verify")"),
      with(rsa, "alg", R"("HS256")"),
      with(rsa, "alg", R"("ES256")"),
      with(rsa, "n", R"("AQAB")"),
      with(rsa, "n", R"("")"),
      with(rsa, "n", "null"),
      with(rsa, "e", R"("AA")"),
      with(rsa, "e", R"("AQ")"),
      with(rsa, "e", R"("Ag")"),
      with(rsa, "e", R"("AQABAQABAQABAQAB")"),
      with(rsa, "n", '"' + std::string(4000, 'x') + '"'),
      with(rsa, "kty", R"("oct")"),
      with(rsa, "kty", "null"),
      with(curve, "crv", R"("P-384")"),
      with(curve, "crv", R"("secp256k1")"),
      with(curve, "crv", "null"),
      with(curve, "y", curve.asObject().get("x").isText() ? json::text(curve.asObject().get("x")) : ""),
      with(curve, "x", R"("AA")"),
      with(edwards, "crv", R"("X25519")"),
      with(edwards, "x", R"("AAAA")"),
      R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"})",
      "{}",
      "null",
      "[]",
      "7"};
  for (const std::string& key : bad) EXPECT_EQ(keySet({key}).size(), 0U) << key;
  EXPECT_EQ(keySet({bad[0], json::text(rsa), bad[7], with(rsa, "key_ops", R"(["verify"])")}).size(), 2U);
}

TEST(JsonWebKeys, ASetThatIsNoneIsAnError) {
  std::string many = R"({"keys":[{})";
  for (std::size_t i = 0; i < maximumKeys; ++i) many += ",{}";
  for (const std::string& text : {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"keys":{}})"),
                                  many + "]}", std::string(maximumKeySetSize + 1, ' ')}) {
    EXPECT_FALSE(JsonWebKeySet::parse(text).has_value()) << text.substr(0, 40);
  }
}

}  // namespace
}  // namespace qodly::security
