// 4D.Signal (language.md 20): processes wait until another one triggers it.
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& signalClass();
Result<Value> newSignal(vm::Call& call);  // the command

}  // namespace qodly::script::library
