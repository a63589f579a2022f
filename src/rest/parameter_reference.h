// The table of parameters as the manual shows it (docs/rest-api.md), in Markdown.
#pragma once

#include <string>

namespace qodly::rest {

std::string parameterReference();

}  // namespace qodly::rest
