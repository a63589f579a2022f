// Layout of a file as the printer writes it.
#pragma once

#include <string>

#include "base/error.h"
#include "script/intelligence/workspace.h"

namespace qodly::script::intelligence {

// The text in the same surface, laid out anew. Refused when the text has errors or would not stay the same code.
Result<std::string> format(Workspace& workspace, const Document& document);

}  // namespace qodly::script::intelligence
