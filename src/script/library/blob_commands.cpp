#include "script/library/blob_commands.h"

#include <array>

#include "base/text.h"
#include "script/library/blob_base64.h"
#include "script/library/blob_class.h"
#include "script/library/charset.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

using vm::Call;

// The bytes of a text (UTF-8) or a blob. Keeps them alive.
class Bytes {
 public:
  static Result<Bytes> of(Call& call, const Value& source) {
    const Value* blob = blobIn(source);
    if (blob == nullptr) return Bytes(source);
    auto loaded = loadedBlob(call.process(), *blob);
    if (!loaded) return std::unexpected(loaded.error());
    return Bytes(std::move(*loaded));
  }
  std::string_view view() const {
    if (value_.isText()) return value_.asText();
    return value_.type() == Type::blob ? std::string_view(value_.asBlob().bytes) : std::string_view();
  }

 private:
  explicit Bytes(Value value) : value_(std::move(value)) {}
  Value value_;
};

// The result has the kind of the variable that receives it: a blob, else a text.
Value asKindOf(const Value& receiver, const Value& source, std::string bytes) {
  const bool toBlob = blobIn(receiver) != nullptr || (receiver.isMissing() && blobIn(source) != nullptr);
  if (toBlob) return Value::blob(std::move(bytes));
  return Value::text(isValidUtf8(bytes) ? std::move(bytes) : repairUtf8(bytes));
}

Result<Value> recode(Call& call, bool encode) {
  const Value source = call.at(0);
  const auto bytes = Bytes::of(call, source);
  if (!bytes) return std::unexpected(bytes.error());
  if (auto charged = call.process().charge(bytes->view().size() / 3 * 4); !charged) {
    return std::unexpected(charged.error());
  }
  const Base64 form = call.star(2) ? Base64::url : Base64::standard;
  std::string result = encode ? encodeBase64(bytes->view(), form) : decodeBase64(bytes->view(), form).value_or("");
  // With a second variable the first one keeps its value.
  const bool hasReceiver = call.count() > 1 && !(call.star(2) && call.at(1).isUndefined());
  const std::size_t target = hasReceiver ? 1 : 0;
  call.setOut(target, asKindOf(call.at(target), source, std::move(result)));
  return Value();
}

Result<Value> base64EncodeCommand(Call& call) { return recode(call, true); }
Result<Value> base64DecodeCommand(Call& call) { return recode(call, false); }

Result<Charset> charsetAt(const Call& call, std::size_t index) {
  return call.at(index).isText() ? Charset::named(call.text(index)) : Charset::numbered(call.integer(index));
}

Result<Value> convertFromStringCommand(Call& call) {
  const auto charset = charsetAt(call, 1);
  if (!charset) return std::unexpected(charset.error());
  Value blob = Value::blob(charset->encode(call.text(0)));
  call.setOut(2, blob);
  return blob;
}

Result<Value> convertToStringCommand(Call& call) {
  const auto charset = charsetAt(call, 1);
  if (!charset) return std::unexpected(charset.error());
  const auto bytes = Bytes::of(call, call.at(0));
  if (!bytes) return std::unexpected(bytes.error());
  const bool unicode = !charset->byteOrderMark().empty();
  return Value::text(unicode ? charset->decodeMarked(bytes->view()) : charset->decode(bytes->view()));
}

constexpr std::string_view encodeDoc =
    "Encodes a text or blob in Base64, in place or into a second variable; with * in Base64URL.";
constexpr std::string_view decodeDoc = "Decodes Base64, in place or into a second variable; with * Base64URL.";
constexpr std::string_view fromDoc = "The bytes of a text in a character set.";
constexpr std::string_view toDoc = "The text that the bytes of a blob are in a character set.";
constexpr std::string_view base64Signature = "(inout source: blob|string, inout result?: variable, *?)";
constexpr std::string_view fromSignature = "(aString: string, charSet: string|integer, out result?: blob) : blob";
constexpr std::string_view toSignature = "(aBlob: blob, charSet: string|integer) : string";

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"base64Encode", base64Signature, base64EncodeCommand, encodeDoc},
    {"base64Decode", base64Signature, base64DecodeCommand, decodeDoc},
    {"convertFromString", fromSignature, convertFromStringCommand, fromDoc},
    {"convertToString", toSignature, convertToStringCommand, toDoc},
    {"convertFromText", fromSignature, convertFromStringCommand, fromDoc},
    {"convertToText", toSignature, convertToStringCommand, toDoc},
});

}  // namespace

std::span<const vm::FunctionRow> blobCommands() { return rows; }

}  // namespace qodly::script::library
