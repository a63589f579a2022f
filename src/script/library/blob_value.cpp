#include "script/library/blob_value.h"

#include "script/library/blob_class.h"
#include "script/vm/builtins.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

Value newBlobObject(vm::Process& process, std::string bytes) {
  return process.runtime().builtins().boxedBlob(Value::blob(std::move(bytes)));
}

Value newBlobObject(std::shared_ptr<const FileBytes> file) { return BlobObject::make(std::move(file)); }

std::optional<std::string_view> bytesOf(const Value& value) {
  if (value.type() == Type::blob) return value.asBlob().bytes;
  if (value.type() != Type::handle) return std::nullopt;
  if (const auto large = vm::LargeBlob::bytesOf(value)) return large->view();
  const auto* native = dynamic_cast<const vm::NativeObject*>(&value.asHandle());
  const Value* inside = native != nullptr ? native->scalarBlob() : nullptr;
  if (inside == nullptr || inside->type() != Type::blob) return std::nullopt;
  return inside->asBlob().bytes;
}

}  // namespace qodly::script::library
