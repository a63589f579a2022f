// UTF-16, which ICU wants, and back.
#pragma once

#include <string>
#include <string_view>

namespace qodly::script::library {

std::u16string toUtf16(std::string_view utf8);
std::string toUtf8(std::u16string_view units);  // a surrogate without its other half becomes U+FFFD

}  // namespace qodly::script::library
