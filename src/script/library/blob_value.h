// Bytes as scripts hold them: a scalar blob, or a 4D.Blob object (classes.md 2).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_bytes.h"
#include "script/vm/native.h"
#include "script/vm/process.h"
#include "value/value.h"

namespace qodly::script::library {

// A 4D.Blob with these bytes.
Value newBlobObject(vm::Process& process, std::string bytes);
// The same of bytes that lie in a file; they are not loaded.
Value newBlobObject(std::shared_ptr<const FileBytes> file);

// The bytes of a blob of either kind, mapped when they lie in a file; nullopt for other values. Valid while the value
// lives.
std::optional<std::string_view> bytesOf(const Value& value);

}  // namespace qodly::script::library
