// $lock: pessimistic locks of a session on one entity (rest.md 13).
#pragma once

#include "rest/call.h"

namespace qodly::rest {

// `$lock=true` takes the lock, anything else gives it back. Always answers 200.
Result<> answerLock(Call& call, std::uint32_t dataClass);

// `lockInfo` and its neighbours for a lock that somebody else holds: members without braces.
void appendLockHolder(const orda::LockInfo& holder, storage::RecordNumber number, std::string& out);

}  // namespace qodly::rest
