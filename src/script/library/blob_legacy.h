// Commands of the 4D surface that change blobs in place and exchange them with texts.
#pragma once

#include <span>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> blobLegacyCommands();

}  // namespace qodly::script::library
