// Bodies and headers of HTTP answers as scripts get them (classes.md 10).
#pragma once

#include <string>
#include <string_view>

#include "script/library/http_client.h"
#include "script/vm/process.h"

namespace qodly::script::library {

// The first header of that name, ignoring case; "" when absent.
std::string_view headerValue(const HttpHeaders& headers, std::string_view name);

// dataType: "text", "blob", "object", or "auto", which asks the content type. Error malformedJson.
Result<Value> bodyValue(vm::Process& process, std::string bytes, std::string_view dataType,
                        std::string_view contentType);

// Whether "auto" reads that content type as text (JSON is not counted).
bool isTextType(std::string_view mediaType);
bool isJsonType(std::string_view mediaType);

}  // namespace qodly::script::library
