// The OpenAPI 3.1 document of an application (/rest/$openapi).
#pragma once

#include <string>

#include "rest/call.h"
#include "rest/describe/api_description.h"

namespace qodly::rest {

struct OpenApiServer {
  std::string cookieName;  // of the session
  bool apiKeys = false;    // whether a key may be sent
};

// JSON text.
std::string openApiDocument(const ApiDescription& api, const OpenApiServer& server);

// GET /rest/$openapi
Result<> answerOpenApi(Call& call);

}  // namespace qodly::rest
