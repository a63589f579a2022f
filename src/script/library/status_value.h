// Status objects and error lists as the library's functions give them (classes.md 0.4).
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"
#include "script/vm/process.h"
#include "value/value.h"

namespace qodly::script::library {

// {errCode, message, componentSignature}; codeTwice: also under that name ("errorCode", "errcode"), "" none.
Value errorObject(vm::Process& process, const Error& error, std::string_view codeTwice = {});
Value errorCollection(vm::Process& process, std::span<const Error> errors, std::string_view codeTwice = {});

// Numbers in objects are reals (language.md 3).
inline Value numberValue(double number) { return Value::real(number); }

}  // namespace qodly::script::library
