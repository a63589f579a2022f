// /rest/$directory: how older clients log in and out (rest.md 21.1).
#pragma once

#include "rest/call.h"

namespace qodly::rest {

// login, logout, currentUser, currentUserBelongsTo
Result<> answerDirectory(Call& call);

}  // namespace qodly::rest
