// Paths of requests.
#pragma once

#include <string_view>

namespace qodly::app {

// The folder itself, or something in it: "/rest" and "/rest/x" below "/rest", not "/restore".
inline bool isBelow(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace qodly::app
