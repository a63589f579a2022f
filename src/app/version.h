// Version of the program, as `qodly version`, the Server header and the welcome page say it.
#pragma once

#include <string_view>

namespace qodly::app {

inline constexpr std::string_view version = "0.1.0";

}  // namespace qodly::app
