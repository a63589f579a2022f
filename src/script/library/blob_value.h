// Bytes as scripts hold them: a scalar blob, or a 4D.Blob object (classes.md 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "script/vm/native.h"
#include "script/vm/process.h"
#include "value/value.h"

namespace qodly::script::library {

// A 4D.Blob with these bytes.
Value newBlobObject(vm::Process& process, std::string bytes);

// The bytes of a blob of either kind; nullopt for other values. Valid while the value lives.
std::optional<std::string_view> bytesOf(const Value& value);

}  // namespace qodly::script::library
