#include "script/library/blob_value.h"

#include "script/vm/builtins.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

Value newBlobObject(vm::Process& process, std::string bytes) {
  return process.runtime().builtins().boxedBlob(Value::blob(std::move(bytes)));
}

std::optional<std::string_view> bytesOf(const Value& value) {
  if (value.type() == Type::blob) return value.asBlob().bytes;
  if (value.type() != Type::handle) return std::nullopt;
  const auto* native = dynamic_cast<const vm::NativeObject*>(&value.asHandle());
  const Value* inside = native != nullptr ? native->scalarBlob() : nullptr;
  if (inside == nullptr || inside->type() != Type::blob) return std::nullopt;
  return inside->asBlob().bytes;
}

}  // namespace qodly::script::library
