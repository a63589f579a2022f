// 4D.Class: classes as values (language.md 14.2).
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& classClass();

}  // namespace qodly::script::library
