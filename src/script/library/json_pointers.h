// jsonResolvePointers (commands.md 9.4).
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library {

// (object {, options}) : {success, value, errors}
Result<Value> resolveJsonPointers(vm::Call& call);

}  // namespace qodly::script::library
