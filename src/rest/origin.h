// Requests that a page of another site makes with the cookie of this one (rest.md 23).
#pragma once

#include "rest/call.h"

namespace qodly::rest {

// Error: 403 for a request that changes something, carries a cookie, and comes from an origin that is not allowed.
Result<> checkOrigin(const Call& call);

}  // namespace qodly::rest
