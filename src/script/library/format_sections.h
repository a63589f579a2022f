// Number formats made of sections (commands.md 6.2, 6.3).
#pragma once

#include <string>
#include <string_view>

#include "script/library/format_regional.h"

namespace qodly::script::library {

// `value` must be finite.
std::string formatSections(double value, std::string_view format, const Regional& regional);

}  // namespace qodly::script::library
