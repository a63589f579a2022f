// Names that match without regard to case (privileges, roles, users): code points folded one by one, so that the
// length in code points stays.
#pragma once

#include <string>
#include <string_view>

namespace qodly {

std::string foldCase(std::string_view text);

}  // namespace qodly
