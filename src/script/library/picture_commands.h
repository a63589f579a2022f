// The commands of this theme as rows of the library (commands.md 13).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "script/vm/native.h"

namespace qodly::script::library {

std::span<const vm::FunctionRow> pictureCommands();

// A picture as scripts hold it, told by its bytes. `fileName`: its default file name.
Value makePicture(std::string bytes, std::string_view fileName = {});

}  // namespace qodly::script::library
