// $filter, $params and $orderby (rest.md 10.1, 10.2): text to entities through the query language, restricted to what
// is exposed.
#pragma once

#include <string>
#include <string_view>

#include "orda/entity.h"
#include "rest/call.h"
#include "rest/plan.h"

namespace qodly::rest {

// `\u0027` and `\u0022` decoded.
std::string filterText(std::string_view parameter);

// The values of `$params`. Error: 400 when it is no JSON array.
Result<query::Parameters> filterParameters(std::string_view params);

// Entities of the class (of `within` when given) that satisfy the filter; an empty filter keeps all. Describes the
// query when `plans` asks for it. Error: 400 for a malformed filter, 404 (1500 + 1804) for an unknown or hidden
// attribute.
Result<orda::SelectionRef> applyFilter(Call& call, std::uint32_t dataClass, const orda::RecordSet* within,
                                       std::string_view filter, std::string_view params, PlanRequest plans = {});

Result<orda::RecordSet> applyOrder(Call& call, std::uint32_t dataClass, const orda::RecordSet& members,
                                   std::string_view order);

// 1500 + 1804 for the first step of a path that is not an exposed attribute; nullopt when every step is one.
std::optional<Error> unknownStep(const model::Model& model, std::uint32_t dataClass, const query::Path& path);

}  // namespace qodly::rest
