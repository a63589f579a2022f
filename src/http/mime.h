// Content types by file name.
#pragma once

#include <string_view>

namespace qodly::http {

// By the extension, ignoring case; text types come with their charset. "application/octet-stream" when unknown.
std::string_view contentTypeOf(std::string_view fileName);

}  // namespace qodly::http
