#include "security/jwk.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/base64_url.h"
#include "base/error_codes.h"
#include "crypto/ec_signature.h"
#include "crypto/openssl.h"
#include "value/json.h"

namespace qodly::security {

namespace {

using crypto::bytes;
using crypto::KeyContext;
using crypto::Number;
using crypto::ParameterBuilder;
using SharedKey = std::shared_ptr<EVP_PKEY>;

constexpr int smallestRsa = 2048;
constexpr int largestRsa = 8192;
constexpr std::size_t largestExponent = 8;  // bytes
constexpr std::size_t ed25519Size = 32;

std::unexpected<Error> invalid(std::string message) {
  ERR_clear_error();
  return std::unexpected(Error(code::wrongArgument, "auth", std::move(message)));
}

Result<std::string> part(const Object& key, std::string_view name) {
  const Value value = key.get(name);
  auto decoded = value.isText() ? fromBase64Url(value.asText()) : std::nullopt;
  if (!decoded || decoded->empty()) return invalid(fmt::format("The key's \"{}\" is no base64url text.", name));
  return std::move(*decoded);
}

SharedKey makeKey(const char* type, OSSL_PARAM_BLD* builder) {
  const crypto::Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  SharedKey made(key, EVP_PKEY_free);
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return check && EVP_PKEY_public_check(check.get()) == 1 ? made : nullptr;
}

// What an algorithm asks of OpenSSL.
struct Method {
  const char* digest;  // nullptr: the scheme has its own
  bool pss;
  std::size_t field;  // of an elliptic curve: bytes of each half of a signature; 0 for other schemes
};
constexpr std::array<Method, 10> methods{{{"SHA256", false, 0},
                                          {"SHA384", false, 0},
                                          {"SHA512", false, 0},
                                          {"SHA256", true, 0},
                                          {"SHA384", true, 0},
                                          {"SHA512", true, 0},
                                          {"SHA256", false, 32},
                                          {"SHA384", false, 48},
                                          {"SHA512", false, 66},
                                          {nullptr, false, 0}}};

bool usePss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool namesCheckingSignatures(const Object& key) {
  if (const Value use = key.get("use"); !use.isMissing() && (!use.isText() || use.asText() != "sig")) return false;
  const Value operations = key.get("key_ops");
  if (!operations.isCollection()) return operations.isMissing();
  return std::ranges::any_of(operations.asCollection().elements(), [](const Value& operation) {
    return operation.isText() && operation.asText() == "verify";
  });
}

}  // namespace

// Reads one key.
class KeyReader {
 public:
  explicit KeyReader(const Object& source) : source_(source) {}

  Result<JsonWebKey> read() {
    if (!namesCheckingSignatures(source_)) return invalid("The key is not meant for checking signatures.");
    if (const Value algorithm = source_.get("alg"); !algorithm.isMissing()) {
      key_.only_ = algorithm.isText() ? jwsAlgorithm(algorithm.asText()) : std::nullopt;
      if (!key_.only_) return invalid("The key is meant for an algorithm that is not known here.");
    }
    key_.id_ = jwtText(source_, "kid");
    const std::string type = jwtText(source_, "kty");
    auto done = type == "RSA"   ? readRsa()
                : type == "EC"  ? readCurve()
                : type == "OKP" ? readEdwards()
                                : Result<>(invalid(fmt::format("Keys of kind \"{}\" are not known here.", type)));
    if (!done) return std::unexpected(done.error());
    if (key_.only_ && !key_.fits(*key_.only_)) return invalid("The key does not fit the algorithm that it names.");
    return std::move(key_);
  }

 private:
  Result<> take(SharedKey key, JsonWebKey::Kind kind) {
    if (!key) return invalid("The parts of the key make no public key.");
    key_.key_ = std::move(key);
    key_.kind_ = kind;
    return {};
  }

  Result<> readRsa() {
    auto modulus = part(source_, "n"), exponent = part(source_, "e");
    if (!modulus) return std::unexpected(modulus.error());
    if (!exponent) return std::unexpected(exponent.error());
    if (modulus->size() > largestRsa / 8 + 1 || exponent->size() > largestExponent) {
      return invalid("The RSA key is too large.");
    }
    const Number n = crypto::numberOf(*modulus), e = crypto::numberOf(*exponent);
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!n || !e || BN_num_bits(n.get()) < smallestRsa || BN_num_bits(n.get()) > largestRsa) {
      return invalid(fmt::format("An RSA key must have {} to {} bits.", smallestRsa, largestRsa));
    }
    if (BN_is_odd(e.get()) != 1 || BN_is_one(e.get()) == 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
      return invalid("The exponent of the RSA key cannot be used.");
    }
    return take(makeKey("RSA", builder.get()), JsonWebKey::Kind::rsa);
  }

  Result<> readCurve() {
    struct Curve {
      std::string_view name;
      const char* group;
      std::size_t field;
      JsonWebKey::Kind kind;
    };
    static constexpr std::array curves{Curve{"P-256", "prime256v1", 32, JsonWebKey::Kind::p256},
                                       Curve{"P-384", "secp384r1", 48, JsonWebKey::Kind::p384},
                                       Curve{"P-521", "secp521r1", 66, JsonWebKey::Kind::p521}};
    const std::string name = jwtText(source_, "crv");
    const auto curve = std::ranges::find(curves, name, &Curve::name);
    if (curve == curves.end()) return invalid(fmt::format("The curve \"{}\" is not known here.", name));
    auto x = part(source_, "x"), y = part(source_, "y");
    if (!x) return std::unexpected(x.error());
    if (!y) return std::unexpected(y.error());
    if (x->size() != curve->field || y->size() != curve->field) {
      return invalid(fmt::format("The coordinates of a key on {} have {} bytes.", curve->name, curve->field));
    }
    const std::string point = '\x04' + *x + *y;
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->group, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
      return invalid("The key on an elliptic curve cannot be used.");
    }
    return take(makeKey("EC", builder.get()), curve->kind);
  }

  Result<> readEdwards() {
    if (jwtText(source_, "crv") != "Ed25519") return invalid("Of the Edwards curves only Ed25519 is known here.");
    auto x = part(source_, "x");
    if (!x) return std::unexpected(x.error());
    if (x->size() != ed25519Size) return invalid("A key on Ed25519 has 32 bytes.");
    return take(SharedKey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(*x), x->size()), EVP_PKEY_free),
                JsonWebKey::Kind::ed25519);
  }

  const Object& source_;
  JsonWebKey key_;
};

Result<JsonWebKey> JsonWebKey::read(const Object& key) { return KeyReader(key).read(); }

bool JsonWebKey::fits(JwsAlgorithm algorithm) const {
  if (only_ && *only_ != algorithm) return false;
  switch (algorithm) {
    case JwsAlgorithm::ES256:
      return kind_ == Kind::p256;
    case JwsAlgorithm::ES384:
      return kind_ == Kind::p384;
    case JwsAlgorithm::ES512:
      return kind_ == Kind::p521;
    case JwsAlgorithm::EdDSA:
      return kind_ == Kind::ed25519;
    default:
      return kind_ == Kind::rsa;
  }
}

bool JsonWebKey::verify(JwsAlgorithm algorithm, std::string_view message, std::string_view signature) const {
  const Method& method = methods[static_cast<std::size_t>(algorithm)];
  std::string der;
  if (method.field != 0) {
    const auto converted = crypto::derOfRaw(signature, method.field);
    if (!converted) return false;
    der = *converted;
    signature = der;
  }
  const crypto::DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* keyContext = nullptr;
  const bool valid =
      context &&
      EVP_DigestVerifyInit_ex(context.get(), &keyContext, method.digest, nullptr, nullptr, key_.get(), nullptr) == 1 &&
      (!method.pss || usePss(keyContext)) &&
      EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
  ERR_clear_error();
  return valid;
}

Result<JsonWebKeySet> JsonWebKeySet::parse(std::string_view text) {
  if (text.size() > maximumKeySetSize) {
    return invalid(fmt::format("The key set is longer than {} bytes.", maximumKeySetSize));
  }
  auto parsed = json::parse(text, {.maximumDepth = maximumJwtDepth});
  if (!parsed) return invalid(fmt::format("The key set is no JSON: {}", parsed.error().message()));
  const Value keys = parsed->isObject() ? parsed->asObject().get("keys") : Value();
  if (!keys.isCollection()) return invalid("The key set has no array \"keys\".");
  if (keys.asCollection().size() > maximumKeys) {
    return invalid(fmt::format("The key set has more than {} keys.", maximumKeys));
  }
  JsonWebKeySet set;
  for (const Value& entry : keys.asCollection().elements()) {
    if (!entry.isObject()) continue;
    if (auto key = JsonWebKey::read(entry.asObject())) set.keys_.push_back(std::move(*key));
  }
  return set;
}

JsonWebKeySet::Answer JsonWebKeySet::verify(const Jws& token) const {
  Answer answer = Answer::unknownKey;
  for (const JsonWebKey& key : keys_) {
    if (!key.fits(token.algorithm) || (token.keyId && *token.keyId != key.id())) continue;
    if (key.verify(token.algorithm, token.signedText, token.signature)) return Answer::valid;
    answer = Answer::wrong;
  }
  return answer;
}

}  // namespace qodly::security
