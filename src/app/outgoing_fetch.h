// Requests of the server itself to identity providers and certificate authorities, over the HTTP client of the language's library.
#pragma once

#include "security/fetch.h"

namespace qodly::app {

// Blocks, or parks the fiber that calls it. Redirections are not followed.
Result<security::FetchAnswer> fetchOverHttp(const security::FetchRequest& request);

}  // namespace qodly::app
