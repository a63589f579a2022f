// httpParseMessage (classes.md 10.4).
#pragma once

#include <string_view>

#include "script/vm/process.h"

namespace qodly::script::library {

// {requestLine or statusLine, headers, parts}.
Value httpMessageObject(vm::Process& process, std::string_view message);

}  // namespace qodly::script::library
