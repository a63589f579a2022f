// 4D.CryptoKey (classes.md 3) and the commands of commands.md 17.
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

const vm::NativeClass& cryptoKeyClass();
// generateUUID, generateDigest, generatePasswordHash, verifyPasswordHash.
std::span<const vm::FunctionRow> cryptoCommands();

}  // namespace qodly::script::library
