// 4D.SMTPTransporter (classes.md 18).
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& smtpTransporterClass();

}  // namespace qodly::script::library
