// JSON Schemas of what travels (rest.md 7, 8): the part components/schemas of the OpenAPI document.
#pragma once

#include <string>
#include <string_view>

#include "rest/describe/api_description.h"
#include "value/value.h"

namespace qodly::rest {

// A name as keys under `components` may be written: other characters than letters, digits, '_' and '-' as _hex.
std::string componentName(std::string_view name);
// {"$ref": "#/components/schemas/NAME"}
Value schemaReference(std::string_view name);

// Names of the schemas of a dataclass.
std::string entitySchema(std::string_view dataClass);     // as it is read
std::string inputSchema(std::string_view dataClass);      // as it is created or updated
std::string savedSchema(std::string_view dataClass);      // the answer to that
std::string selectionSchema(std::string_view dataClass);  // a page of entities

// Of an argument of a function; of what a function gives, inside {"result": ...}.
Value argumentSchema(const ApiType& type);
Value resultSchema(const ApiType& type);
// Of a key in a path: {"type": "integer"} or {"type": "string"}.
Value keySchema(const ApiClass& dataClass);

Value allSchemas(const ApiDescription& api);

}  // namespace qodly::rest
