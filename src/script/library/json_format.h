// The formats of texts that JSON Schema draft 4 names (validation, 7.3).
#pragma once

#include <string_view>

namespace qodly::script::library {

// True for a name that is not known.
bool hasFormat(std::string_view text, std::string_view format);

}  // namespace qodly::script::library
