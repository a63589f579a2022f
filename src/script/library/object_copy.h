// Deep copies of objects and collections (commands.md 8 objectCopy, classes.md 1.8 copy).
#pragma once

#include "base/error.h"
#include "script/vm/process.h"
#include "value/value.h"

namespace qodly::script::library {

enum class CopyKind : std::uint8_t { plain, shared };

// The value with all objects and collections in it duplicated; references to one container stay references to one copy,
// cycles included. Instances keep their class. Handles are asked of their layer (HandleType::copyOf): immutable ones
// stay, entities and the datastore become null. Shared: every copy is shared and joins the group of `groupWith`, a
// shared object or collection (missing: a group of their own).
// Errors: -10721 a value that may not be shared, -20015 groupWith is not shared.
Result<Value> deepCopy(vm::Process& process, const Value& value, CopyKind kind, const Value& groupWith);

}  // namespace qodly::script::library
