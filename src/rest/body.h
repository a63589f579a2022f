// The JSON body of a request, decided by its content (rest.md 2).
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "rest/call.h"

namespace qodly::rest {

// Undoes what form-posting clients do to JSON; other bodies come back as they are.
std::string jsonText(std::string_view body, std::string_view contentType);

// Any JSON of a request. Error: 400, with the position of what is wrong; 413 for more than a million values.
Result<Value> parseJson(std::string_view text, std::size_t maximumDepth = 512);

// Object or collection. Error: 400, with the position of what is wrong.
Result<Value> jsonBody(const http::Request& request);

}  // namespace qodly::rest
