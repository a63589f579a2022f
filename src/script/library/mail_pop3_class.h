// 4D.POP3Transporter (classes.md 20).
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& pop3TransporterClass();

}  // namespace qodly::script::library
