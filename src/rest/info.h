// $info: what the server is busy with, as far as the session may know (rest.md 18).
#pragma once

#include "rest/call.h"

namespace qodly::rest {

// GET /rest/$info and /rest/$info/privileges. A session sees its own entry and its own entity sets (O-53).
Result<> answerInfo(Call& call);

}  // namespace qodly::rest
