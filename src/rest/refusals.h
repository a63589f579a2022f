// Refused requests, written down with the rule that refused them (security/decision_log.h).
#pragma once

#include "rest/call.h"

namespace qodly::rest {

// Does nothing for errors that are no refusal.
void recordRefusal(const Call& call, const Error& error);

}  // namespace qodly::rest
