// directory.json (docs/formats.md): users to JSON and back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "security/directory.h"

namespace qodly::security {

std::string writeDirectory(const std::vector<UserRef>& users);
// Error: no JSON, a later format, a user without id or e-mail (names which).
Result<std::vector<User>> readDirectory(std::string_view text);

}  // namespace qodly::security
