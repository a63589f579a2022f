// Requests that a page of another site makes with the cookie of this one (rest.md 23).
#pragma once

#include "rest/call.h"

namespace qodly::rest {

// Error: 403 for a request that changes something, carries a cookie, and comes from an origin that is not allowed.
Result<> checkOrigin(const Call& call);
// The same for REST, where an API key is nothing that a browser sends by itself. What comes from such an origin without
// a cookie is answered, but brings none: another site's form must not sign a browser in as somebody else.
Result<> checkRestOrigin(const Call& call);

}  // namespace qodly::rest
