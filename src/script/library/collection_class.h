// The Collection class (classes.md 1).
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& collectionClass();

}  // namespace qodly::script::library
