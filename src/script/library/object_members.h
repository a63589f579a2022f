// The enumerable properties of anything that counts as an object: plain ones, instances, entities, files.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "script/vm/operators.h"
#include "script/vm/process.h"
#include "value/value.h"

namespace qodly::script::library {

struct NamedValue {
  std::string name;
  Value value;
};

// In definition order; properties that hold undefined are left out. Empty for what is no object.
Result<std::vector<NamedValue>> membersOf(vm::Process& process, const Value& object);

// The number of the type of a value that lies in an object, where every number is a number (language.md 3).
inline std::int32_t memberTypeCode(const Value& value) { return value.isNumber() ? 1 : vm::valueTypeCode(value); }

}  // namespace qodly::script::library
