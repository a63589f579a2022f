// Rights of functions in a request (roles.md 6, 7, 10.2): who may execute one, and the privileges that it adds to the
// request while it runs.
#pragma once

#include <memory>

#include "rest/call.h"
#include "script/data/call_rights.h"

namespace qodly::rest {

// Error 1557 unless the request may execute it, with what is promoted at this moment.
Result<> demandExecute(const Call& call, const script::data::CalledFunction& function);

// For the language process of the request.
std::shared_ptr<script::data::CallRights> functionRights(Call& call);

}  // namespace qodly::rest
