// Deleting entities (rest.md 12.5).
#pragma once

#include "rest/call.h"

namespace qodly::rest {

// $method=delete or the verb DELETE. Error: 404 / 1543 for an unknown key of the URL; 400 when nothing restricts what
// is to be deleted (O-31); 403 or 405 for a GET that may not delete (O-30).
Result<> answerDelete(Call& call, std::uint32_t dataClass);

}  // namespace qodly::rest
