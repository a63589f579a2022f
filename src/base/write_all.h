// Writing to a descriptor until everything is written.
#pragma once

#include <string_view>

namespace qodly {

// Goes on after interruptions and partial writes. False: the system refused, errno says why; a part may be written.
bool writeAll(int descriptor, std::string_view content);

}  // namespace qodly
