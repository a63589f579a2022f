// SHA-256 of bytes in memory, and comparing what is secret.
#pragma once

#include <string>
#include <string_view>

namespace qodly::crypto {

std::string sha256(std::string_view content);  // 32 bytes
// Takes as long wherever the first difference lies.
bool equalSecrets(std::string_view left, std::string_view right);

}  // namespace qodly::crypto
