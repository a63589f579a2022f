// The operations of the OpenAPI document: what can be asked for each dataclass, function and service.
#pragma once

#include <string>
#include <string_view>

#include "rest/describe/api_description.h"
#include "value/value.h"

namespace qodly::rest {

inline constexpr std::string_view datastoreTag = "Datastore";
inline constexpr std::string_view serviceTag = "Services";
std::string singletonTag(std::string_view singleton);

Value allPaths(const ApiDescription& api);
// components/parameters: every parameter of the table.
Value allParameters();

}  // namespace qodly::rest
