// SHA-256 of bytes in memory.
#pragma once

#include <string>
#include <string_view>

namespace qodly::storage {

std::string sha256(std::string_view content);  // 32 bytes

}  // namespace qodly::storage
