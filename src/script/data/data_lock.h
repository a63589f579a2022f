// flushAndLock, locked and unlock of the datastore (orda.md 10.2).
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::data {

std::span<const vm::FunctionRow> dataLockFunctions();

}  // namespace qodly::script::data
