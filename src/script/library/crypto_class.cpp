#include "script/library/crypto_class.h"

#include <array>

#include "base/base64_url.h"
#include "base/text.h"
#include "script/library/blob_value.h"
#include "script/library/crypto_digest.h"
#include "script/library/crypto_key.h"
#include "script/library/helper_threads.h"
#include "script/library/io_error.h"
#include "script/library/option_reader.h"
#include "script/library/status_value.h"

namespace qodly::script::library {

namespace {

// Immutable; safe from every thread.
class CryptoKeyObject final : public vm::NativeObject {
 public:
  CryptoKeyObject(AsymmetricKey pair, std::string kindOfKey, std::string text)
      : key(std::move(pair)), type(std::move(kindOfKey)), pem(std::move(text)) {}
  static const vm::NativeClass& classOf() { return cryptoKeyClass(); }
  const vm::NativeClass& nativeClass() const override { return cryptoKeyClass(); }
  bool mayBeShared() const override { return true; }

  const AsymmetricKey key;
  const std::string type, pem;
};

const CryptoKeyObject& self(const vm::Call& call) { return *vm::NativeObject::from<CryptoKeyObject>(call.self()); }

constexpr std::string_view owner = "4D.CryptoKey";
constexpr std::array<std::string_view, 2> binaryForms{"Base64", "Base64URL"};
constexpr std::array<std::string_view, 3> clearForms{"UTF-8", "Base64", "Base64URL"};

std::string represented(std::string bytes, std::string_view form) {
  if (form == "Base64") return toBase64(bytes);
  return form == "Base64URL" ? toBase64Url(bytes) : repairUtf8(bytes);
}

std::optional<std::string> bytesFrom(std::string_view text, std::string_view form) {
  if (form == "Base64") return fromBase64(text);
  return form == "Base64URL" ? fromLooseBase64Url(text) : std::string(text);
}

// The bytes of a text or blob argument.
std::string messageAt(const vm::Call& call, std::size_t index) {
  return std::string(bytesOf(call.at(index)).value_or(call.text(index)));
}

struct Options {
  AsymmetricKey::SignOptions sign;
  std::string encoding, encrypted, decrypted;
};

enum class Use { signature, encryption };

Result<Options> readOptions(vm::Call& call, std::size_t index, Use use) {
  OptionReader reader(call.process(), call.at(index), owner);
  Options options;
  options.sign.hash = reader.text("hash").value_or("SHA256");
  options.sign.pss = reader.boolean("pss").value_or(false);
  if (use == Use::signature) {
    options.encoding = reader.choice("encoding", binaryForms).value_or("Base64");
  } else {
    options.encrypted = reader.choice("encodingEncrypted", binaryForms).value_or("Base64");
    options.decrypted = reader.choice("encodingDecrypted", clearForms).value_or("UTF-8");
  }
  if (auto valid = reader.problem(); !valid) return std::unexpected(valid.error());
  return options;
}

Value outcome(vm::Process& process, bool success, const std::optional<Error>& problem) {
  auto status = Object::make(process.heap());
  status->set("success", Value::boolean(success));
  if (problem) status->set("errors", errorCollection(process, {&*problem, 1}));
  return Value::object(std::move(status));
}

// --- Properties

Result<Value> typeOf(vm::Call& call) { return Value::text(std::string_view(self(call).type)); }
Result<Value> size(vm::Call& call) {
  return self(call).key.kind() == KeyKind::rsa ? numberValue(self(call).key.bits()) : Value();
}
Result<Value> curve(vm::Call& call) {
  return self(call).key.kind() == KeyKind::ec ? Value::text(self(call).key.curve()) : Value();
}
Result<Value> pemOf(vm::Call& call) {
  return self(call).type == "PEM" ? Value::text(std::string_view(self(call).pem)) : Value();
}

// --- Functions

Result<Value> sign(vm::Call& call) {
  const auto options = readOptions(call, 1, Use::signature);
  if (!options) return std::unexpected(options.error());
  auto signature = self(call).key.sign(messageAt(call, 0), options->sign);
  if (!signature) return std::unexpected(signature.error());
  return Value::text(represented(std::move(*signature), options->encoding));
}

Result<Value> verify(vm::Call& call) {
  const auto options = readOptions(call, 2, Use::signature);
  if (!options) return outcome(call.process(), false, options.error());
  const auto signature = bytesFrom(call.text(1), options->encoding);
  if (!signature) {
    return outcome(call.process(), false,
                   Error(fault::wrongSettings, "host", "The signature is no valid Base64 text."));
  }
  const auto matches = self(call).key.verify(messageAt(call, 0), *signature, options->sign);
  if (!matches) return outcome(call.process(), false, matches.error());
  if (*matches) return outcome(call.process(), true, std::nullopt);
  return outcome(call.process(), false,
                 Error(fault::wrongSettings, "host", "The signature does not belong to this message and key."));
}

Result<Value> encrypt(vm::Call& call) {
  const auto options = readOptions(call, 1, Use::encryption);
  if (!options) return std::unexpected(options.error());
  const auto message = bytesFrom(call.text(0), options->decrypted);
  if (!message) return fail(fault::wrongSettings, "The message is no valid Base64 text.");
  auto encrypted = self(call).key.encrypt(*message, options->sign.hash);
  if (!encrypted) return std::unexpected(encrypted.error());
  return Value::text(represented(std::move(*encrypted), options->encrypted));
}

Result<Value> decrypt(vm::Call& call) {
  const auto options = readOptions(call, 1, Use::encryption);
  if (!options) return outcome(call.process(), false, options.error());
  const auto message = bytesFrom(call.text(0), options->encrypted);
  if (!message) {
    return outcome(call.process(), false, Error(fault::wrongSettings, "host", "The message is no valid Base64 text."));
  }
  auto clear = self(call).key.decrypt(*message, options->sign.hash);
  if (!clear) return outcome(call.process(), false, clear.error());
  const Value status = outcome(call.process(), true, std::nullopt);
  status.asObject().set("result", Value::text(represented(std::move(*clear), options->decrypted)));
  return status;
}

Result<Value> getPrivateKey(vm::Call& call) { return Value::text(self(call).key.privatePem()); }
Result<Value> getPublicKey(vm::Call& call) { return Value::text(self(call).key.publicPem()); }

// Large RSA keys take seconds to make: on a helper thread.
Result<AsymmetricKey> makeKey(vm::Call& call, OptionReader& settings, std::string_view wanted, std::string& pemText) {
  if (wanted == "RSA") {
    const double bits = settings.number("size").value_or(2048);
    if (auto valid = settings.problem(); !valid) return std::unexpected(valid.error());
    const auto whole = bits >= 0 && bits <= 1e6 ? static_cast<std::int64_t>(bits) : 0;
    return offThread(call.process(), [whole] { return AsymmetricKey::generateRsa(whole); });
  }
  if (wanted == "ECDSA") {
    const std::string name = settings.text("curve").value_or("prime256v1");
    if (auto valid = settings.problem(); !valid) return std::unexpected(valid.error());
    return AsymmetricKey::generateEc(name);
  }
  pemText = settings.text("pem").value_or("");
  if (auto valid = settings.problem(); !valid) return std::unexpected(valid.error());
  return AsymmetricKey::fromPem(pemText);
}

Result<Value> newKey(vm::Call& call) {
  static constexpr std::array<std::string_view, 3> kinds{"RSA", "ECDSA", "PEM"};
  OptionReader settings(call.process(), call.at(0), owner);
  const auto wanted = settings.choice("type", kinds);
  if (!wanted) settings.refuse("type", "\"RSA\", \"ECDSA\" or \"PEM\"");
  if (auto valid = settings.problem(); !valid) return std::unexpected(valid.error());
  std::string pemText;
  auto key = makeKey(call, settings, *wanted, pemText);
  if (!key) return std::unexpected(key.error());
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
  return Value::handle(Ref<Handle>(new CryptoKeyObject(std::move(*key), *wanted, std::move(pemText))));
}

constexpr vm::FunctionRow constructorRow{"new", "(settings: object) : 4D.CryptoKey", &newKey,
                                         "Makes a key pair, or loads a key from a PEM text."};

constexpr std::array functions{
    vm::FunctionRow{"sign", "(message: string|blob, options?: object) : string", &sign,
                    "Signature of a message with the private key."},
    vm::FunctionRow{"verify", "(message: string|blob, signature: string, options?: object) : object", &verify,
                    "Checks a signature with the public key."},
    vm::FunctionRow{"encrypt", "(message: string, options?: object) : string", &encrypt,
                    "Encrypts a short message with the public key (RSA-OAEP)."},
    vm::FunctionRow{"decrypt", "(message: string, options?: object) : object", &decrypt,
                    "Decrypts a message with the private key (RSA-OAEP)."},
    vm::FunctionRow{"getPrivateKey", "() : string", &getPrivateKey, "The private key as PEM, or an empty text."},
    vm::FunctionRow{"getPublicKey", "() : string", &getPublicKey, "The public key as PEM."},
};

constexpr std::array properties{
    vm::PropertyRow{"type", "string", &typeOf, nullptr, "\"RSA\", \"ECDSA\" or \"PEM\"."},
    vm::PropertyRow{"size", "number", &size, nullptr, "Size of an RSA key in bits."},
    vm::PropertyRow{"curve", "string", &curve, nullptr, "Curve of an elliptic-curve key."},
    vm::PropertyRow{"pem", "string", &pemOf, nullptr, "The PEM text that the key was loaded from."},
};

constexpr vm::NativeClass definition{"CryptoKey", "Object",        functions,
                                     properties,  &constructorRow, "An asymmetric key pair."};

}  // namespace

const vm::NativeClass& cryptoKeyClass() { return definition; }

}  // namespace qodly::script::library
