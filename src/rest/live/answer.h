// /rest/$changes: the ways to live updates (pages.md 5.6). A WebSocket; server-sent events with messages to the server
// in the body of POST; asking now and then. The same messages on all.
#pragma once

#include "rest/call.h"

namespace qodly::rest::live {

Result<> answerChanges(Call& call);

}  // namespace qodly::rest::live
