// 4D.IMAPTransporter (classes.md 19).
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& imapTransporterClass();

}  // namespace qodly::script::library
