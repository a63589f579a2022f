#include "script/library/blob_legacy.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "script/library/blob_class.h"
#include "script/library/charset.h"
#include "script/vm/codes.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

using vm::Call;

constexpr std::size_t largestBlob = std::size_t{1} << 31U;

// A copy of the bytes of argument `index`; none when it holds no blob.
Result<std::string> bytesAt(Call& call, std::size_t index) {
  const Value* blob = blobIn(call.at(index));
  if (blob == nullptr) return std::string();
  auto loaded = loadedBlob(call.process(), *blob);
  if (!loaded) return std::unexpected(loaded.error());
  return std::string(loaded->asBlob().bytes);
}

Result<> allow(Call& call, std::size_t size) {
  if (size >= largestBlob) {
    return std::unexpected(hostError(code::limitReached, "A blob may have 2 GB at most"));
  }
  return call.process().charge(size);
}

// A position or a length; what is left out is `otherwise`.
Result<std::size_t> sizeAt(Call& call, std::size_t index, std::size_t otherwise = 0) {
  if (call.at(index).isMissing()) return otherwise;
  const std::int64_t given = call.integer(index);
  if (given < 0) {
    return std::unexpected(hostError(code::outOfRange, "A position or size in a blob cannot be negative"));
  }
  return static_cast<std::size_t>(given);
}

char fillerAt(const Call& call, std::size_t index) { return static_cast<char>(call.integer(index) & 0xFF); }

Result<Value> blobSize(Call& call) {
  const auto bytes = bytesAt(call, 0);
  if (!bytes) return std::unexpected(bytes.error());
  return Value::real(static_cast<double>(bytes->size()));
}

Result<Value> setBlobSize(Call& call) {
  auto bytes = bytesAt(call, 0);
  if (!bytes) return std::unexpected(bytes.error());
  const auto size = sizeAt(call, 1);
  if (!size) return std::unexpected(size.error());
  if (auto allowed = allow(call, *size); !allowed) return std::unexpected(allowed.error());
  bytes->resize(*size, fillerAt(call, 2));
  call.setOut(0, Value::blob(std::move(*bytes)));
  return Value();
}

Result<Value> copyBlob(Call& call) {
  const auto source = bytesAt(call, 0);
  if (!source) return std::unexpected(source.error());
  auto target = bytesAt(call, 1);
  if (!target) return std::unexpected(target.error());
  const auto from = sizeAt(call, 2);
  const auto to = sizeAt(call, 3);
  const auto length = sizeAt(call, 4, source->size());
  for (const auto* each : {&from, &to, &length}) {
    if (!*each) return std::unexpected(each->error());
  }
  const std::size_t first = std::min(*from, source->size());
  const std::size_t count = std::min(*length, source->size() - first);
  if (auto allowed = allow(call, *to + count); !allowed) return std::unexpected(allowed.error());
  if (target->size() < *to + count) target->resize(*to + count, '\0');
  target->replace(*to, count, *source, first, count);
  call.setOut(1, Value::blob(std::move(*target)));
  return Value();
}

Result<Value> insertInBlob(Call& call) {
  auto bytes = bytesAt(call, 0);
  if (!bytes) return std::unexpected(bytes.error());
  const auto offset = sizeAt(call, 1);
  const auto length = sizeAt(call, 2);
  if (!offset || !length) return std::unexpected((offset ? length : offset).error());
  if (auto allowed = allow(call, bytes->size() + *length); !allowed) return std::unexpected(allowed.error());
  bytes->insert(std::min(*offset, bytes->size()), *length, fillerAt(call, 3));
  call.setOut(0, Value::blob(std::move(*bytes)));
  return Value();
}

Result<Value> deleteFromBlob(Call& call) {
  auto bytes = bytesAt(call, 0);
  if (!bytes) return std::unexpected(bytes.error());
  const auto offset = sizeAt(call, 1);
  const auto length = sizeAt(call, 2);
  if (!offset || !length) return std::unexpected((offset ? length : offset).error());
  bytes->erase(std::min(*offset, bytes->size()), *length);
  call.setOut(0, Value::blob(std::move(*bytes)));
  return Value();
}

// How a text lies in a blob, by the number of its constant ("UTF8 text without length"...).
struct TextForm {
  std::string_view charset;
  bool terminated = false;
};

Result<TextForm> formAt(const Call& call, std::size_t index) {
  switch (call.at(index).isMissing() ? 3 : call.integer(index)) {
    case 0:
      return TextForm{"macintosh", true};
    case 3:
      return TextForm{"macintosh", false};
    case 4:
      return TextForm{"UTF-8", true};
    case 6:
      return TextForm{"UTF-8", false};
    default:
      return std::unexpected(
          hostError(code::wrongType, "This form of texts in blobs is not known; 6 is UTF-8 without length"));
  }
}

Result<Value> textToBlob(Call& call) {
  const auto form = formAt(call, 2);
  if (!form) return std::unexpected(form.error());
  const auto charset = Charset::named(form->charset);
  if (!charset) return std::unexpected(charset.error());
  std::string text = charset->encode(call.text(0));
  if (form->terminated) text.push_back('\0');
  std::string bytes;
  if (call.star(3) || call.at(3).isNumber()) {
    auto before = bytesAt(call, 1);
    if (!before) return std::unexpected(before.error());
    bytes = std::move(*before);
  }
  const auto offset = call.at(3).isNumber() ? sizeAt(call, 3) : Result<std::size_t>(bytes.size());
  if (!offset) return std::unexpected(offset.error());
  if (auto allowed = allow(call, *offset + text.size()); !allowed) return std::unexpected(allowed.error());
  if (bytes.size() < *offset + text.size()) bytes.resize(*offset + text.size(), '\0');
  bytes.replace(*offset, text.size(), text);
  if (call.at(3).isNumber()) call.setOut(3, Value::real(static_cast<double>(*offset + text.size())));
  call.setOut(1, Value::blob(std::move(bytes)));
  return Value();
}

Result<Value> blobToText(Call& call) {
  const auto form = formAt(call, 1);
  if (!form) return std::unexpected(form.error());
  const auto charset = Charset::named(form->charset);
  if (!charset) return std::unexpected(charset.error());
  const auto bytes = bytesAt(call, 0);
  if (!bytes) return std::unexpected(bytes.error());
  const auto offset = sizeAt(call, 2);
  const auto length = sizeAt(call, 3, bytes->size());
  if (!offset || !length) return std::unexpected((offset ? length : offset).error());
  std::string_view part = std::string_view(*bytes).substr(std::min(*offset, bytes->size()), *length);
  std::size_t read = part.size();
  if (const std::size_t end = part.find('\0'); form->terminated && end != std::string_view::npos) {
    part = part.substr(0, end);
    read = end + 1;
  }
  if (call.at(2).isNumber()) call.setOut(2, Value::real(static_cast<double>(*offset + read)));
  return Value::text(charset->decode(part));
}

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"BLOB size", "(blob: blob) : integer", blobSize, "Number of bytes of a blob."},
    {"SET BLOB SIZE", "(inout blob: blob, size: integer, filler?: integer)", setBlobSize,
     "Shortens a blob, or lengthens it by bytes of that value."},
    {"COPY BLOB", "(source: blob, inout target: blob, from?: integer, to?: integer, length?: integer)", copyBlob,
     "Writes bytes of one blob over those of another one, which grows as needed."},
    {"INSERT IN BLOB", "(inout blob: blob, offset: integer, length: integer, filler?: integer)", insertInBlob,
     "Puts bytes of one value into a blob."},
    {"DELETE FROM BLOB", "(inout blob: blob, offset: integer, length: integer)", deleteFromBlob,
     "Takes bytes out of a blob."},
    {"TEXT TO BLOB", "(text: string, inout blob: blob, form?: integer, inout offset?: variable)", textToBlob,
     "The bytes of a text as a blob; with * behind what the blob holds, with a variable at that position."},
    {"BLOB to text", "(blob: blob, form?: integer, inout offset?: integer, length?: integer) : string", blobToText,
     "The text that the bytes of a blob are; the variable with the position moves behind it."},
});

}  // namespace

std::span<const vm::FunctionRow> blobLegacyCommands() { return rows; }

}  // namespace qodly::script::library
