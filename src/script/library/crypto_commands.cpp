// The commands of commands.md 17; declared in crypto_class.h.
#include <array>

#include "base/base64_url.h"
#include "base/text.h"
#include "script/library/blob_value.h"
#include "script/library/crypto_class.h"
#include "script/library/crypto_digest.h"
#include "script/library/helper_threads.h"
#include "script/library/io_error.h"
#include "script/library/option_reader.h"

namespace qodly::script::library {

namespace {

Result<Value> generateUuid(vm::Call&) { return Value::text(newUuid()); }

Result<Value> generateDigest(vm::Call& call) {
  const auto digest = digestNumbered(call.integer(1));
  if (!digest) return std::unexpected(digest.error());
  const std::string bytes = digestBytes(*digest, bytesOf(call.at(0)).value_or(call.text(0)));
  return Value::text(call.star(2) ? toBase64Url(bytes) : lowerHex(bytes));
}

Result<Value> generatePasswordHash(vm::Call& call) {
  OptionReader options(call.process(), call.at(1), "generatePasswordHash");
  const std::string algorithm = options.text("algorithm").value_or("bcrypt");
  const double cost = options.number("cost").value_or(10);
  if (auto valid = options.problem(); !valid) return std::unexpected(valid.error());
  auto hash = offThread(call.process(), [password = std::string(call.text(0)), algorithm, cost] {
    return hashPassword(password, algorithm, cost);
  });
  if (!hash) return std::unexpected(hash.error());
  return Value::text(std::move(*hash));
}

Result<Value> verifyPasswordHash(vm::Call& call) {
  const auto matches =
      offThread(call.process(), [password = std::string(call.text(0)), hash = std::string(call.text(1))] {
        return passwordMatches(password, hash);
      });
  if (!matches) return std::unexpected(matches.error());
  return Value::boolean(*matches);
}

constexpr std::array rows{
    vm::FunctionRow{"generateUUID", "() : string", &generateUuid, "A random identifier of 32 hexadecimal digits."},
    vm::FunctionRow{"generateDigest", "(param: string|blob, algorithm: integer, *?) : string", &generateDigest,
                    "Digest of a text or blob in hexadecimal; with * in Base64URL."},
    vm::FunctionRow{"generatePasswordHash", "(password: string, options?: object) : string", &generatePasswordHash,
                    "A bcrypt hash of a password, different at each call."},
    vm::FunctionRow{"verifyPasswordHash", "(password: string, hash: string) : boolean", &verifyPasswordHash,
                    "True when the hash was made from the password."},
};

}  // namespace

std::span<const vm::FunctionRow> cryptoCommands() { return rows; }

}  // namespace qodly::script::library
