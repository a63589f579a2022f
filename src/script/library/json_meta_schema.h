// The schema of schemas of JSON Schema draft 4, which schemas may refer to by its address.
#pragma once

#include <string_view>

#include "value/value.h"

namespace qodly::script::library {

inline constexpr std::string_view metaSchemaUri = "http://json-schema.org/draft-04/schema";

Value metaSchema();

}  // namespace qodly::script::library
