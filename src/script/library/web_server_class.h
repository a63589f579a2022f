// The server of the application as code sees it: the command webServer. It runs for as long as `qodly serve` does; what
// configures it is the environment (docs/http-server.md), so starting it from code changes nothing. Start-up methods
// that projects are created with call start().
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library {

// A service of the runtime while an HTTP server shows the application.
struct ServedApplication {};

const vm::NativeClass& webServerClass();
std::span<const vm::FunctionRow> webServerCommands();

}  // namespace qodly::script::library
