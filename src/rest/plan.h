// $queryplan and $querypath: what a filter was planned as and what it did (rest.md 19).
#pragma once

#include <string>

#include "orda/entity.h"
#include "rest/parameters.h"

namespace qodly::rest {

struct PlanRequest {
  bool plan = false, path = false;
  bool any() const { return plan || path; }
};
PlanRequest planRequest(const Parameters& parameters);

// The properties to put before the selection, each followed by a comma. `result`: of the filter, made with what was
// asked for; nullptr when there was no filter: empty objects.
std::string planMembers(const PlanRequest& request, const orda::EntitySelection* result);

}  // namespace qodly::rest
