// 4D.FileHandle (classes.md 7).
#pragma once

#include "script/library/file_systems.h"
#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& fileHandleClass();

// file.open(mode or options): argument 0 of `call`. `file` is the 4D.File that `place` belongs to.
Result<Value> openHandle(vm::Call& call, const Value& file, const Location& place);

}  // namespace qodly::script::library
