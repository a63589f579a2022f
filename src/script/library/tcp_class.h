// 4D.TCPConnection and 4D.TCPEvent (classes.md 14).
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& tcpConnectionClass();
const vm::NativeClass& tcpEventClass();

}  // namespace qodly::script::library
