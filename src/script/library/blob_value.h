// Bytes as scripts hold them: a scalar blob, or a 4D.Blob object (classes.md 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "value/value.h"

namespace qodly::script::library {

// A 4D.Blob with these bytes.
inline Value newBlobObject(std::string bytes) { return Value::blob(std::move(bytes)); }

// The bytes of a blob of either kind; nullopt for other values. Valid while the value lives.
inline std::optional<std::string_view> bytesOf(const Value& value) {
  if (value.type() != Type::blob) return std::nullopt;
  return value.asBlob().bytes;
}

}  // namespace qodly::script::library
